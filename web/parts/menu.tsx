import type { LucideIcon } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { classes } from '~/parts/class-names.ts';
import { Popover } from '~/parts/popover.tsx';

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

/** A short list of acts behind one button; arrow keys walk through it. */
export function Menu({
  trigger,
  label,
  items,
  className,
  head,
}: {
  trigger: ReactNode;
  label: string;
  items: MenuItem[];
  className?: string;
  head?: ReactNode;
}) {
  return (
    <Popover
      trigger={trigger}
      label={label}
      className={className ?? 'btn btn-ghost btn-square btn-sm'}
      panelClassName="p-1 min-w-48"
    >
      {(close) => (
        <div onKeyDown={walk} role="menu" aria-label={label} tabIndex={-1}>
          {head}
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              disabled={item.disabled}
              className={classes(
                'flex min-h-9 w-full items-center gap-2 rounded-field px-2.5 text-left hover:bg-base-200 focus-visible:bg-base-200 disabled:opacity-45',
                item.danger === true && 'text-error',
              )}
              onClick={() => {
                close();
                item.onSelect();
              }}
            >
              {item.icon && <item.icon className="size-4 shrink-0" aria-hidden />}
              {item.label}
            </button>
          ))}
        </div>
      )}
    </Popover>
  );
}

function walk(event: KeyboardEvent<HTMLDivElement>) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('[role=menuitem]:not(:disabled)')];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  items[(at + step + items.length) % items.length]?.focus();
}
