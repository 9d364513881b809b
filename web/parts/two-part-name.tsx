import { classes } from '~/parts/class-names.ts';

interface TwoPartNameProps {
  title: string;
  /** '' where the thing has only one. */
  variant: string;
  className?: string;
  /** One above the other, where a row is high enough: twice the room. */
  stacked?: boolean;
}

const onlyVariant = new Set(['', 'Default Title']);

/** "Duvet Set / Double / White" in little room: the title is cut off first, for what tells one variant from the next comes last. */
export function TwoPartName({ title, variant, className, stacked = false }: TwoPartNameProps) {
  if (onlyVariant.has(variant) || variant === title) return <span className={classes('truncate', className)}>{title}</span>;
  if (stacked) {
    return (
      <span className={classes('block min-w-0 leading-4.5', className)} title={`${title} / ${variant}`}>
        <span className="block truncate">{title}</span>
        <span className="sr-only"> / </span>
        <span className="block truncate text-xs text-muted">{variant}</span>
      </span>
    );
  }
  return (
    <span className={classes('flex min-w-0', className)} title={`${title} / ${variant}`}>
      <span className="min-w-8 truncate">{title}</span>
      <span className="max-w-2/3 shrink-0 truncate whitespace-pre"> / {variant}</span>
    </span>
  );
}
