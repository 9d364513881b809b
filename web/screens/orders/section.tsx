import type { ReactNode } from 'react';

/** A titled part of an order's sheet. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="space-y-2.5">
      <div className="flex min-h-8 items-center gap-2 border-b border-base-300">
        <h3 className="flex-1 font-semibold">{title}</h3>
        {actions}
      </div>
      {children}
    </section>
  );
}
