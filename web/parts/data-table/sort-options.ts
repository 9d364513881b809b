/** The ways to sort a list, for where there are no column heads to press. Pure. */
interface SortableColumn {
  header?: unknown;
  meta?: { name?: string; sort?: { up?: string; down?: string } } | undefined;
}

/** "Placed ↑" is the API's `placedAt`, "Placed ↓" its `-placedAt`; either may be missing. */
export function sortOptions(columns: readonly SortableColumn[]): { value: string; label: string }[] {
  return columns.flatMap(({ header, meta }) => {
    const name = meta?.name ?? (typeof header === 'string' ? header : null);
    if (name === null) return [];
    const { up, down } = meta?.sort ?? {};
    return [
      ...(up === undefined ? [] : [{ value: up, label: `${name} ↑` }]),
      ...(down === undefined ? [] : [{ value: down, label: `${name} ↓` }]),
    ];
  });
}
