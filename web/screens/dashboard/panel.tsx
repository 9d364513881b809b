import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { Problem } from '~/parts/problem.tsx';

interface PanelProps {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled box of the dashboard. */
export function Panel({ title, actions, children }: PanelProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-box border border-base-300 bg-base-100">
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-b border-base-300 px-4 py-2">
        <h2 id={id} className="mr-auto text-base font-semibold">
          {title}
        </h2>
        {actions}
      </header>
      {children}
    </section>
  );
}

export function PanelLink({ link, children }: { link: LinkProps; children: ReactNode }) {
  return (
    <Link {...link} className="link text-xs text-muted">
      {children}
    </Link>
  );
}

interface ReadingProps<T> {
  reading: { data: T | undefined; error: Error | null; refetch: () => unknown };
  lines: number;
  children: (found: T) => ReactNode;
}

/** What was read; its own shape while it is being read; what went wrong, and another try. */
export function Reading<T>({ reading, lines, children }: ReadingProps<T>) {
  if (reading.data !== undefined) return children(reading.data);
  if (reading.error !== null) {
    return (
      <div className="p-4">
        <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
      </div>
    );
  }
  return (
    <div role="status" aria-label="Loading" className="space-y-3 p-4">
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <div key={line} className="skeleton h-5" style={{ width: `${95 - ((line * 23) % 40)}%` }} />
      ))}
    </div>
  );
}

export const Quiet = ({ children }: { children: ReactNode }) => <p className="px-4 py-5 text-muted">{children}</p>;
