/**
 * Cursor paging. A cursor holds the sort value and the id of its row, so a page that is asked for after rows were edited,
 * added or removed goes on at the same place, neither repeating nor skipping an unchanged row.
 * Bounds: 250 a page and 25 000 rows of one list [https://shopify.dev/docs/api/usage/limits].
 */
import { requestError } from '#connectors/shopify/sandbox/request-context.ts';
import { compareKeys, type SortKey } from '#connectors/shopify/sandbox/sorted-view.ts';

export const pageLimit = 250;
export const listLimit = 25_000;

export interface PageArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
  reverse?: boolean | null;
}

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  nodes: T[];
  pageInfo: { startCursor: string | null; endCursor: string | null; hasNextPage: boolean; hasPreviousPage: boolean };
}

/** One page of `rows`, which are sorted ascending by `key`. `bulk`: no page size is needed, and none given means all. */
export function pageOf<T extends { id: string }>(
  rows: readonly T[],
  key: SortKey<T>,
  args: PageArguments,
  bulk = false,
): Connection<T> {
  const reverse = args.reverse === true;
  const ordered = reverse ? rows.toReversed() : rows;
  const compare = (row: T, cursor: Cursor): number =>
    (reverse ? -1 : 1) * compareKeys(key.valueOf(row), row.id, cursor.value, cursor.id);

  const from = args.after == null ? 0 : firstWhere(ordered, cursorOf(args.after), (row, cursor) => compare(row, cursor) > 0);
  const to =
    args.before == null ? ordered.length : firstWhere(ordered, cursorOf(args.before), (row, cursor) => compare(row, cursor) >= 0);
  let start = from;
  let end = Math.max(from, to);
  if (args.first != null) end = Math.min(end, start + args.first);
  else if (args.last != null) start = Math.max(start, end - args.last);
  if (!bulk && (args.first != null ? start >= listLimit : ordered.length - end >= listLimit)) {
    throw requestError(
      `Requests to paginate past ${listLimit} objects are refused. Add filters or use a bulk operation.`,
      'BAD_REQUEST',
    );
  }

  const nodes = ordered.slice(start, end);
  const edges = nodes.map((node) => ({ cursor: writeCursor(key.valueOf(node), node.id), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: end < ordered.length,
      hasPreviousPage: start > 0,
    },
  };
}

interface Cursor {
  value: string | number;
  id: string;
}

export const writeCursor = (value: string | number, id: string): string =>
  Buffer.from(JSON.stringify({ last_id: id, last_value: value })).toString('base64');

function cursorOf(text: string): Cursor {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'last_id' in parsed && 'last_value' in parsed) {
      const { last_id: id, last_value: value } = parsed;
      if (typeof id === 'string' && (typeof value === 'string' || typeof value === 'number')) return { id, value };
    }
  } catch {
    // Not JSON: refused below, like everything else that is no cursor of ours.
  }
  throw requestError('Invalid cursor for current pagination sort.', 'BAD_REQUEST');
}

/** Binary search: the first index at which `passed` holds; it holds for every later one too. */
function firstWhere<T>(rows: readonly T[], cursor: Cursor, passed: (row: T, cursor: Cursor) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && passed(row, cursor)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Size of a page by its arguments. Refused as the platform does: none or both of `first` and `last`, negative, over 250.
 */
export function pageSize(args: PageArguments): number {
  if (args.first != null && args.last != null)
    throw requestError('providing both first and last is not supported', 'BAD_REQUEST');
  const size = args.first ?? args.last;
  if (size == null) throw requestError('you must provide one of first or last', 'BAD_REQUEST');
  const name = args.first != null ? 'first' : 'last';
  if (size < 0) throw requestError(`${name} cannot be less than zero`, 'BAD_REQUEST');
  if (size > pageLimit) throw requestError(`${name} cannot exceed ${pageLimit}`, 'BAD_REQUEST');
  return size;
}
