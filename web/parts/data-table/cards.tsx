import type { Row, RowData } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { ReactNode } from 'react';
import type { Features } from '~/parts/data-table/columns.ts';

interface CardsProps<T extends RowData> {
  rows: Row<Features, T>[];
  scroller: HTMLDivElement | null;
  card: (row: T) => ReactNode;
  selectable: boolean;
}

/** The rows of a list on a phone, as high as they need to be. */
export function Cards<T extends RowData>({ rows, scroller, card, selectable }: CardsProps<T>) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => 92,
    overscan: 6,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  return (
    <ul className="relative" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index];
        if (row === undefined) return null;
        return (
          <li
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            style={{ transform: `translateY(${item.start}px)` }}
            className="absolute inset-x-0 top-0 flex gap-3 border-b border-base-300 bg-base-100 px-4 py-3"
          >
            {selectable && (
              <input
                type="checkbox"
                className="checkbox mt-0.5"
                aria-label="Select this row"
                checked={row.getIsSelected()}
                onChange={row.getToggleSelectedHandler()}
              />
            )}
            <div className="min-w-0 flex-1">{card(row.original)}</div>
          </li>
        );
      })}
    </ul>
  );
}
