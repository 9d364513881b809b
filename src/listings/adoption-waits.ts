/**
 * Figures of the store that owns them, too many at once to be taken over without a question (see sync/mass-adoption.ts): each
 * is a drift of the cause 'too_many' that waits. Until it is decided, or what we expected stands there again, its level is
 * held: it is read and never written, and the book goes on with what it had.
 */
import { type SQL, sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import type { DriftState, NewDrift } from '#listings/drifts.ts';
import { type LevelKind, type LevelRow, lockLevels, priceLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent } from '#listings/level-state.ts';
import type { Origin } from '#organizations/origin.ts';

/** Why a level is held meanwhile. */
export const adoptionWaits = 'adoption_waits';

/**
 * Held by who judges, decides or ends them, before any other lock: a store's pages are counted one after the other. Not the
 * store's row: answers to its writes wait for that.
 */
export async function lockWaits(tx: Transaction, storeId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('adoptions of ' || ${storeId}::text, 0))`);
}

export interface WaitingAdoption<V> {
  id: string;
  variantId: string;
  expected: V;
  found: V;
  seenAt: Date;
}

/** Of drifts (alias `d`): those of a store that wait, seen since then: so they are found by an index. */
export const waitsOf = (tx: Transaction, storeId: string, since: Date): SQL =>
  sql`d.organization_id = ${tx.organizationId} and d.store_id = ${storeId} and d.seen_at >= ${since} and d.cause = 'too_many' and d.state = 'waiting'`;

/** What waits of these levels, by their ids. The caller holds them. */
export async function waitingAdoptions<V>(
  tx: Transaction,
  kind: LevelKind<V>,
  rows: readonly LevelRow<V>[],
): Promise<Map<string, WaitingAdoption<V>>> {
  const held = rows.filter(({ level }) => level.heldReason === adoptionWaits);
  if (held.length === 0) return new Map();
  const levels = held.map(({ id, listingId, remoteLocationId: place, currency }) => ({ id, listingId, place, currency }));
  const { rows: found } = await tx.execute<{
    level: string;
    id: string;
    variantId: string;
    expected: string;
    found: string;
    seenAt: Date;
  }>(sql`
    select x.id as level, d.id, d.variant_id as "variantId", d.expected::text, d.found::text, d.seen_at as "seenAt"
    from json_to_recordset(${JSON.stringify(levels)}::json) as x(id uuid, "listingId" uuid, place text, currency text)
    join drifts d on d.organization_id = ${tx.organizationId} and d.listing_id = x."listingId" and d.field = ${kind.name} and d.remote_location_id = x.place
      and d.currency = x.currency and d.cause = 'too_many' and d.state = 'waiting'`);
  return new Map(
    found.map(({ level, ...wait }) => [level, { ...wait, expected: kind.parse(wait.expected), found: kind.parse(wait.found) }]),
  );
}

export type NewWait = Omit<NewDrift, 'cause' | 'state' | 'settleAfter'>;

/** What was open of the same figure has become this. The caller holds the levels, and recomputes them. */
export async function noteWaits(tx: Transaction, waits: readonly NewWait[], now: Date): Promise<void> {
  if (waits.length === 0) return;
  const rows = waits.map((wait) => ({ id: newId(), ...wait }));
  await tx.execute(sql`
    insert into drifts as d (organization_id, id, store_id, listing_id, variant_id, field, remote_location_id, location_id, currency, expected, found, cause, state, seen_at)
    select ${tx.organizationId}::uuid, x.id, x."storeId", x."listingId", x."variantId", x.field, x.place, x."locationId", x.currency, x.expected, x.found, 'too_many', 'waiting', ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, "storeId" uuid, "listingId" uuid, "variantId" uuid, field text, place text, "locationId" uuid, currency text,
      expected numeric, found numeric)
    on conflict (organization_id, listing_id, field, remote_location_id) where state in ('seen', 'waiting')
      do update set variant_id = excluded.variant_id, location_id = excluded.location_id, currency = excluded.currency, expected = excluded.expected, found = excluded.found,
        cause = excluded.cause, state = excluded.state, seen_at = excluded.seen_at, settle_after = null`);
}

export interface WaitChange {
  id: string;
  state: DriftState;
  found: string;
}

/** What has become of some that waited. The caller holds their levels, and recomputes them. */
export async function changeWaits(tx: Transaction, changes: readonly WaitChange[], by: string | null, now: Date): Promise<void> {
  if (changes.length === 0) return;
  await tx.execute(sql`
    update drifts d set state = x.state, found = x.found, settled_by = ${by},
      settled_at = case when x.state = 'waiting' then null else ${now}::timestamptz end
    from json_to_recordset(${JSON.stringify(changes)}::json) as x(id uuid, state text, found numeric) where d.organization_id = ${tx.organizationId} and d.id = x.id`);
}

/** The store's prices become the master's. The caller holds the variants. `origin`: from which store, and on whose word. */
export async function takeOverPrices(
  tx: Transaction,
  prices: readonly { variantId: string; price: string; currency: string }[],
  origin: Origin,
): Promise<void> {
  if (prices.length === 0) return;
  await tx.execute(sql`
    update product_variants v set price = x.price, currency = x.currency, price_set = ${JSON.stringify(origin)}::jsonb, updated_at = ${origin.at}::timestamptz
    from json_to_recordset(${JSON.stringify(prices)}::json) as x("variantId" uuid, price numeric, currency text)
    where v.organization_id = ${tx.organizationId} and v.id = x."variantId"`);
}

/** Prices of ours that somebody wants back there are sent without another question, however far they are from what stands there. */
export async function freePrices(tx: Transaction, listingIds: readonly string[], now: Date): Promise<void> {
  const rows = await lockLevels(
    tx,
    priceLevels,
    sql`l.listing_id = any(${sql.param([...listingIds])}::uuid[]) and l.held_reason = ${adoptionWaits}`,
  );
  const freed = rows.map((row) => ({
    ...row,
    level: afterEvent(row.level, { kind: 'desired_changed', desired: row.level.desired, heldReason: null }, priceLevels.same),
  }));
  await saveLevels(tx, priceLevels, freed, now);
}
