import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classes } from '~/parts/class-names.ts';

type Look = 'main' | 'plain' | 'quiet' | 'danger';
const looks: Record<Look, string> = {
  main: 'btn-primary',
  plain: 'bg-base-100 border-base-300 hover:bg-base-200',
  quiet: 'btn-ghost',
  danger: 'btn-error',
};

export interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  icon?: LucideIcon | undefined;
  small?: boolean;
  /** On a phone only the icon is shown; the label is spoken. */
  compact?: boolean;
  /** Under way: shows it and takes no second click. */
  busy?: boolean;
}

export function Button({
  look = 'plain',
  icon: Icon,
  small = false,
  compact = false,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy}
      aria-busy={busy}
      className={classes('btn', small ? 'btn-sm' : 'h-9 min-h-9 px-3.5', looks[look], className)}
    >
      {busy ? <span className="loading loading-spinner size-4" /> : Icon && <Icon className="size-4 shrink-0" aria-hidden />}
      {compact ? <span className="max-md:sr-only">{children}</span> : children}
    </button>
  );
}

/** A button that is only a picture: its name is spoken and shown on hover. */
export function IconButton({
  label,
  icon: Icon,
  className,
  ...rest
}: Omit<ButtonProps, 'look' | 'small' | 'busy'> & { label: string; icon: LucideIcon }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={classes('btn btn-ghost btn-square btn-sm', className)}
    >
      <Icon className="size-4" aria-hidden />
    </button>
  );
}
