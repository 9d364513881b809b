/**
 * A person reports a shipment. It is stored as `unsent`, with the order locked, so that no unit is reported twice; the
 * store's turn sends it.
 *
 *   unsent --turn--> sent --answer--> done | refused
 *     |  ^             |--no answer, or its worker died--> unknown --the order shows it--> done
 *     |  '--not taken now--'                                  '--it does not--> sent
 *     '--person--> cancelled
 */
import { sql } from 'drizzle-orm';
import { AppError, type FieldIssue } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { OrderStatus } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { addOrderEvents } from '#orders/order-events.ts';
import { noSuchOrder, readShipment, type ShownShipment } from '#orders/read-order.ts';
import { coveredUnits, type ShippableItem, unitsToShip, whyNotShippable } from '#orders/shippable.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
import { findStore } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';

export interface ShipmentRequest {
  items: readonly { itemId: string; quantity: number }[];
  carrier: string;
  /** '' when there is none. */
  trackingNumber: string;
  trackingUrl?: string | undefined;
  notifyBuyer: boolean;
}

interface LockedOrder extends Record<string, unknown> {
  id: string;
  store_id: string;
  status: OrderStatus;
  number: string;
}

async function lockOrder(tx: Transaction, orderId: string): Promise<LockedOrder> {
  const { rows } = await tx.execute<LockedOrder>(
    sql`select id, store_id, status, number from orders where organization_id = ${tx.organizationId} and id = ${orderId} for update`,
  );
  const [order] = rows;
  if (order === undefined) throw noSuchOrder();
  return order;
}

/**
 * Returns the shipment as it waits to be sent. Throws 'not_found', 'conflict' when the order takes no shipment now,
 * 'invalid_input' naming the item when more is reported than is still to be shipped.
 */
export async function requestShipment(hub: Hub, actor: Actor, orderId: string, request: ShipmentRequest): Promise<ShownShipment> {
  const id = newId();
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const order = await lockOrder(tx, orderId);
    const store = await findStore(tx, order.store_id);
    const items = await readShippable(tx, orderId);
    const covered = await coveredUnits(tx, orderId);
    const left = new Map([...items].map(([itemId, item]) => [itemId, unitsToShip(item, covered)]));
    const why = whyNotShippable(
      hub,
      store,
      order.status,
      [...left.values()].reduce((sum, units) => sum + units, 0),
    );
    if (why !== null) throw new AppError('conflict', why);
    const parts = partsOf(request.items, items, left);
    const units = parts.reduce((sum, { quantity }) => sum + quantity, 0);
    await tx.execute(sql`
      insert into order_shipments (organization_id, id, order_id, store_id, carrier, tracking_number, tracking_url, items, notify_buyer, state, created_by, created_at, updated_at)
      values (${tx.organizationId}, ${id}, ${orderId}, ${order.store_id}, ${request.carrier}, ${request.trackingNumber}, ${request.trackingUrl ?? null},
        ${JSON.stringify(parts)}::jsonb, ${request.notifyBuyer}, 'unsent', ${actor.userId ?? actor.kind}, ${now}, ${now})`);
    const parameters = { shipmentId: id, units, trackingNumber: request.trackingNumber };
    await noteShipment(hub, tx, actor, order, 'shipment_requested', parameters);
    await workFor(hub, tx, [order.store_id]);
    return await readShipment(hub, tx, orderId, id);
  });
}

/** Calls a shipment off while nothing of it has been sent, and returns it. Throws 'conflict' afterwards. */
export async function cancelShipment(hub: Hub, actor: Actor, orderId: string, shipmentId: string): Promise<ShownShipment> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const order = await lockOrder(tx, orderId);
    const found = await tx.execute<{ state: string; tracking_number: string }>(sql`
      select state, tracking_number from order_shipments
      where organization_id = ${tx.organizationId} and order_id = ${orderId} and id = ${shipmentId}`);
    const [shipment] = found.rows;
    if (shipment === undefined) throw new AppError('not_found', 'There is no such shipment of this order. Reload the page.');
    if (shipment.state === 'cancelled') return await readShipment(hub, tx, orderId, shipmentId);
    if (shipment.state !== 'unsent')
      throw new AppError(
        'conflict',
        'This shipment has been sent to the platform. Cancel it there; it is shown here soon after.',
      );
    const now = hub.clock.now();
    await tx.execute(sql`update order_shipments set state = 'cancelled', attempt_after = null, updated_at = ${now}
      where organization_id = ${tx.organizationId} and id = ${shipmentId}`);
    await noteShipment(hub, tx, actor, order, 'shipment_cancelled', { shipmentId, trackingNumber: shipment.tracking_number });
    return await readShipment(hub, tx, orderId, shipmentId);
  });
}

async function noteShipment(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  order: LockedOrder,
  code: string,
  parameters: Record<string, unknown>,
): Promise<void> {
  const now = hub.clock.now();
  await addOrderEvents(tx, [{ orderId: order.id, at: now, code, parameters, userId: actor.userId }], now);
  await audit(tx, actor, `order.${code}`, 'order', order.id, parameters, now);
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'order', ids: [order.id], storeId: order.store_id }));
}

/** By our item id. */
async function readShippable(tx: Transaction, orderId: string): Promise<Map<string, ShippableItem & { title: string }>> {
  const { rows } = await tx.execute<ShippableItem & { id: string; title: string } & Record<string, unknown>>(sql`
    select id, title, platform_item_id as "platformItemId", reserved, fulfilled_by as "fulfilledBy", vanished from order_items
    where organization_id = ${tx.organizationId} and order_id = ${orderId}`);
  return new Map(rows.map(({ id, ...item }) => [id, item]));
}

/** In the platform's ids, each item once. */
function partsOf(
  asked: ShipmentRequest['items'],
  items: ReadonlyMap<string, ShippableItem & { title: string }>,
  left: ReadonlyMap<string, number>,
): { itemId: string; quantity: number }[] {
  const units = new Map<string, { quantity: number; at: number }>();
  for (const [at, { itemId, quantity }] of asked.entries()) {
    const before = units.get(itemId);
    units.set(itemId, { quantity: (before?.quantity ?? 0) + quantity, at: before?.at ?? at });
  }
  const issues: FieldIssue[] = [];
  const parts = [...units].flatMap(([itemId, { quantity, at }]) => {
    const item = items.get(itemId);
    const path = `items.${at}`;
    const atMost = left.get(itemId) ?? 0;
    if (item === undefined) {
      issues.push({ path: `${path}.itemId`, message: 'The order has no such item. Reload the page.' });
      return [];
    }
    if (quantity > atMost) {
      const rest = atMost === 0 ? 'nothing of it is left to be shipped' : `only ${atMost} of it are left to be shipped`;
      issues.push({ path: `${path}.quantity`, message: `"${item.title}": ${rest}.` });
    }
    return [{ itemId: item.platformItemId, quantity }];
  });
  const [first] = issues;
  if (first !== undefined) throw new AppError('invalid_input', first.message, { issues });
  return parts;
}
