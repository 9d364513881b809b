/** Keyset paging, as the lists of every noun speak it: a page begins after the row with a sort key and an id. */
export interface PageRequest {
  limit: number;
  after: readonly [key: string, id: string] | null;
}

export interface Page<Row> {
  items: Row[];
  /** Key and id of the last row, when there are more. */
  next: readonly [key: string, id: string] | null;
}

/** A page from `limit + 1` rows: the one too many only tells that there is a next page. */
export function pageOfRows<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly [key: string, id: string],
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(itemOf), next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}
