/**
 * A store that shows fewer than it should has probably sold them, and the order is on its way. Until an order explains the
 * units, or the time is over, they are kept from every store: neither raised again there nor sold elsewhere.
 */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';

/**
 * Units that were held for a sale are free when it is booked. Returns what is left of each listing's units: it explains the
 * next lower reading. The caller holds the levels.
 */
export async function freeForSales(tx: Transaction, sold: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const units = new Map(sold);
  const { rows: holds } = await tx.execute<{ id: string; listing_id: string; units: number }>(sql`
    select id, listing_id, units from listing_holds where organization_id = ${tx.organizationId} and listing_id = any(${sql.param([...sold.keys()])}::uuid[])
      and reason = 'unexplained_drop' order by listing_id, created_at, id for update`);
  const left = holds.map((hold) => {
    const explained = Math.min(hold.units, Math.max(0, units.get(hold.listing_id) ?? 0));
    units.set(hold.listing_id, (units.get(hold.listing_id) ?? 0) - explained);
    return { id: hold.id, units: hold.units - explained };
  });
  if (left.length === 0) return units;
  const json = JSON.stringify(left);
  await tx.execute(sql`delete from listing_holds h using json_to_recordset(${json}::json) as x(id uuid, units integer)
    where h.organization_id = ${tx.organizationId} and h.id = x.id and x.units = 0`);
  await tx.execute(sql`update listing_holds h set units = x.units from json_to_recordset(${json}::json) as x(id uuid, units integer)
    where h.organization_id = ${tx.organizationId} and h.id = x.id and h.units <> x.units`);
  return units;
}

export interface UnexplainedDrop {
  listingId: string;
  storeId: string;
  variantId: string;
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
    insert into listing_holds (organization_id, id, listing_id, store_id, variant_id, units, reason, until, settle_after, created_at)
    select ${tx.organizationId}::uuid, x.id, x."listingId", x."storeId", x."variantId", x.units, 'unexplained_drop', ${end.until}::timestamptz, ${end.settleAfter}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, "listingId" uuid, "storeId" uuid, "variantId" uuid, units integer)`);
}

/** Held until a person has decided what became of the units. */
export const untilDecided = new Date('9999-01-01T00:00:00Z');
