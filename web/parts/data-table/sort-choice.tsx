import type { RowData } from '@tanstack/react-table';
import type { Column, Sorting } from '~/parts/data-table/columns.ts';
import { sortOptions } from '~/parts/data-table/sort-options.ts';

/** On a phone, what the column heads are on a desk. */
export function SortChoice<T extends RowData>({ columns, sorting }: { columns: Column<T>[]; sorting: Sorting | undefined }) {
  const options = sortOptions(columns);
  if (sorting === undefined || options.length === 0) return null;
  return (
    <select
      aria-label="Sort by"
      className="select select-sm w-auto max-w-40 md:hidden"
      value={sorting.value ?? ''}
      onChange={({ target }) => sorting.onChange(target.value)}
    >
      {sorting.value === undefined && <option value="">Sort by</option>}
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
