/** Every list of the app: a virtual table on a desk, cards on a phone, with its loading, empty and error states. */
import { type RowData, useTable } from '@tanstack/react-table';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { counted } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Cards } from '~/parts/data-table/cards.tsx';
import { ColumnChoice, useColumnChoice } from '~/parts/data-table/column-choice.tsx';
import { type Column, features, type Selection, type Sorting } from '~/parts/data-table/columns.ts';
import { Grid } from '~/parts/data-table/grid.tsx';
import { Foot, Skeleton } from '~/parts/data-table/skeleton.tsx';
import { SortChoice } from '~/parts/data-table/sort-choice.tsx';
import { Problem } from '~/parts/problem.tsx';
import type { List } from '~/parts/use-list.ts';
import { useWide } from '~/parts/use-wide.ts';

export interface DataTableProps<T extends RowData> {
  /** What the rows are: "product", "listing". */
  noun: string;
  /** Name under which the chosen columns are kept, where the same rows are shown in several ways. */
  view?: string;
  list: List<T>;
  columns: Column<T>[];
  rowId: (row: T) => string;
  /** The same row on a phone. */
  card: (row: T) => ReactNode;
  empty: ReactNode;
  sorting?: Sorting;
  selection?: { value: Selection; onChange: (value: Selection) => void };
  /** Id of the row whose sheet is open. */
  openId?: string | undefined;
  onOpen?: (row: T) => void;
}

const noSelection: Selection = {};

export function DataTable<T extends RowData>(props: DataTableProps<T>) {
  const { list, columns, rowId, selection } = props;
  const wide = useWide();
  // State, not a ref: the rows are laid out in a child, which must hear when the element is there.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const { shown, choose } = useColumnChoice(props.view ?? props.noun, columns);
  const table = useTable({
    features,
    columns,
    data: list.rows,
    getRowId: rowId,
    enableRowSelection: selection !== undefined,
    state: { rowSelection: selection?.value ?? noSelection, columnVisibility: shown },
    onColumnVisibilityChange: (change) => choose(typeof change === 'function' ? change(shown) : change),
    onRowSelectionChange: (change) => selection?.onChange(typeof change === 'function' ? change(selection.value) : change),
  });
  if (list.problem !== null) {
    return (
      <div className="p-4">
        <Problem thrown={list.problem} reading onRetry={list.retry} />
      </div>
    );
  }
  if (list.loading) return <Skeleton columns={columns} wide={wide} selectable={selection !== undefined} />;
  if (list.rows.length === 0) return <div className="min-h-0 flex-1 overflow-y-auto">{props.empty}</div>;
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: adds arrow keys to the buttons and links inside, it is not one itself */}
      <div
        ref={setScroller}
        onKeyDown={walkRows}
        onScroll={(event) => nearEnd(event.currentTarget) && list.more && !list.loadingMore && list.loadMore()}
        className={classes('relative min-h-0 flex-1 overflow-auto transition-opacity', list.stale && 'opacity-60')}
        aria-busy={list.stale}
      >
        {wide ? (
          <Grid table={table} scroller={scroller} noun={props.noun} total={list.total} {...pick(props)} />
        ) : (
          <Cards rows={table.getRowModel().rows} scroller={scroller} card={props.card} selectable={selection !== undefined} />
        )}
      </div>
      <Foot shown={counted(list.rows.length, props.noun)} total={list.total} list={list}>
        <ColumnChoice table={table} />
        <SortChoice columns={columns} sorting={props.sorting} />
      </Foot>
    </>
  );
}

const pick = <T extends RowData>({ sorting, openId, onOpen, selection }: DataTableProps<T>) => ({
  sorting,
  openId,
  onOpen,
  selectable: selection !== undefined,
});

const nearEnd = (element: HTMLElement): boolean => element.scrollHeight - element.scrollTop - element.clientHeight < 900;

/** Up and down go from row to row, wherever the focus stands in one. */
function walkRows(event: KeyboardEvent<HTMLDivElement>) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (
    step === 0 ||
    !(event.target instanceof HTMLElement) ||
    event.target.matches('input:not([type=checkbox]), textarea, select, [role=menuitem]')
  )
    return;
  if (event.target.closest('[popover], dialog') !== null) return;
  const row = event.target.closest('[data-index]');
  if (row === null) return;
  const next = event.currentTarget.querySelector<HTMLElement>(`[data-index="${Number(row.getAttribute('data-index')) + step}"]`);
  const target = next?.querySelector<HTMLElement>('[data-row-action]') ?? next?.querySelector<HTMLElement>('button, a, input');
  if (target === null || target === undefined) return;
  event.preventDefault();
  target.focus();
}
