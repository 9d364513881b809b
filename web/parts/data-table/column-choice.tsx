import type { ReactTable, RowData } from '@tanstack/react-table';
import { Columns3 } from 'lucide-react';
import { useState } from 'react';
import type { Column, Features } from '~/parts/data-table/columns.ts';
import { Popover } from '~/parts/popover.tsx';
import { remember, remembered } from '~/parts/remembered.ts';

type Visibility = Record<string, boolean>;

/** Which columns are shown: those not hidden at first, until the person chooses; kept in this browser. */
export function useColumnChoice<T extends RowData>(name: string, columns: Column<T>[]) {
  const [chosen, setChosen] = useState<Visibility>(() => readVisibility(remembered(`columns-${name}`)));
  const shown: Visibility = {};
  for (const { id, meta } of columns) if (id !== undefined) shown[id] = chosen[id] ?? meta?.hidden !== true;
  const choose = (next: Visibility) => {
    setChosen(next);
    remember(`columns-${name}`, JSON.stringify(next));
  };
  return { shown, choose };
}

function readVisibility(text: string | null): Visibility {
  if (text === null) return {};
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null
      ? Object.fromEntries(Object.entries(read).filter(([, on]) => typeof on === 'boolean'))
      : {};
  } catch {
    // Written by an older version: begin anew.
    return {};
  }
}

export function ColumnChoice<T extends RowData>({ table }: { table: ReactTable<Features, T> }) {
  const choices = table
    .getAllLeafColumns()
    .filter(({ columnDef }) => columnDef.meta?.pinned !== true && columnName(columnDef) !== null);
  return (
    <Popover
      className="btn btn-ghost btn-xs font-normal max-md:hidden"
      trigger={
        <>
          <Columns3 className="size-3.5" aria-hidden />
          Columns
        </>
      }
    >
      {() => (
        <fieldset className="min-w-40">
          <legend className="mb-1 text-xs text-muted">Shown columns</legend>
          {choices.map((column) => (
            <label key={column.id} className="flex h-8 cursor-pointer items-center gap-2.5 rounded px-1 hover:bg-base-200">
              <input
                type="checkbox"
                className="checkbox checkbox-sm"
                checked={column.getIsVisible()}
                onChange={column.getToggleVisibilityHandler()}
              />
              {columnName(column.columnDef)}
            </label>
          ))}
        </fieldset>
      )}
    </Popover>
  );
}

/** Null for columns that carry buttons: they are not chosen. */
function columnName({
  header,
  meta,
  id,
}: {
  header?: unknown;
  meta?: { name?: string } | undefined;
  id?: string | undefined;
}): string | null {
  if (id === 'acts') return null;
  return meta?.name ?? (typeof header === 'string' ? header : null);
}
