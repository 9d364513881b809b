/** Keyset paging: a cursor is the last row's sort key and id, opaque to callers. Pages never skip or repeat a row. */
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { Page, PageRequest } from '#db/page.ts';

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

const cursorShape = z.tuple([z.string(), z.string().max(2000), z.string().max(100)]);

function readCursor(cursor: string, order: string): readonly [string, string] {
  try {
    const [madeFor, key, id] = cursorShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (madeFor === order) return [key, id];
  } catch {
    // Falls through: whatever is wrong with it, the remedy is the same.
  }
  throw new AppError('invalid_input', 'This page address is no longer valid. Start again from the first page.', {
    issues: [{ path: 'cursor', message: 'The cursor does not belong to this list and order.' }],
  });
}
