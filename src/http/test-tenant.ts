/** For tests of the walls: one of everything that has an id. */
import { newId } from '#base/ids.ts';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { addOrders } from '#http/test-orders.ts';
import { saveView } from '#organizations/saved-views.ts';
import type { Hub } from '#stores/hub.ts';
import { syncJobs, syncLogs } from '#sync/sync-tables.ts';
import { remoteOrder } from '#test/remote-order.ts';
import { webhookEvents } from '#webhooks/webhooks-tables.ts';

/** `ids` by the first word of the address. */
export async function addGoods(hub: Hub, organizationId: string): Promise<{ ids: Record<string, string>; variantId: string }> {
  const storeId = await addStore(hub, organizationId, 'Wall');
  const { productId, variantIds } = await addProduct(hub, organizationId, {
    title: 'Secret thing',
    variants: [{ sku: 'SECRET', onHand: 3 }],
  });
  const variantId = variantIds[0] ?? '';
  const listingId = await addListing(hub, organizationId, storeId, { productTitle: 'Secret thing', sku: 'SECRET', variantId });
  const [jobId, eventId, now] = [newId(), newId(), hub.clock.now()];
  await hub.db.inOrganization(organizationId, async (tx) => {
    await tx
      .insert(syncJobs)
      .values({ organizationId, id: jobId, storeId, jobType: 'pull', status: 'succeeded', cause: 'person', createdAt: now });
    await tx
      .insert(syncLogs)
      .values({ organizationId, id: newId(), storeId, level: 'info', event: 'pulled', message: 'Pulled', createdAt: now });
    await tx
      .insert(webhookEvents)
      .values({ organizationId, id: eventId, storeId, topic: 't', payload: '{}', hints: [], createdAt: now });
  });
  const orders = await addOrders(hub, organizationId, storeId, [remoteOrder('secret', now, [{ variantId: 'v' }])]);
  const somebody = { organizationId, userId: newId(), kind: 'user', role: 'member' } as const;
  const view = await saveView(hub, somebody, { list: 'orders', name: 'Secret', search: { q: 'secret' }, isShared: true });
  const ids = {
    stores: storeId,
    products: productId,
    variants: variantId,
    listings: listingId,
    'product-links': listingId,
    'sync-jobs': jobId,
    'webhook-events': eventId,
    orders: orders.get('secret') ?? '',
    'saved-views': view.id,
  };
  return { ids, variantId };
}
