import { AppError } from '#base/errors.ts';
import { findOrderPlace } from '#orders/refresh-order.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { connectorOf, openSession } from '#stores/session.ts';
import { findStore } from '#stores/stores-store.ts';
import { makePacer } from '#sync/pacing.ts';

/**
 * The platform's own carriers for an order; none where any text will do. Throws 'not_found' for an order that the
 * organization does not have, and the platform's error as it is.
 */
export async function listCarriers(hub: Hub, actor: Actor, orderId: string): Promise<{ code: string; name: string }[]> {
  const { organizationId } = actor;
  const { store, platformOrderId } = await hub.db.inOrganization(organizationId, async (tx) => {
    const place = await findOrderPlace(tx, orderId);
    return { store: await findStore(tx, place.storeId), platformOrderId: place.platformOrderId };
  });
  const { manifest, orders } = connectorOf(hub, store.platform);
  if (orders?.carriers === undefined) return [];
  if (store.status !== 'active')
    throw new AppError('needs_reconnect', `${store.name} is not connected, or is paused. Look under Integrations.`);
  const pacer = makePacer(hub.db, organizationId, store.id, manifest.limits.buckets);
  const session = await openSession(hub, store, pacer, AbortSignal.timeout(20_000));
  return [...(await orders.carriers(session, platformOrderId))];
}
