import type { RowData } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { count } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import type { Column } from '~/parts/data-table/columns.ts';
import type { List } from '~/parts/use-list.ts';

const lines = Array.from({ length: 12 }, (_, index) => index);

/** The list's own shape while it is being read: nothing jumps when the rows arrive. */
export function Skeleton<T extends RowData>({
  columns,
  wide,
  selectable,
}: {
  columns: Column<T>[];
  wide: boolean;
  selectable: boolean;
}) {
  if (!wide) {
    return (
      <div role="status" aria-label="Loading" className="min-h-0 flex-1 overflow-hidden">
        {lines.slice(0, 8).map((line) => (
          <div key={line} className="space-y-2 border-b border-base-300 px-4 py-3">
            <div className="skeleton h-4 w-3/5" />
            <div className="skeleton h-4 w-2/5" />
            <div className="skeleton h-4 w-4/5" />
          </div>
        ))}
      </div>
    );
  }
  return (
    <div role="status" aria-label="Loading" className="min-h-0 flex-1 overflow-hidden">
      <div className="h-9 border-b border-base-300" />
      {lines.map((line) => (
        <div key={line} className="flex h-10 items-center gap-6 border-b border-base-300 px-3">
          {selectable && <div className="skeleton size-4 shrink-0" />}
          {columns
            .filter(({ meta }) => meta?.hidden !== true)
            .map((column, index) => (
              <div
                key={column.id ?? index}
                className="min-w-0"
                style={{ flex: column.meta?.width === undefined ? '1 1 12rem' : `0 1 ${column.meta.width}` }}
              >
                <div className="skeleton h-4" style={{ width: `${90 - ((line * 7 + index * 13) % 45)}%` }} />
              </div>
            ))}
        </div>
      ))}
    </div>
  );
}

interface FootProps<T> {
  shown: string;
  total: number | null;
  list: List<T>;
  children?: ReactNode;
}

/** How much of the list is loaded. Scrolling loads more; so does the button, for the keyboard. */
export function Foot<T>({ shown, total, list, children }: FootProps<T>) {
  const amount =
    total !== null && total > list.rows.length
      ? `${count(list.rows.length)} of ${count(total)} loaded`
      : list.more
        ? `${shown} loaded`
        : shown;
  return (
    <div
      className="flex min-h-9 shrink-0 items-center gap-3 border-t border-base-300 bg-base-100 px-4 text-xs text-muted"
      aria-live="polite"
    >
      <span className="tabular-nums">{amount}</span>
      {list.more && (
        <Button look="quiet" small className="btn-xs" busy={list.loadingMore} onClick={list.loadMore}>
          Load more
        </Button>
      )}
      <span className="flex-1" />
      {children}
    </div>
  );
}
