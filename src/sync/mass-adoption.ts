/**
 * The brake on adoption. A store that owns figures and shows 0, or other prices, for very much of what it has is more often
 * broken than right. Readings come page by page, so it is counted per store over an hour: what zeroes or reprices beyond the
 * store's limit is not taken over. It waits (listings/adoption-waits.ts), and one change-set of the cause 'adoption' asks.
 * What its orders explain was sold, and never counts.
 */
import { sql } from 'drizzle-orm';
import { latestOf, secondsAfter } from '#base/clock.ts';
import type { Transaction } from '#db/transaction.ts';
import {
  adoptionWaits,
  changeWaits,
  noteWaits,
  type WaitChange,
  type WaitingAdoption,
  waitsOf,
} from '#listings/adoption-waits.ts';
import type { DriftField } from '#listings/drifts.ts';
import { expectedValue } from '#listings/expected-value.ts';
import type { LevelKind, LevelRow } from '#listings/level-rows.ts';
import { brakeLimit } from '#stores/brake-limit.ts';
import { findStore } from '#stores/stores-store.ts';
import { followWaits } from '#sync/adoption-change-set.ts';
import { keptBackUntil } from '#sync/orders-first.ts';
import { ordersOf } from '#sync/pull-orders.ts';
import type { Accepted, Reading } from '#sync/readings.ts';
import type { Turn } from '#sync/turn.ts';

export const adoptionHourSeconds = 3600;
/** Platforms' clocks, and orders that are told of as placed a little before their units were gone. */
const orderSlackSeconds = 120;

/** Whether taking over a figure that is other than expected would zero or reprice. */
function counts<V>(kind: LevelKind<V>, expected: V | null, value: V | null): boolean {
  if (expected === null || value === null || kind.same(expected, value)) return false;
  return kind.name === 'price' || (Number(value) <= 0 && Number(expected) > 0);
}

/** Whether a page may hold what counts, or what waits: then pages of the store are judged one after the other. */
export const mayCount = <V>(
  kind: LevelKind<V>,
  readings: readonly Reading<V>[],
  isTheirs: (row: LevelRow<V>) => boolean,
): boolean =>
  readings.some(({ claimed: { row }, value }) => {
    if (row.level.heldReason === adoptionWaits) return true;
    return isTheirs(row) && counts(kind, expectedValue(row.level, value, kind.same), value);
  });

/** What a page shows of figures that the store owns, under the locks of its levels. */
export interface Owned<V> {
  /** Other than expected. */
  differing: readonly Accepted<V>[];
  /** By level: what was held before. */
  waiting: ReadonlyMap<string, WaitingAdoption<V>>;
}

/**
 * Returns what is to be taken over. All else of what differs waits; what waited and does so no more is closed. The caller
 * holds the store's waits wherever anything counts, and recomputes what differs and what waited.
 */
export async function judgeAdoptions<V>(
  turn: Turn,
  tx: Transaction,
  kind: LevelKind<V>,
  { differing, waiting }: Owned<V>,
  now: Date,
): Promise<Accepted<V>[]> {
  const counted = differing.filter(({ jobValue, value }) => counts(kind, jobValue, value));
  if (counted.length === 0 && waiting.size === 0) return [...differing];
  const waits = ({ before }: Accepted<V>) => waiting.has(before.id);
  const sold = await soldThereOf(turn, tx, kind, counted, waiting, now);
  const from = await countedFrom(tx, turn.store.id, kind.name, now);
  const asked = from > now ? [] : counted.filter(({ before }) => !sold.has(before.listingId));
  const fresh = asked.filter((one) => !waits(one));
  const freshIds = fresh.map(({ before }) => before.listingId);
  const { takenOver, tooMany } = await hourOf(tx, turn.store.id, kind.name, freshIds, from);
  const held = new Set(asked.filter((one) => tooMany || waits(one)));
  const byLevel = new Map(differing.map((one) => [one.before.id, one]));
  const changes = [...waiting].flatMap(([level, { id, found }]): WaitChange[] => {
    const one = byLevel.get(level);
    if (one === undefined) return [{ id, state: 'put_back', found: String(found) }];
    const { value, before } = one;
    const state = held.has(one) ? 'waiting' : sold.has(before.listingId) ? 'explained' : 'taken_over';
    return state === 'waiting' && kind.same(found, value) ? [] : [{ id, state, found: String(value) }];
  });
  await changeWaits(tx, changes, null, now);
  if (tooMany)
    await noteWaits(
      tx,
      fresh.map((one) => waitOf(turn, kind, one)),
      now,
    );
  if (tooMany || changes.length > 0) {
    const isNew = await followWaits(turn.hub, tx, turn.store.id, now, { field: kind.name, takenOver });
    // Sales may be on their way that explain it: booked, their levels are read and judged again.
    if (isNew && kind.name === 'quantity' && ordersOf(turn) !== null) await keptBackUntil(turn, tx, now);
  }
  return differing.filter((one) => !held.has(one));
}

const waitOf = <V>(turn: Turn, kind: LevelKind<V>, one: Accepted<V>) => ({
  storeId: turn.store.id,
  listingId: one.before.listingId,
  variantId: one.variantId,
  field: kind.name,
  place: one.before.remoteLocationId,
  locationId: one.ownedLocationId,
  currency: one.before.currency,
  expected: String(one.jobValue),
  found: String(one.value),
});

/**
 * From when on it is counted: for an hour, but not before the last decision; after a yes not for an hour from then (then it
 * is later than now, and nothing is asked).
 */
async function countedFrom(tx: Transaction, storeId: string, field: DriftField, now: Date): Promise<Date> {
  const hourAgo = secondsAfter(now, -adoptionHourSeconds);
  const { rows } = await tx.execute<{ status: 'approved' | 'discarded'; at: Date }>(sql`
    select status, decided_at as at from change_sets where organization_id = ${tx.organizationId} and status in ('approved', 'discarded')
      and store_id = ${storeId} and cause = 'adoption' and decided_at > ${secondsAfter(hourAgo, -adoptionHourSeconds)}
      and (summary->>${field === 'price' ? 'repriced' : 'zeroed'})::integer > 0`);
  return rows.reduce(
    (latest, { status, at }) => latestOf(latest, status === 'approved' ? secondsAfter(at, adoptionHourSeconds) : at),
    hourAgo,
  );
}

/**
 * Whether these listings would be too many with those of the hour that wait, and were taken over: how many, where none waits yet.
 * A listing counts once, however often it was changed there.
 */
async function hourOf(
  tx: Transaction,
  storeId: string,
  field: DriftField,
  fresh: readonly string[],
  from: Date,
): Promise<{ takenOver: number; tooMany: boolean }> {
  if (fresh.length === 0) return { takenOver: 0, tooMany: false };
  const { settings } = await findStore(tx, storeId);
  const least = brakeLimit(settings, 0);
  const exceed = async ({ size }: ReadonlySet<string>) =>
    size > least && size > brakeLimit(settings, await linkedListings(tx, storeId));
  const { rows } = await tx.execute<{ id: string }>(
    sql`select distinct d.listing_id as id from drifts d where ${waitsOf(tx, storeId, from)} and d.field = ${field}`,
  );
  const asked = new Set([...fresh, ...rows.map(({ id }) => id)]);
  if (rows.length > 0 && (await exceed(asked))) return { takenOver: 0, tooMany: true };
  const takenOver = await takenOverSince(tx, storeId, field, from);
  return { takenOver: takenOver.size, tooMany: await exceed(asked.union(takenOver)) };
}

export async function linkedListings(tx: Transaction, storeId: string): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from listings where organization_id = ${tx.organizationId} and store_id = ${storeId} and status = 'linked'`);
  return rows[0]?.n ?? 0;
}

/** Listings, without what the store has sold, whenever its order was told of. As the activity says (reading-lines.ts): the ledger does not know which of its lines zeroed. */
async function takenOverSince(tx: Transaction, storeId: string, field: DriftField, from: Date): Promise<ReadonlySet<string>> {
  const { rows } = await tx.execute<Missing & Record<string, unknown>>(sql`
    select g.listing_id as "listingId", coalesce((g.details->>'place'), '') as place, ((g.details->>'expected')::numeric - (g.details->>'value')::numeric)::float8 as units,
      g.created_at - make_interval(secs => ${adoptionHourSeconds}) as since
    from sync_logs g where g.organization_id = ${tx.organizationId} and g.created_at > ${from} and g.store_id = ${storeId} and g.event = ${`${field}_adopted`}
      and g.details->>'expected' is not null and (${field} = 'price' or ((g.details->>'value')::numeric <= 0 and (g.details->>'expected')::numeric > 0))`);
  const sold = field === 'quantity' ? await soldThere(tx, storeId, rows) : new Set<string>();
  return new Set(rows.map(({ listingId }) => listingId)).difference(sold);
}

interface Missing {
  listingId: string;
  place: string;
  units: number;
  /** Sales from then on explain them. */
  since: Date;
}

/** Listings whose missing units the store's own orders account for. */
async function soldThereOf<V>(
  turn: Turn,
  tx: Transaction,
  kind: LevelKind<V>,
  counted: readonly Accepted<V>[],
  waiting: ReadonlyMap<string, WaitingAdoption<V>>,
  now: Date,
): Promise<ReadonlySet<string>> {
  if (kind.name !== 'quantity' || ordersOf(turn) === null) return new Set();
  const missing = counted.map(({ before, value, jobValue }): Missing => {
    const seenAt = waiting.get(before.id)?.seenAt;
    const knownAt = before.lastReadAt === null ? null : latestOf(before.lastReadAt, before.lastAppliedAt ?? before.lastReadAt);
    const since =
      seenAt === undefined && knownAt !== null
        ? secondsAfter(knownAt, -orderSlackSeconds)
        : secondsAfter(seenAt ?? now, -adoptionHourSeconds);
    return { listingId: before.listingId, place: before.remoteLocationId, units: Number(jobValue) - Number(value), since };
  });
  return await soldThere(tx, turn.store.id, missing);
}

async function soldThere(tx: Transaction, storeId: string, missing: readonly Missing[]): Promise<ReadonlySet<string>> {
  if (missing.length === 0) return new Set();
  const { rows } = await tx.execute<{ id: string }>(sql`
    select x."listingId" as id from json_to_recordset(${JSON.stringify(missing)}::json) as x("listingId" uuid, place text, units integer, since timestamptz)
    join listings i on i.organization_id = ${tx.organizationId} and i.id = x."listingId"
    join order_items t on t.organization_id = i.organization_id and t.store_id = ${storeId} and t.platform_variant_id = i.platform_variant_id
      and coalesce(t.platform_location_id, x.place) = x.place
    join orders o on o.organization_id = t.organization_id and o.id = t.order_id and o.placed_at >= x.since
    group by x."listingId", x.units having sum(t.reserved + t.shipped - t.restocked) >= x.units`);
  return new Set(rows.map(({ id }) => id));
}
