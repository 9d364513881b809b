/**
 * Shipments that a snapshot tells of. One of ours that waits, or whose answer never came, is recognised in it by what it
 * carries, so that nothing is shown, or sent, twice.
 */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { RemoteOrder, RemoteShipment } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { addOrderEvents } from '#orders/order-events.ts';
import type { StoreRow } from '#stores/stores-store.ts';

/** An order that a snapshot tells of, by our id. */
interface ToldOf {
  id: string;
  order: Pick<RemoteOrder, 'shipments'>;
}

interface Own extends Record<string, unknown> {
  id: string;
  order_id: string;
  platform_shipment_id: string | null;
  tracking_number: string;
  items: { itemId: string; quantity: number }[];
  state: 'unsent' | 'sent' | 'unknown' | 'done' | 'refused' | 'cancelled';
  created_at: Date;
}

/** Clocks of platforms go a little wrong. */
const skewMs = 120_000;

/** The caller holds the orders. */
export async function saveShipments(tx: Transaction, store: StoreRow, taken: readonly ToldOf[], now: Date): Promise<void> {
  const withSome = taken.filter(({ order }) => order.shipments.length > 0);
  if (withSome.length === 0) return;
  const stored = await tx.execute<Own>(sql`
    select id, order_id, platform_shipment_id, tracking_number, items, state, created_at from order_shipments
    where organization_id = ${tx.organizationId} and order_id = any(${sql.param(withSome.map(({ id }) => id))}::uuid[])
    order by created_at, id`);
  const recognised: { id: string; orderId: string; shipment: RemoteShipment }[] = [];
  for (const { order, id: orderId } of withSome) {
    const own = stored.rows.filter(({ order_id }) => order_id === orderId);
    const known = new Set(own.map((one) => one.platform_shipment_id));
    const waiting = own.filter(isWaiting);
    for (const shipment of order.shipments.filter(({ id }) => !known.has(id))) {
      const at = waiting.findIndex((one) => isSame(one, shipment));
      const [found] = at === -1 ? [] : waiting.splice(at, 1);
      if (found !== undefined) recognised.push({ id: found.id, orderId, shipment });
    }
  }
  await adopt(tx, recognised, now);
  await upsert(tx, store, withSome, now);
}

const isWaiting = (one: Own): boolean =>
  one.platform_shipment_id === null && (one.state === 'unsent' || one.state === 'sent' || one.state === 'unknown');

/** The same parcel: the same number and things. Without a number only one that was made after ours was reported. */
function isSame(own: Own, shipment: RemoteShipment): boolean {
  if (own.tracking_number.trim() !== shipment.trackingNumber.trim()) return false;
  if (shipment.cancelled || (own.tracking_number.trim() === '' && (own.state === 'unsent' || tooOld(own, shipment))))
    return false;
  return contentsOf(own.items) === contentsOf(shipment.items);
}

const tooOld = (own: Own, { createdAt }: RemoteShipment): boolean => Date.parse(createdAt) < own.created_at.getTime() - skewMs;

const contentsOf = (items: readonly { itemId: string; quantity: number }[]): string =>
  items
    .map(({ itemId, quantity }) => `${itemId}\t${quantity}`)
    .sort()
    .join('\n');

async function adopt(
  tx: Transaction,
  recognised: readonly { id: string; orderId: string; shipment: RemoteShipment }[],
  now: Date,
): Promise<void> {
  if (recognised.length === 0) return;
  const rows = recognised.map(({ id, shipment }) => ({ id, platform_shipment_id: shipment.id }));
  await tx.execute(sql`
    update order_shipments s set platform_shipment_id = x.platform_shipment_id, state = 'done', attempt_after = null, updated_at = ${now}
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, platform_shipment_id text)
    where s.organization_id = ${tx.organizationId} and s.id = x.id`);
  await addOrderEvents(
    tx,
    recognised.map(({ id, orderId, shipment }) => ({
      orderId,
      at: now,
      code: 'shipment_recognised',
      parameters: { shipmentId: id, trackingNumber: shipment.trackingNumber },
      userId: null,
    })),
    now,
  );
}

async function upsert(tx: Transaction, store: StoreRow, taken: readonly ToldOf[], now: Date): Promise<void> {
  const rows = taken.flatMap(({ order, id }) =>
    order.shipments.map((shipment) => ({
      id: newId(),
      order_id: id,
      platform_shipment_id: shipment.id,
      carrier: shipment.carrier,
      tracking_number: shipment.trackingNumber,
      tracking_url: shipment.trackingUrl,
      items: shipment.items,
      state: shipment.cancelled ? 'cancelled' : 'done',
      created_at: shipment.createdAt,
    })),
  );
  await tx.execute(sql`
    insert into order_shipments (organization_id, id, order_id, store_id, platform_shipment_id, carrier, tracking_number, tracking_url, items, state, created_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, x.order_id, ${store.id}::uuid, x.platform_shipment_id, x.carrier, x.tracking_number, x.tracking_url, x.items, x.state,
      x.created_at, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, order_id uuid, platform_shipment_id text, carrier text, tracking_number text, tracking_url text,
      items jsonb, state text, created_at timestamptz)
    on conflict (organization_id, order_id, platform_shipment_id) where platform_shipment_id is not null do update set carrier = excluded.carrier,
      tracking_number = excluded.tracking_number, tracking_url = excluded.tracking_url, items = excluded.items, state = excluded.state,
      attempt_after = null, updated_at = excluded.updated_at`);
}
