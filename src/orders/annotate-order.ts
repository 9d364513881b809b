/** What the seller writes to an order: a note, tags, and that an oversold one is settled. The platform is not told. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { addOrderEvents } from '#orders/order-events.ts';
import { noSuchOrder } from '#orders/read-order.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';

export interface OrderPatch {
  note?: string | undefined;
  /** All of them: what is left out is taken away. */
  tags?: readonly string[] | undefined;
  /** Somebody has seen to it that the buyers get what was sold beyond the stock, or their money back. */
  oversoldSettled?: true | undefined;
}

interface Locked extends Record<string, unknown> {
  id: string;
  store_id: string;
  note: string;
  tags: string[];
  oversold: boolean;
}

/** Throws 'not_found' when the organization has no such order. What is the same already leaves no trace. */
export async function annotateOrder(hub: Hub, actor: Actor, orderId: string, patch: OrderPatch): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const { rows } = await tx.execute<Locked>(
      sql`select id, store_id, note, tags, oversold from orders where organization_id = ${tx.organizationId} and id = ${orderId} for update`,
    );
    const [order] = rows;
    if (order === undefined) throw noSuchOrder();
    const done: { code: string; parameters: Record<string, unknown> }[] = [];
    if (patch.note !== undefined && patch.note !== order.note) {
      await tx.execute(sql`update orders set note = ${patch.note} where ${of(tx, orderId)}`);
      // What it says is the seller's own, and may name a customer: it stands in the order alone.
      done.push({ code: 'note_changed', parameters: {} });
    }
    const tags = patch.tags === undefined ? null : [...new Set(patch.tags)];
    const added = tags?.filter((tag) => !order.tags.includes(tag)) ?? [];
    const removed = tags === null ? [] : order.tags.filter((tag) => !tags.includes(tag));
    if (tags !== null && added.length + removed.length > 0) {
      await tx.execute(sql`update orders set tags = ${sql.param(tags)}::text[] where ${of(tx, orderId)}`);
      done.push({ code: 'tags_changed', parameters: { added, removed } });
    }
    if (patch.oversoldSettled === true && order.oversold) done.push(await settle(tx, orderId, now));
    if (done.length === 0) return;
    await tx.execute(sql`update orders set updated_at = ${now} where ${of(tx, orderId)}`);
    await addOrderEvents(
      tx,
      done.map((event) => ({ orderId, at: now, ...event, userId: actor.userId })),
      now,
    );
    for (const { code, parameters } of done) await audit(tx, actor, `order.${code}`, 'order', orderId, parameters, now);
    tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'order', ids: [orderId], storeId: order.store_id }));
  });
}

const of = (tx: Transaction, orderId: string) => sql`organization_id = ${tx.organizationId} and id = ${orderId}`;

/** What is sold beyond the stock from now on raises the flag again. */
async function settle(tx: Transaction, orderId: string, now: Date) {
  const settled = await tx.execute<{ units: number }>(sql`
    with before as (select id, oversold_units from order_items where organization_id = ${tx.organizationId} and order_id = ${orderId} and oversold_units > 0),
      cleared as (update order_items set oversold_units = 0, updated_at = ${now}
        where organization_id = ${tx.organizationId} and id in (select id from before))
    select coalesce(sum(oversold_units), 0)::integer as units from before`);
  await tx.execute(sql`update orders set oversold = false where ${of(tx, orderId)}`);
  return { code: 'oversold_settled', parameters: { units: settled.rows[0]?.units ?? 0 } };
}
