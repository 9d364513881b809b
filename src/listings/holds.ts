/**
 * A store that shows fewer than it should has probably sold them, and the order is on its way. Until an order explains the
 * units, or the time is over, they are kept from every store: neither raised again there nor sold elsewhere.
 */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';

/** Units that were sold of a listing, at the place of the platform that they are shipped from. */
export interface Sold {
  listingId: string;
  place: string;
  units: number;
}

/** Names one of a listing's levels, among those of any. */
export const levelKey = (listingId: string, place: string): string => `${listingId}\n${place}`;

/**
 * Units that were held for a sale are free when it is booked. Returns what is left of each listing's units: it explains the
 * next lower reading. The caller holds the variants and the levels.
 */
export async function freeForSales(tx: Transaction, sold: readonly Sold[]): Promise<Sold[]> {
  const rest = sold.map((one) => ({ ...one }));
  const { rows: holds } = await tx.execute<{ id: string; listing_id: string; place: string; units: number }>(sql`
    select id, listing_id, remote_location_id as place, units from listing_holds where organization_id = ${tx.organizationId}
      and listing_id = any(${sql.param(sold.map(({ listingId }) => listingId))}::uuid[])
      and reason = 'unexplained_drop' order by listing_id, created_at, id`);
  const left = holds.map((hold) => {
    const sale = rest.find((one) => one.listingId === hold.listing_id && one.place === hold.place);
    const explained = Math.min(hold.units, Math.max(0, sale?.units ?? 0));
    if (sale !== undefined) sale.units -= explained;
    return { id: hold.id, units: hold.units - explained };
  });
  if (left.length === 0) return rest;
  const json = JSON.stringify(left);
  await tx.execute(sql`delete from listing_holds h using json_to_recordset(${json}::json) as x(id uuid, units integer)
    where h.organization_id = ${tx.organizationId} and h.id = x.id and x.units = 0`);
  await tx.execute(sql`update listing_holds h set units = x.units from json_to_recordset(${json}::json) as x(id uuid, units integer)
    where h.organization_id = ${tx.organizationId} and h.id = x.id and h.units <> x.units`);
  return rest;
}

export interface UnexplainedDrop {
  listingId: string;
  storeId: string;
  variantId: string;
  /** Of the listing's levels, as there; and our locations of which the units are. */
  place: string;
  locationIds: readonly string[];
  units: number;
}

/** As in listing_holds. */
export interface HoldEnd {
  until: Date;
  settleAfter: Date | null;
}

export async function holdUnexplained(
  tx: Transaction,
  drops: readonly UnexplainedDrop[],
  end: HoldEnd,
  now: Date,
): Promise<void> {
  if (drops.length === 0) return;
  const rows = drops.map((drop) => ({ id: newId(), ...drop }));
  await tx.execute(sql`
    insert into listing_holds (organization_id, id, listing_id, store_id, variant_id, remote_location_id, location_ids, units, reason, until, settle_after, created_at)
    select ${tx.organizationId}::uuid, x.id, x."listingId", x."storeId", x."variantId", x.place, x."locationIds", x.units, 'unexplained_drop', ${end.until}::timestamptz, ${end.settleAfter}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, "listingId" uuid, "storeId" uuid, "variantId" uuid, place text, "locationIds" uuid[], units integer)`);
}

/** Held until a person has decided what became of the units. */
export const untilDecided = new Date('9999-01-01T00:00:00Z');
