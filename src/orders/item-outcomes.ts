/** What items want of the stock, and what became of it, as it is stored with them. */
import { sql } from 'drizzle-orm';
import type { LocationShare } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import type { StockLine } from '#inventory/book.ts';
import type { BookedFrom, ParkedReason } from '#orders/orders.ts';
import type { Placed } from '#orders/stock-effect.ts';
import type { Hub } from '#stores/hub.ts';

export interface Item extends Record<string, unknown> {
  id: string;
  order_id: string;
  platform_item_id: string;
  platform_location_id: string | null;
  shares: readonly LocationShare[] | null;
  quantity: number;
  reserved: number;
  shipped: number;
  restocked: number;
  fulfilled_by: 'seller' | 'platform';
  parked: ParkedReason | null;
  booked_from: BookedFrom[] | null;
  oversold_units: number;
  placed_at: Date;
  cancelled_at: Date | null;
  listing_id: string | null;
  stock_policy: string | null;
  variant_id: string | null;
  tracked: boolean | null;
  /** What the variant is made of, when it is a bundle. */
  components: Component[] | null;
}

export interface Component {
  variantId: string;
  units: number;
}

export interface Booking extends Placed {
  variantId: string;
}

/** What becomes of one item. */
export interface Outcome {
  item: Item;
  parked: ParkedReason | null;
  bookedFrom: BookedFrom[] | null;
  bookings: Booking[];
  lines: StockLine[];
  /** Units by which it is now more than there was. */
  oversold: number;
  /** Units newly taken from stock. */
  taken: number;
}

/** Units that are taken, wherever. */
export const heldBy = (places: readonly Placed[]): number =>
  places.reduce((sum, one) => sum + one.reserved + one.shipped - one.restocked, 0);

export async function saveOutcomes(
  hub: Hub,
  tx: Transaction,
  outcomes: readonly Outcome[],
  orderIds: readonly string[],
): Promise<void> {
  const rows = outcomes.flatMap((outcome) => {
    const { item, parked, bookedFrom } = outcome;
    const oversold = oversoldUnits(outcome);
    const same = parked === item.parked && bookedFrom === item.booked_from && oversold === item.oversold_units;
    return same ? [] : [{ id: item.id, parked, booked_from: bookedFrom, oversold_units: oversold }];
  });
  if (rows.length > 0)
    await tx.execute(sql`
      update order_items i set parked = x.parked, booked_from = x.booked_from, oversold_units = x.oversold_units
      from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, parked text, booked_from jsonb, oversold_units integer)
      where i.organization_id = ${tx.organizationId} and i.id = x.id`);
  const moved = outcomes.filter(({ lines }) => lines.length > 0);
  const bookings = moved.flatMap(({ item, bookings }) => bookings.map((one) => ({ item_id: item.id, ...one })));
  if (bookings.length > 0)
    await tx.execute(sql`
      insert into order_bookings (organization_id, item_id, variant_id, location_id, reserved, shipped, restocked)
      select ${tx.organizationId}::uuid, x.item_id, x."variantId", x."locationId", x.reserved, x.shipped, x.restocked
      from json_to_recordset(${JSON.stringify(bookings)}::json) as x(item_id uuid, "variantId" uuid, "locationId" uuid, reserved integer, shipped integer, restocked integer)
      on conflict (organization_id, item_id, variant_id, location_id) do update set reserved = excluded.reserved, shipped = excluded.shipped, restocked = excluded.restocked`);
  if (outcomes.some(concernsAPerson)) await noteAttention(hub, tx, orderIds);
}

/** Settled when it takes nothing any more. */
const oversoldUnits = ({ item, oversold, bookings }: Outcome): number =>
  heldBy(bookings) <= 0 ? 0 : item.oversold_units + oversold;

/** Something of it is, or was, more than there is or of no linked listing. */
const concernsAPerson = (outcome: Outcome): boolean =>
  outcome.item.oversold_units > 0 ||
  oversoldUnits(outcome) > 0 ||
  outcome.item.parked === 'unlinked' ||
  outcome.parked === 'unlinked';

/** What the inbox says of these orders. */
async function noteAttention(hub: Hub, tx: Transaction, orderIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    update orders o set oversold = t.oversold > 0, unlinked_count = t.unlinked, updated_at = ${hub.clock.now()}
    from (select order_id, sum(oversold_units) as oversold, count(*) filter (where parked = 'unlinked' and reserved + shipped > 0) as unlinked
      from order_items where organization_id = ${tx.organizationId} and order_id = any(${sql.param([...orderIds])}::uuid[]) group by order_id) t
    where o.organization_id = ${tx.organizationId} and o.id = t.order_id and (o.oversold, o.unlinked_count) is distinct from (t.oversold > 0, t.unlinked::integer)`);
}
