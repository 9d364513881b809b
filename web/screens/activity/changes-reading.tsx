import { count } from '~/parts/amounts.ts';
import { Problem } from '~/parts/problem.tsx';

interface ChangesReadingProps {
  reading: { error: Error | null; refetch: () => unknown };
  label: string;
}

/** Bulk changes before they are there: one line of their shape, or what went wrong. That nothing waits is only said once it is known. */
export function ChangesReading({ reading: { error, refetch }, label }: ChangesReadingProps) {
  if (error !== null)
    return (
      <div className="shrink-0 border-b border-base-300 p-4">
        <Problem thrown={error} reading onRetry={() => void refetch()} />
      </div>
    );
  return (
    <div role="status" aria-label={label} className="shrink-0 border-b border-base-300 bg-base-100 px-4 py-2.5">
      <div className="skeleton h-5 w-64 max-w-full" />
    </div>
  );
}

/** Said beneath a list that has an end before its last one. */
export function NotAll({ shown, total }: { shown: number; total: number }) {
  if (total <= shown) return null;
  return (
    <li className="border-t border-base-300 px-4 py-2 text-xs text-muted">
      The newest {count(shown)} of {count(total)}.
    </li>
  );
}
