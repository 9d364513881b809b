/** Orders are parsed one by one: one of another shape than the documented one hides none of those beside it. */
import { z } from 'zod';
import { MalformedResponse } from '#connectors/errors.ts';
import type { OrderRemarks, UnreadableOrder } from '#connectors/order.ts';

const issuesAtMost = 5;

/** `why` names places and kinds, never what stands there: that may be a buyer's. */
export function unreadableOrder(raw: unknown, updatedAt: 'updatedAt' | 'update_time', error: z.ZodError): UnreadableOrder {
  const issues = error.issues.slice(0, issuesAtMost).map(({ path, message }) => `${path.join('.') || 'order'}: ${message}`);
  return { id: fieldOf(raw, 'id') ?? '', updatedAt: fieldOf(raw, updatedAt), why: issues.join('; '), raw };
}

/** Throws MalformedResponse where nobody listens: the answer is then not understood as a whole. */
export function tellUnreadable(order: UnreadableOrder, { unreadable }: OrderRemarks): void {
  if (unreadable === undefined) throw new MalformedResponse(`The order ${order.id}: ${order.why}`);
  unreadable(order);
}

const field = z.union([z.string(), z.number(), z.bigint()]).transform(String);

function fieldOf(raw: unknown, name: string): string | null {
  const parsed = z.record(z.string(), z.unknown()).safeParse(raw);
  const value = field.safeParse(parsed.data?.[name]);
  return value.success ? value.data : null;
}
