import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** What belongs here, and the next step towards it. */
export function Empty({
  icon: Icon,
  title,
  children,
  actions,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-2xl flex-col items-center gap-2 px-4 py-14 text-center">
      <Icon className="size-7 text-muted" aria-hidden />
      <h2 className="text-base font-semibold">{title}</h2>
      {children !== undefined && <p className="max-w-md text-muted">{children}</p>}
      {actions !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
