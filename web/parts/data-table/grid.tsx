import type { ReactTable, Row, RowData } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from '~/parts/class-names.ts';
import type { Features, Sorting } from '~/parts/data-table/columns.ts';

export const rowHeight = 40;

interface GridProps<T extends RowData> {
  table: ReactTable<Features, T>;
  scroller: HTMLDivElement | null;
  noun: string;
  total: number | null;
  selectable: boolean;
  sorting: Sorting | undefined;
  openId: string | undefined;
  onOpen: ((row: T) => void) | undefined;
}

export function Grid<T extends RowData>({ table, scroller, noun, total, selectable, sorting, openId, onOpen }: GridProps<T>) {
  const rows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const width = table.getVisibleLeafColumns().length + (selectable ? 1 : 0);
  return (
    <table
      className="w-full table-fixed border-separate border-spacing-0"
      style={{ minWidth: leastWidth(table, selectable) }}
      aria-rowcount={(total ?? rows.length) + 1}
    >
      <caption className="sr-only">{noun}s</caption>
      <Head table={table} selectable={selectable} sorting={sorting} />
      <tbody>
        {before > 0 && <Gap height={before} width={width} />}
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <Line
              key={row.id}
              row={row}
              table={table}
              index={item.index}
              selectable={selectable}
              open={row.id === openId}
              onOpen={onOpen}
            />
          );
        })}
        {after > 0 && <Gap height={after} width={width} />}
      </tbody>
    </table>
  );
}

/** The columns' widths, and some room for those that share what is left: below it the table scrolls sideways. */
function leastWidth<T extends RowData>(table: ReactTable<Features, T>, selectable: boolean): string {
  const widths = table.getVisibleLeafColumns().map(({ columnDef }) => columnDef.meta?.width ?? '12rem');
  return `calc(${[selectable ? '2.5rem' : '0rem', ...widths].join(' + ')})`;
}

const Gap = ({ height, width }: { height: number; width: number }) => (
  <tr aria-hidden>
    <td colSpan={width} style={{ height }} />
  </tr>
);

const headCell = 'sticky top-0 z-10 h-9 border-b border-base-300 bg-base-100 px-3 text-left text-xs font-medium text-muted';

function Head<T extends RowData>({
  table,
  selectable,
  sorting,
}: {
  table: ReactTable<Features, T>;
  selectable: boolean;
  sorting: Sorting | undefined;
}) {
  return (
    <thead>
      <tr>
        {selectable && (
          <th className={classes(headCell, 'w-10')} scope="col">
            <input
              type="checkbox"
              className="checkbox checkbox-sm"
              aria-label="Select all rows that are loaded"
              checked={table.getIsAllRowsSelected()}
              ref={(element) => {
                if (element !== null) element.indeterminate = table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected();
              }}
              onChange={table.getToggleAllRowsSelectedHandler()}
            />
          </th>
        )}
        {table.getHeaderGroups().flatMap((group) =>
          group.headers.map((header) => {
            const meta = header.column.columnDef.meta;
            return (
              <th
                key={header.id}
                scope="col"
                style={{ width: meta?.width }}
                aria-sort={sortedAs(meta?.sort, sorting)}
                className={classes(headCell, meta?.figures === true && 'text-right', meta?.pinned === true && 'left-0 z-20')}
              >
                {meta?.sort !== undefined && sorting !== undefined ? (
                  <SortButton sort={meta.sort} sorting={sorting}>
                    <table.FlexRender header={header} />
                  </SortButton>
                ) : (
                  <table.FlexRender header={header} />
                )}
              </th>
            );
          }),
        )}
      </tr>
    </thead>
  );
}

type Sort = { up?: string; down?: string };

function sortedAs(sort: Sort | undefined, sorting: Sorting | undefined) {
  if (sort === undefined || sorting?.value === undefined) return undefined;
  return sorting.value === sort.up ? 'ascending' : sorting.value === sort.down ? 'descending' : undefined;
}

function SortButton({ sort, sorting, children }: { sort: Sort; sorting: Sorting; children: ReactNode }) {
  const direction = sortedAs(sort, sorting);
  const next = direction === 'ascending' ? (sort.down ?? sort.up) : (sort.up ?? sort.down);
  const Arrow = direction === 'descending' ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      className="inline-flex max-w-full items-center gap-1 rounded hover:text-base-content"
      onClick={() => next !== undefined && sorting.onChange(next)}
    >
      {children}
      <Arrow className={classes('size-3.5', direction === undefined && 'opacity-35')} aria-hidden />
    </button>
  );
}

interface LineProps<T extends RowData> {
  row: Row<Features, T>;
  table: ReactTable<Features, T>;
  index: number;
  selectable: boolean;
  open: boolean;
  onOpen: ((row: T) => void) | undefined;
}

function Line<T extends RowData>({ row, table, index, selectable, open, onOpen }: LineProps<T>) {
  const marked = open || row.getIsSelected();
  const shade = marked ? 'bg-base-200' : 'bg-base-100 group-hover:bg-base-200';
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 2}
      className={classes('group', onOpen !== undefined && 'cursor-pointer')}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a, button, input, label, dialog, [popover]') === null)
          onOpen?.(row.original);
      }}
    >
      {selectable && (
        <td className={classes('h-10 border-b border-base-300 px-3', shade)}>
          <input
            type="checkbox"
            className="checkbox checkbox-sm align-middle"
            aria-label="Select this row"
            checked={row.getIsSelected()}
            onClick={row.getToggleSelectedHandler()}
            onChange={() => undefined}
          />
        </td>
      )}
      {row.getVisibleCells().map((cell) => {
        const meta = cell.column.columnDef.meta;
        return (
          <td
            key={cell.id}
            className={classes(
              'h-10 max-w-0 overflow-hidden border-b border-base-300 px-3 text-ellipsis whitespace-nowrap',
              shade,
              meta?.figures === true && 'figures',
              meta?.pinned === true && 'sticky left-0 z-[1]',
            )}
          >
            <table.FlexRender cell={cell} />
          </td>
        );
      })}
    </tr>
  );
}
