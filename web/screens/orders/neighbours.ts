/** The order above and the one below the open one. Pure. */

interface Row {
  id: string;
}

/** Where the open order stood in the list, the last time that it was in it. */
export interface LastPlace {
  id: string;
  index: number;
}

export const placeOf = (rows: readonly Row[], openId: string | undefined): LastPlace | null => {
  const index = rows.findIndex(({ id }) => id === openId);
  return index === -1 || openId === undefined ? null : { id: openId, index };
};

/**
 * An order that was shipped leaves the list of those to ship while it is open: the one that stands in its place now comes
 * next. Neither has a neighbour that was never in the list.
 */
export function neighboursOf<T extends Row>(
  rows: readonly T[],
  openId: string | undefined,
  last: LastPlace | null,
): { above: T | undefined; below: T | undefined } {
  const here = placeOf(rows, openId);
  if (here !== null) return { above: rows[here.index - 1], below: rows[here.index + 1] };
  if (last === null || last.id !== openId) return { above: undefined, below: undefined };
  return { above: rows[last.index - 1], below: rows[last.index] };
}
