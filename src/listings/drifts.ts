/**
 * Drift: a store that does not own a figure shows another one than it should. What then happens is the store's policy, by
 * field. Always true:
 * - a quantity is put back at once, whatever the policy: what the book does not know of is not sold. The policy says whether
 *   the book learns from it, once orders have been read that might explain it;
 * - a price that waits for a decision is left as it stands there;
 * - of one figure of a listing at most one drift is open (seen, waiting).
 */
import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import { book, defaultLocationId, type StockLine } from '#inventory/book.ts';
import { levelKey, type Sold } from '#listings/holds.ts';
import type { Origin } from '#organizations/origin.ts';

export type DriftField = 'quantity' | 'price';

/**
 * edited: somebody has changed it there; ignored: the store said yes to our write and kept its own; ours: an older write of
 * ours has arrived late; missed_order: a sale whose order was told of too late; too_many: a store that owns the figure showed so
 * many others at once that none of them was taken over (see adoption-waits.ts).
 */
export type DriftCause = 'edited' | 'ignored' | 'ours' | 'missed_order' | 'too_many';

/** seen: to be settled by the policy; waiting: for a person; explained: orders account for it. */
export type DriftState = 'seen' | 'waiting' | 'put_back' | 'taken_over' | 'explained';

export interface NewDrift {
  storeId: string;
  listingId: string;
  variantId: string;
  field: DriftField;
  /** Of a quantity: of which of the listing's levels, as there; '' of a price. */
  place: string;
  /** Our location whose count learns from it; null: the default one. */
  locationId: string | null;
  currency: string;
  expected: string;
  found: string;
  cause: DriftCause;
  state: DriftState;
  settleAfter: Date | null;
}

/** Notes what was found; what is open already is brought to what stands there now. */
export async function noteDrifts(tx: Transaction, found: readonly NewDrift[], now: Date): Promise<void> {
  if (found.length === 0) return;
  const rows = found.map((drift) => ({ id: newId(), ...drift }));
  await tx.execute(sql`
    insert into drifts as d (organization_id, id, store_id, listing_id, variant_id, field, remote_location_id, location_id, currency, expected, found, cause, state, seen_at, settle_after, settled_at)
    select ${tx.organizationId}::uuid, x.id, x."storeId", x."listingId", x."variantId", x.field, x.place, x."locationId", x.currency, x.expected, x.found, x.cause, x.state, ${now}::timestamptz,
      x."settleAfter", case when x.state in ('seen', 'waiting') then null else ${now}::timestamptz end
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, "storeId" uuid, "listingId" uuid, "variantId" uuid, field text, place text, "locationId" uuid, currency text,
      expected numeric, found numeric, cause text, state text, "settleAfter" timestamptz)
    on conflict (organization_id, listing_id, field, remote_location_id) where state in ('seen', 'waiting')
      do update set found = excluded.found, cause = excluded.cause, seen_at = excluded.seen_at, settle_after = excluded.settle_after`);
}

/** Open drifts of these listings whose figure is as wanted again: somebody has put it right there. */
export async function closeDrifts(tx: Transaction, field: DriftField, listingIds: readonly string[], now: Date): Promise<void> {
  if (listingIds.length === 0) return;
  await tx.execute(sql`update drifts set state = 'put_back', settled_at = ${now} where organization_id = ${tx.organizationId}
    and field = ${field} and state in ('seen', 'waiting') and listing_id = any(${sql.param([...listingIds])}::uuid[])`);
}

export interface Taken {
  variantId: string;
  /** How many more (or fewer, below 0) the book is to know of. */
  units: number;
  storeId: string;
  /** Null: the default location. */
  locationId: string | null;
}

/** The store's figure becomes the book's. The caller holds the variants and their items. */
export async function takeOverQuantities(tx: Transaction, taken: readonly Taken[], by: string | null, now: Date): Promise<void> {
  if (taken.length === 0) return;
  const fallback = taken.some(({ locationId }) => locationId === null) ? await defaultLocationId(tx) : '';
  const lines: StockLine[] = taken.map(({ variantId, units, storeId, locationId }) => ({
    variantId,
    locationId: locationId ?? fallback,
    delta: units,
    type: 'adoption',
    documentKind: 'store',
    documentId: storeId,
    note: null,
    createdBy: by,
  }));
  await book(tx, lines, now);
}

/**
 * A price that is taken over stands on its listing until somebody removes it: no rule is turned around for it. `origin`:
 * from which store, and on whose word.
 */
export async function overridePrices(
  tx: Transaction,
  prices: readonly { listingId: string; price: string | null }[],
  origin: Origin,
): Promise<void> {
  if (prices.length === 0) return;
  await tx.execute(sql`
    update listings l set settings = case when x.price is null then l.settings - 'priceOverride'
      else jsonb_set(l.settings, '{priceOverride}', to_jsonb(x.price)) end,
      rules_set = coalesce(l.rules_set, '{}') || jsonb_build_object('priceOverride', ${JSON.stringify(origin)}::jsonb)
    from json_to_recordset(${JSON.stringify(prices)}::json) as x("listingId" uuid, price text)
    where l.organization_id = ${tx.organizationId} and l.id = x."listingId"`);
}

/** An order that comes so long after a difference was seen does not explain it any more. */
const explainedWithinDays = 7;

export interface LateSale extends Sold {
  placedAt: Date;
}

/**
 * Sales that are booked only now, and were made before a lower figure was seen: the figure was right, and their order late.
 * What the book had learnt from the figure is given back, for the order takes it as well. Returns whether anything was. The
 * caller holds variants and items.
 */
export async function explainDrifts(tx: Transaction, sales: readonly LateSale[], now: Date): Promise<boolean> {
  if (sales.length === 0) return false;
  const { rows } = await tx.execute<{
    id: string;
    listing_id: string;
    place: string;
    variant_id: string;
    store_id: string;
    location_id: string | null;
    units: number;
    state: DriftState;
  }>(sql`
    select d.id, d.listing_id, d.remote_location_id as place, d.variant_id, d.store_id, d.location_id, (d.expected - d.found)::int as units, d.state from drifts d
    where d.organization_id = ${tx.organizationId} and d.field = 'quantity' and d.found < d.expected and d.state in ('waiting', 'put_back', 'taken_over')
      and d.listing_id = any(${sql.param(sales.map((sale) => sale.listingId))}::uuid[]) and d.seen_at > ${daysBefore(now, explainedWithinDays)}
      and d.seen_at >= (select min(x.at) from json_to_recordset(${JSON.stringify(sales.map((sale) => ({ id: sale.listingId, place: sale.place, at: sale.placedAt })))}::json)
        as x(id uuid, place text, at timestamptz) where x.id = d.listing_id and x.place = d.remote_location_id)
    order by d.seen_at, d.id for update`);
  if (rows.length === 0) return false;
  const left = new Map<string, number>();
  for (const { listingId, place, units } of sales)
    left.set(levelKey(listingId, place), (left.get(levelKey(listingId, place)) ?? 0) + units);
  const explained = rows.map((row) => {
    const sold = left.get(levelKey(row.listing_id, row.place)) ?? 0;
    const units = Math.min(row.units, sold);
    left.set(levelKey(row.listing_id, row.place), sold - units);
    return { ...row, units, rest: row.units - units };
  });
  const taken = explained.filter(({ state, units }) => state === 'taken_over' && units > 0);
  await takeOverQuantities(
    tx,
    taken.map((row) => ({ variantId: row.variant_id, units: row.units, storeId: row.store_id, locationId: row.location_id })),
    null,
    now,
  );
  const json = JSON.stringify(explained.filter(({ units }) => units > 0).map(({ id, rest }) => ({ id, rest })));
  await tx.execute(sql`
    update drifts d set cause = 'missed_order', expected = d.found + x.rest, state = case when x.rest = 0 then 'explained' else d.state end,
      settled_at = case when x.rest = 0 then coalesce(d.settled_at, ${now}::timestamptz) else d.settled_at end
    from json_to_recordset(${json}::json) as x(id uuid, rest integer) where d.organization_id = ${tx.organizationId} and d.id = x.id`);
  return taken.length > 0;
}

const daysBefore = (now: Date, days: number): Date => secondsAfter(now, -days * 86_400);
