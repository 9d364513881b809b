/** What of an order may be reported as shipped, and why not. */
import { sql } from 'drizzle-orm';
import type { OrderStatus } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { toShip } from '#orders/orders.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreRow } from '#stores/stores-store.ts';

/**
 * Units by the platform's item id that shipments of ours cover and that the newest snapshot may still call unshipped: those
 * on their way, and those done whose order has not been read since. The caller holds the order when it writes by this.
 */
export async function coveredUnits(tx: Transaction, orderId: string): Promise<Map<string, number>> {
  const { rows } = await tx.execute<{ item_id: string; units: number }>(sql`
    select x."itemId" as item_id, sum(x.quantity)::integer as units
    from order_shipments s, jsonb_to_recordset(s.items) as x("itemId" text, quantity integer)
    where s.organization_id = ${tx.organizationId} and s.order_id = ${orderId} and s.created_by is not null
      and (s.state in ('unsent', 'sent', 'unknown') or (s.state = 'done' and s.attempt_after is not null))
    group by 1`);
  return new Map(rows.map(({ item_id, units }) => [item_id, units]));
}

export interface ShippableItem {
  platformItemId: string;
  reserved: number;
  fulfilledBy: 'seller' | 'platform';
  vanished: boolean;
}

/** Units of an item that are still to be reported. */
export function unitsToShip(item: ShippableItem, covered: ReadonlyMap<string, number>): number {
  if (item.fulfilledBy === 'platform' || item.vanished) return 0;
  return Math.max(0, item.reserved - (covered.get(item.platformItemId) ?? 0));
}

const ofStatus: Readonly<Partial<Record<OrderStatus, string>>> = {
  unpaid: 'This order is not paid yet. It can be shipped when it is.',
  on_hold: 'The platform holds this order back. It can be shipped when the platform lets it go.',
  cancelled: 'This order was cancelled. There is nothing to ship.',
};

/** Why no shipment of this order can be reported, as a sentence with what to do; null when one can. */
export function whyNotShippable(
  hub: Hub,
  store: Pick<StoreRow, 'name' | 'platform' | 'status'>,
  status: OrderStatus,
  units: number,
): string | null {
  const connector = Object.hasOwn(hub.connectors, store.platform) ? hub.connectors[store.platform] : undefined;
  const platform = connector?.manifest.name ?? store.platform;
  if (connector?.manifest.orders?.fulfils !== true || connector.orders?.ship === undefined)
    return `${platform} does not take shipments from StoreSync. Mark the order as shipped on ${platform}; it is shown here soon after.`;
  if (store.status === 'disconnected' || store.status === 'needs_reconnect')
    return `${store.name} is not connected. Connect it again under Integrations, then report the shipment.`;
  const sentence = ofStatus[status];
  if (sentence !== undefined) return sentence;
  if (!toShip.includes(status)) return 'Everything of this order has been shipped.';
  return units > 0 ? null : 'Everything that is still to be shipped is in a shipment already.';
}
