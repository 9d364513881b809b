/** An order that the database does not take is left out, and said: it waits for a person, or for the platform to correct it. */
import { sql } from 'drizzle-orm';
import { messageOf } from '#base/errors.ts';
import type { RemoteOrder } from '#connectors/order.ts';
import { contentOf } from '#orders/ingest-orders.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** Of one store so many are remembered, the latest: of more than these some may be said again. */
const rememberedAtMost = 100;

/**
 * Says so, once for an order as the platform tells of it: it is read again and again while it stands in the feed, and is said
 * anew only when it has changed. What was said is remembered in the store's row.
 */
export async function setOrderAside({ hub, lease, store }: Turn, order: RemoteOrder, thrown: unknown): Promise<void> {
  const content = contentOf(order);
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    const { rows } = await tx.execute<{ said: Record<string, string> | null }>(sql`
      select metadata->'ordersSetAside' as said from stores where organization_id = ${tx.organizationId} and id = ${store.id} for no key update`);
    const { [order.id]: before, ...others } = rows[0]?.said ?? {};
    if (before === content) return;
    hub.log.warn({ storeId: store.id, orderId: order.id, err: messageOf(thrown) }, 'an order cannot be kept');
    // jsonb keeps no order of its keys: which ones are forgotten is left to it.
    const kept = Object.entries(others).slice(0, rememberedAtMost - 1);
    const said = JSON.stringify({ ordersSetAside: Object.fromEntries([...kept, [order.id, content]]) });
    await tx.execute(
      sql`update stores set metadata = metadata || ${said}::jsonb where organization_id = ${tx.organizationId} and id = ${store.id}`,
    );
    const line = {
      jobId: null,
      storeId: store.id,
      listingId: null,
      level: 'error' as const,
      event: 'order_set_aside',
      message: `${store.name} tells of the order ${order.id} with a figure or a text that cannot be kept, so it is not shown and not counted. Look at it there, and correct the counts of its goods by hand.`,
      details: { orderId: order.id },
    };
    await writeSyncLogs(tx, [line], hub.clock.now());
  });
}
