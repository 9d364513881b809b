/** Keyset paging: a cursor is the last row's sort key and id, opaque to callers. Pages never skip or repeat a row. */
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { isUuid } from '#base/ids.ts';
import { unstorableIn } from '#base/storable-text.ts';
import type { Page, PageRequest } from '#db/page.ts';
import { sqlStateOf } from '#db/transaction.ts';

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many items, 1 to 200'),
  cursor: z.string().max(4000).optional().describe('nextCursor of the page before'),
});

export const searchText = z
  .string()
  .trim()
  .max(200)
  .transform((text) => (text === '' ? undefined : text))
  .optional()
  .describe('Words to search for; typing errors are forgiven');

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Throws 'invalid_input' for a cursor that was not made here, or for another order. */
export function readPage(query: { limit: number; cursor?: string | undefined }, order: string): PageRequest {
  return { limit: query.limit, after: query.cursor === undefined ? null : readCursor(query.cursor, order) };
}

export const cursorOf = (next: Page<unknown>['next'], order: string): string | null =>
  next === null ? null : Buffer.from(JSON.stringify([order, ...next])).toString('base64url');

/** A page as it is answered. */
export const answerPage = <Row>(page: Page<Row>, order: string): { items: Row[]; nextCursor: string | null } => ({
  items: page.items,
  nextCursor: cursorOf(page.next, order),
});

/** Ids are UUIDs, and lists of rows without one of their own name two. What a key is differs by order: see foreignCursorOf. */
const cursorShape = z.tuple([
  z.string(),
  z.string().refine((key) => unstorableIn(key) === null),
  z.string().refine((id) => id.split(' ').every(isUuid)),
]);

function readCursor(cursor: string, order: string): readonly [string, string] {
  try {
    const [madeFor, key, id] = cursorShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (madeFor === order) return [key, id];
  } catch {
    // Falls through: whatever is wrong with it, the remedy is the same.
  }
  throw foreignCursor();
}

const foreignCursor = () =>
  new AppError('invalid_input', 'This page address is no longer valid. Start again from the first page.', {
    issues: [{ path: 'cursor', message: 'The cursor does not belong to this list and order.' }],
  });

/**
 * A cursor whose key is none of its order was made up, or by an older version. Each list knows what its keys are and casts
 * them in its query; there it is found out (SQLSTATE class 22, data exception). Null when that is not what happened.
 */
export function foreignCursorOf(thrown: unknown, query: unknown): AppError | null {
  const pages = typeof query === 'object' && query !== null && 'cursor' in query && typeof query.cursor === 'string';
  return pages && sqlStateOf(thrown)?.startsWith('22') === true ? foreignCursor() : null;
}
