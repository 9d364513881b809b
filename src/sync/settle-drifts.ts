/**
 * Settles what a store was found to show in place of ours, by the store's policy, after orders have had their time to explain
 * it. See listings/drifts.ts.
 */
import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { lockItems } from '#inventory/book.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import {
  type DriftField,
  type DriftState,
  type NewDrift,
  noteDrifts,
  overridePrices,
  type Taken,
  takeOverQuantities,
} from '#listings/drifts.ts';
import { untilDecided } from '#listings/holds.ts';
import { lockLevelsOf } from '#listings/recompute.ts';
import { originOf } from '#organizations/origin.ts';
import { holdFence } from '#stores/lease.ts';
import { ownedAt, type Places } from '#stores/places.ts';
import { readPlaces } from '#stores/read-places.ts';
import type { DriftPolicy } from '#stores/stores.ts';
import { takeOversToAsk } from '#sync/brake-take-overs.ts';
import { explainedUntil, wantOrders } from '#sync/orders-first.ts';
import type { Turn } from '#sync/turn.ts';

interface SeenDrift extends Record<string, unknown> {
  id: string;
  listing_id: string;
  variant_id: string;
  place: string;
  location_id: string | null;
  field: DriftField;
  found: string;
  /** Units found less units expected. */
  units: number;
  /** Units that are missing there and still held. */
  held: number;
  is_bundle: boolean;
  /** What this store's orders have given back to the book since it was seen. */
  given_back: number;
}

interface Moments<Moment = Date> {
  now: Moment;
  /** Orders were read that would explain what was kept back until then. */
  until: Moment;
}

/** Of listing_holds: units that are missing there, and no order has explained them in time. */
export const holdIsOver = ({ now, until }: Moments<Date | Placeholder>): SQL =>
  sql`reason = 'unexplained_drop' and (until <= ${now} or settle_after <= ${until})`;
/** Of drifts: seen, and orders were read since that would explain it. */
export const driftIsRipe = (until: Date | Placeholder): SQL =>
  sql`state = 'seen' and (settle_after is null or settle_after <= ${until})`;

/** Of what is due. Returns how many were settled. */
export async function settleDrifts(turn: Turn): Promise<number> {
  const { hub, lease, store } = turn;
  const moments = { now: hub.clock.now(), until: explainedUntil(turn, hub.clock.now()) };
  const variantIds = await hub.db.inOrganization(lease.organizationId, (tx) => variantsToSettle(tx, store.id, moments));
  if (variantIds.length === 0) {
    // What is due waits for a reading: one that was wanted sooner has been before its time.
    if (moments.until < moments.now) await hub.db.inOrganization(lease.organizationId, (tx) => wantOrders(turn, tx, moments.now));
    return 0;
  }
  return await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    await lockVariants(tx, variantIds);
    await lockItems(tx, variantIds);
    await lockLevelsOf(tx, ofVariants(variantIds));
    const places = await readPlaces(tx, store);
    const settled =
      (await endHolds(turn, tx, variantIds, places, moments)) + (await settleSeen(turn, tx, variantIds, places, moments));
    if (settled === 0) return 0;
    await causesChanged(hub, tx, ofVariants(variantIds));
    tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'drift', ids: variantIds.slice(0, 100), storeId: store.id }));
    return settled;
  });
}

/** What is due, of so many variants at once. */
async function variantsToSettle(tx: Transaction, storeId: string, moments: Moments): Promise<string[]> {
  const result = await tx.execute<{ variant_id: string }>(sql`
    select variant_id from listing_holds where organization_id = ${tx.organizationId} and store_id = ${storeId} and ${holdIsOver(moments)}
    union select variant_id from drifts where organization_id = ${tx.organizationId} and store_id = ${storeId} and ${driftIsRipe(moments.until)}
    order by 1 limit 200`);
  return result.rows.map((row) => row.variant_id);
}

const ofBundle = ({ organizationId }: Transaction, variantId: SQL): SQL =>
  sql`exists (select from product_variants v where v.organization_id = ${organizationId} and v.id = ${variantId} and v.is_bundle)`;

/** Whether the store counts by now what is shown there. Nobody owns the count of a bundle: it follows from its components. */
const theirs =
  (places: Places) =>
  ({ place, is_bundle: isBundle }: { place: string; is_bundle: boolean }): boolean =>
    !isBundle && ownedAt(places, place) !== null;

/**
 * Time is over for units that are missing there, and ours is put back: no order has explained them. Where the store counts by
 * now (it did not when they were seen: it was disconnected for a while), none will, and its figure is right.
 */
async function endHolds(
  turn: Turn,
  tx: Transaction,
  variantIds: readonly string[],
  places: Places,
  moments: Moments,
): Promise<number> {
  const { rows } = await tx.execute<{
    listing_id: string;
    variant_id: string;
    place: string;
    location_id: string | null;
    units: number;
    shown: number | null;
    is_bundle: boolean;
  }>(sql`
    with over as (
      delete from listing_holds where organization_id = ${tx.organizationId} and store_id = ${turn.store.id}
        and variant_id = any(${sql.param([...variantIds])}::uuid[]) and ${holdIsOver(moments)} returning listing_id, variant_id, remote_location_id as place, location_ids[1] as location_id, units
    )
    select o.listing_id, o.variant_id, o.place, min(o.location_id::text) as location_id, sum(o.units)::int as units,
      (select l.remote from listing_levels l where l.organization_id = ${tx.organizationId} and l.listing_id = o.listing_id
        and l.remote_location_id = o.place) as shown, ${ofBundle(tx, sql`o.variant_id`)} as is_bundle
    from over o group by o.listing_id, o.variant_id, o.place`);
  const isTheirs = theirs(places);
  const taken = rows
    .filter(isTheirs)
    .map((row): Taken => ({ variantId: row.variant_id, units: -row.units, storeId: turn.store.id, locationId: row.location_id }));
  await takeOverQuantities(tx, taken, null, moments.now);
  const ended = rows.map((row): NewDrift => {
    const shown = row.shown ?? 0;
    return {
      storeId: turn.store.id,
      listingId: row.listing_id,
      variantId: row.variant_id,
      field: 'quantity',
      place: row.place,
      locationId: row.location_id,
      currency: '',
      expected: String(shown + row.units),
      found: String(shown),
      cause: 'edited',
      state: isTheirs(row) ? 'taken_over' : 'put_back',
      settleAfter: null,
    };
  });
  await noteDrifts(tx, ended, moments.now);
  return ended.length;
}

/** A policy may have become another since it was seen; what orders have explained is forgotten. */
async function settleSeen(
  turn: Turn,
  tx: Transaction,
  variantIds: readonly string[],
  places: Places,
  { now, until }: Moments,
): Promise<number> {
  const { rows } = await tx.execute<SeenDrift>(sql`
    select d.id, d.listing_id, d.variant_id, d.remote_location_id as place, d.location_id, d.field, d.found::text, case when d.field = 'quantity' then (d.found - d.expected)::int else 0 end as units,
      coalesce((select sum(h.units) from listing_holds h where h.organization_id = d.organization_id and h.listing_id = d.listing_id
        and h.remote_location_id = d.remote_location_id and h.reason = 'unexplained_drop' and h.until = ${untilDecided}), 0)::int as held, ${ofBundle(tx, sql`d.variant_id`)} as is_bundle,
      coalesce((
        select sum(greatest(0, x.units)) from (
          select sum(t.delta - t.reserved_delta) as units from inventory_transactions t
          join orders o on o.organization_id = t.organization_id and o.id::text = t.document_id and o.store_id = d.store_id
          where t.organization_id = d.organization_id and t.variant_id = d.variant_id and t.document_kind = 'order' and t.created_at >= d.seen_at
          group by t.document_id
        ) x), 0)::int as given_back
    from drifts d where d.organization_id = ${tx.organizationId} and d.store_id = ${turn.store.id} and d.state = 'seen'
      and (d.settle_after is null or d.settle_after <= ${until}) and d.variant_id = any(${sql.param([...variantIds])}::uuid[])
    order by d.id`);
  const settled = rows.map((row) => {
    const units = row.units > 0 ? Math.max(0, row.units - row.given_back) : -row.held;
    const explained = row.field === 'quantity' && units === 0;
    const policy = row.field === 'quantity' && theirs(places)(row) ? 'store' : (turn.store.settings.drift?.[row.field] ?? 'hub');
    return { ...row, units, state: explained ? null : stateBy[policy] };
  });
  const takenOver = settled.filter(({ state }) => state === 'taken_over').map(({ id }) => id);
  const asked = await takeOversToAsk(turn, tx, takenOver, now);
  for (const row of settled) if (asked.has(row.id)) row.state = 'waiting';
  await takeOver(
    turn,
    tx,
    settled.filter(({ state }) => state === 'taken_over'),
    now,
  );
  const done = settled.filter(({ field, state }) => field === 'quantity' && state !== 'waiting');
  await tx.execute(sql`delete from listing_holds h using json_to_recordset(${JSON.stringify(done)}::json) as x(listing_id uuid, place text)
    where h.organization_id = ${tx.organizationId} and h.listing_id = x.listing_id and h.remote_location_id = x.place and reason = 'unexplained_drop' and until = ${untilDecided}`);
  const json = JSON.stringify(
    settled.map(({ id, state, units, field }) => ({ id, state, units: field === 'price' ? null : units })),
  );
  await tx.execute(sql`delete from drifts d using json_to_recordset(${json}::json) as x(id uuid, state text)
    where d.organization_id = ${tx.organizationId} and d.id = x.id and x.state is null`);
  await tx.execute(sql`
    update drifts d set state = x.state, expected = case when x.units is null then d.expected else d.found - x.units end,
      settled_at = case when x.state = 'waiting' then null else ${now}::timestamptz end
    from json_to_recordset(${json}::json) as x(id uuid, state text, units integer) where d.organization_id = ${tx.organizationId} and d.id = x.id`);
  return settled.length;
}

const stateBy = { hub: 'put_back', store: 'taken_over', ask: 'waiting' } as const satisfies Record<DriftPolicy, DriftState>;

async function takeOver(turn: Turn, tx: Transaction, rows: readonly SeenDrift[], now: Date): Promise<void> {
  const quantities = rows.filter(({ field }) => field === 'quantity');
  const taken = quantities.map(
    (row): Taken => ({
      variantId: row.variant_id,
      units: row.units,
      storeId: turn.store.id,
      locationId: row.location_id,
    }),
  );
  await takeOverQuantities(tx, taken, null, now);
  const prices = rows.filter(({ field }) => field === 'price');
  await overridePrices(
    tx,
    prices.map((row) => ({ listingId: row.listing_id, price: row.found })),
    originOf(null, { kind: 'adoption', documentId: turn.store.id }, now),
  );
}
