/** An item of an unlinked listing is kept, and counted when the listing is linked. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { causesChanged, ofVariants } from '#listings/changes.ts';
import type { Sold } from '#listings/holds.ts';
import { bookOrders } from '#orders/book-orders.ts';
import type { Hub } from '#stores/hub.ts';
import { namedPlaces } from '#stores/places.ts';
import type { StoreRow } from '#stores/stores-store.ts';

const ordersAtMost = 200;

/** Returns how many orders have items whose listing has been linked since; call again until it is 0. */
export async function bookLinkedItems(hub: Hub, tx: Transaction, store: StoreRow): Promise<number> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from orders where organization_id = ${tx.organizationId} and id in (
      select i.order_id from order_items i
      join listings l on l.organization_id = i.organization_id and l.store_id = i.store_id and l.platform_variant_id = i.platform_variant_id and l.variant_id is not null
      where i.organization_id = ${tx.organizationId} and i.store_id = ${store.id} and i.parked = 'unlinked' limit ${ordersAtMost})
    order by platform_order_id for update`);
  const orderIds = rows.map(({ id }) => id);
  if (orderIds.length === 0) return 0;
  const parked = await parkedItems(tx, orderIds);
  await bookOrders(hub, tx, store, { orderIds, soldNow: false });
  const late = await soldSinceRead(tx, store, parked);
  // Units that are held no longer are for sale on every store.
  const variantIds = [...new Set(late.map((one) => one.variantId))];
  if (late.length > 0) await causesChanged(hub, tx, ofVariants(variantIds), { stockOnly: true, sold: late });
  return orderIds.length;
}

async function parkedItems(tx: Transaction, orderIds: readonly string[]): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from order_items where organization_id = ${tx.organizationId} and order_id = any(${sql.param([...orderIds])}::uuid[]) and parked = 'unlinked'`);
  return rows.map(({ id }) => id);
}

interface LateSale extends Sold {
  variantId: string;
}

/**
 * What of these items is booked now and explains a figure that is lower than it was known to be, by listing and place: units that were
 * sold after the figure was last read, and units that are held because it was read lower after their sale. What the known
 * figure contains already explains nothing. Of a bundle the component counts of which most was taken, as in book-orders.ts.
 */
async function soldSinceRead(tx: Transaction, store: StoreRow, itemIds: readonly string[]): Promise<LateSale[]> {
  // As placeOfSale says.
  const named = sql`${sql.param(namedPlaces(store.settings))}::text[]`;
  const main = store.settings.remoteLocationId ?? '';
  const { rows } = await tx.execute<LateSale & Record<string, unknown>>(sql`
    with booked as (
      select l.id as listing_id, l.variant_id, o.placed_at,
        case when i.platform_location_id = any(${named}) then i.platform_location_id else ${main} end as place, (
        select max(ceil(taken.units::numeric / f.units))::int from jsonb_to_recordset(i.booked_from) as f("variantId" uuid, units integer)
        cross join lateral (
          select sum(b.reserved + b.shipped - b.restocked) as units from order_bookings b
          where b.organization_id = i.organization_id and b.item_id = i.id and b.variant_id = f."variantId"
        ) taken) as units
      from order_items i
      join orders o on o.organization_id = i.organization_id and o.id = i.order_id
      join listings l on l.organization_id = i.organization_id and l.store_id = i.store_id and l.platform_variant_id = i.platform_variant_id
        and (i.platform_product_id is null or l.platform_product_id = i.platform_product_id)
      where i.organization_id = ${tx.organizationId} and i.id = any(${sql.param([...itemIds])}::uuid[]) and i.parked is null
    ), late as (
      select k.listing_id, k.variant_id, k.place, coalesce(sum(k.units) filter (where q.last_read_at is null or k.placed_at > q.last_read_at), 0) as unread,
        coalesce(sum(k.units), 0) as units, min(k.placed_at) as first_placed_at
      from booked k
      left join listing_levels q on q.organization_id = ${tx.organizationId} and q.listing_id = k.listing_id
        and q.remote_location_id = k.place
      where k.units > 0 group by k.listing_id, k.variant_id, k.place
    )
    select listing_id as "listingId", variant_id as "variantId", place, (unread + least(units - unread, (
        select coalesce(sum(h.units), 0) from listing_holds h where h.organization_id = ${tx.organizationId} and h.listing_id = late.listing_id
          and h.remote_location_id = late.place and h.reason = 'unexplained_drop' and h.created_at >= late.first_placed_at)))::int as units
    from late`);
  return rows.filter(({ units }) => units > 0);
}
