/**
 * Books fenced readings. Where the store owns the figure a difference is adopted: counts go into the ledger, a price becomes
 * the master's. On any other store it is drift, and the next act repairs it.
 */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { book, lockItems, type StockLine } from '#inventory/book.ts';
import { lockWaits, takeOverPrices, type WaitingAdoption, waitingAdoptions } from '#listings/adoption-waits.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { expectedValue } from '#listings/expected-value.ts';
import { holdUnexplained, untilDecided } from '#listings/holds.ts';
import { type LevelKind, type LevelRow, lockLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent, type Level } from '#listings/level-state.ts';
import { originOf } from '#organizations/origin.ts';
import { holdFence } from '#stores/lease.ts';
import { isShown, ownedAt, type Places, soldFrom } from '#stores/places.ts';
import { openLocationIds, readPlaces } from '#stores/read-places.ts';
import type { Claimed } from '#sync/claim.ts';
import { judgeAdoptions, mayCount } from '#sync/mass-adoption.ts';
import { disputed, noteDrift, policyAt, unexplainedUnits } from '#sync/note-drift.ts';
import { keptBackUntil, longestHold } from '#sync/orders-first.ts';
import { ordersOf } from '#sync/pull-orders.ts';
import { adoptedLine, driftLines } from '#sync/reading-lines.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

export interface Reading<V> {
  claimed: Claimed<V>;
  value: V | null;
  /** Of a price: what stands crossed out beside it; null for nothing. Absent: not read. */
  compareAt?: string | null;
}

export interface Accepted<V> {
  before: LevelRow<V>;
  value: V;
  variantId: string;
  /** Null for a price where there was none. */
  jobValue: V | null;
  /** Of a quantity: our location whose count it is; null when we count what is shown there. */
  ownedLocationId: string | null;
}

export async function bookReadings<V>(turn: Turn, kind: LevelKind<V>, readings: readonly Reading<V>[]): Promise<void> {
  if (readings.length === 0) return;
  await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    const listingIds = readings.map((reading) => reading.claimed.row.listingId);
    const explains = kind.name === 'quantity' && ordersOf(turn) !== null;
    const places = kind.name === 'quantity' ? await readPlaces(tx, turn.store) : null;
    const isTheirs = ({ remoteLocationId }: LevelRow<V>) =>
      places === null ? turn.isSource : ownedAt(places, remoteLocationId) !== null;
    if (mayCount(kind, readings, isTheirs)) await lockWaits(tx, turn.store.id);
    const now = turn.hub.clock.now();
    if (places === null ? turn.isSource : explains || places.owned.length > 0) {
      // What is adopted or held changes the variant or its count, and then levels of other stores: in everybody's order.
      const variantIds = [...(await variantsOf(tx, listingIds)).values()].map(({ id }) => id);
      await lockVariants(tx, variantIds);
      await lockItems(tx, variantIds);
    }
    const ids = readings.map((reading) => reading.claimed.row.id);
    const rows = await lockLevels(tx, kind, sql`l.id = any(${sql.param(ids)}::uuid[])`);
    const found: Found<V> = {
      places,
      // With the levels locked no listing changes its variant.
      variants: await variantsOf(tx, listingIds),
      waiting: await waitingAdoptions(tx, kind, rows),
    };
    const { saved, owned, drifted, waiting } = compared(turn, kind, readings, rows, found, now);
    await saveLevels(tx, kind, saved, now);
    const differing = { places, differing: drifted, saved: kind.name === 'price' && turn.isSource ? [] : saved };
    await noteDrift(turn, tx, kind, differing, now);
    if (explains && places !== null) await holdDrops(turn, tx, places, drifted as unknown as Accepted<number>[], now);
    const adopted = await judgeAdoptions(turn, tx, kind, { differing: owned, waiting }, now);
    await adopt(turn, tx, kind, adopted, now);
    const touched = [...owned, ...waiting.values()].map(({ variantId }) => variantId);
    if (touched.length > 0) await causesChanged(turn.hub, tx, ofVariants(touched));
    await writeSyncLogs(
      tx,
      [...adopted.map((one) => adoptedLine(turn, kind, one)), ...drifted.flatMap((one) => driftLines(turn, kind, one))],
      now,
    );
    tx.afterCommit(() =>
      turn.hub.announce(tx.organizationId, {
        kind: 'listing',
        ids: saved.slice(0, 100).map((row) => row.listingId),
        storeId: turn.store.id,
      }),
    );
  });
}

/** What readings are compared with. */
interface Found<V> {
  places: Places | null;
  variants: ReadonlyMap<string, Variant>;
  waiting: ReadonlyMap<string, WaitingAdoption<V>>;
}

interface Compared<V> {
  saved: LevelRow<V>[];
  /** Other than expected: where the store owns the figure, and where it does not. */
  owned: Accepted<V>[];
  drifted: Accepted<V>[];
  /** Of the levels that were read: what waits. */
  waiting: Map<string, WaitingAdoption<V>>;
}

function compared<V>(
  turn: Turn,
  kind: LevelKind<V>,
  readings: readonly Reading<V>[],
  rows: readonly LevelRow<V>[],
  { places, variants, waiting }: Found<V>,
  now: Date,
): Compared<V> {
  const byRow = new Map(readings.map((reading) => [reading.claimed.row.id, reading]));
  const result: Compared<V> = { saved: [], owned: [], drifted: [], waiting: new Map() };
  for (const row of rows) {
    const reading = byRow.get(row.id);
    if (reading === undefined) continue;
    const { value } = reading;
    const readFence = reading.claimed.row.level.readFence;
    const level = afterEvent(row.level, { kind: 'read_returned', value, readFence }, kind.same);
    if (level === row.level) continue; // overtaken: it is still unknown and read again
    const variant = variants.get(row.listingId);
    // Nobody owns the count of a bundle: it follows from its components.
    const ownedLocationId =
      places === null || variant === undefined || variant.isBundle ? null : ownedAt(places, row.remoteLocationId);
    const isOwned = places === null ? turn.isSource : ownedLocationId !== null;
    const wait = isOwned && value !== null ? waiting.get(row.id) : undefined;
    if (wait !== undefined) result.waiting.set(row.id, wait);
    const expected = wait?.expected ?? expectedValue(row.level, value, kind.same);
    const agrees = kind.name === 'price' && wait !== undefined && value !== null && isDesired(kind, row.level, value);
    const differs =
      value !== null &&
      variant !== undefined &&
      !agrees &&
      (expected === null ? appeared(turn, kind, row.level, value) : !kind.same(expected, value));
    if (differs)
      (isOwned ? result.owned : result.drifted).push({
        before: row,
        value,
        variantId: variant.id,
        jobValue: expected,
        ownedLocationId,
      });
    const { compareAt: crossedOut = row.compareAt.remote } = reading;
    const compareAt = { ...row.compareAt, remote: crossedOut };
    result.saved.push({ ...row, level: disputed(turn, kind, level, differs), compareAt, lastReadAt: now, soldSince: 0 });
  }
  return result;
}

const isDesired = <V>({ same }: LevelKind<V>, { desired }: Level<V>, value: V): boolean =>
  desired !== null && same(desired, value);

/** A price of the source store where there was none, and other than what we were about to put there. */
const appeared = <V>(turn: Turn, kind: LevelKind<V>, level: Level<V>, value: V): boolean =>
  turn.isSource && kind.name === 'price' && !isDesired(kind, level, value);

/** A figure that is lower than sales explain has probably been sold: its units are kept back until orders have been read. */
async function holdDrops(
  turn: Turn,
  tx: Transaction,
  places: Places,
  differing: readonly Accepted<number>[],
  now: Date,
): Promise<void> {
  const dropped = differing.filter((one) => unexplainedUnits(one) > 0 && isShown(places, one.before.remoteLocationId));
  if (dropped.length === 0) return;
  const open = await openLocationIds(tx);
  const drops = dropped.map((one) => ({
    listingId: one.before.listingId,
    storeId: turn.store.id,
    variantId: one.variantId,
    place: one.before.remoteLocationId,
    locationIds: soldFrom(places, one.before.remoteLocationId, open),
    units: unexplainedUnits(one),
  }));
  const settleAfter = await keptBackUntil(turn, tx, now);
  for (const [policy, some] of Map.groupBy(drops, ({ place }) => policyAt(turn, quantityLevels, places, place))) {
    const end = policy === 'hub' ? { until: longestHold(settleAfter), settleAfter } : { until: untilDecided, settleAfter: null };
    await holdUnexplained(tx, some, end, now);
  }
  await causesChanged(turn.hub, tx, ofVariants(drops.map(({ variantId }) => variantId)));
}

async function adopt<V>(
  turn: Turn,
  tx: Transaction,
  kind: LevelKind<V>,
  differing: readonly Accepted<V>[],
  now: Date,
): Promise<void> {
  if (differing.length === 0) return;
  if (kind.name === 'quantity') await adoptCounts(turn, tx, differing as unknown as Accepted<number>[], now);
  else await adoptPrices(turn, tx, differing as unknown as Accepted<string>[], now);
}

/** The difference between what was read and what we believed goes into the book, so that a change of ours on its way stays. */
async function adoptCounts(turn: Turn, tx: Transaction, differing: readonly Accepted<number>[], now: Date): Promise<void> {
  const lines = differing.flatMap(({ ownedLocationId, variantId, value, jobValue }): StockLine[] =>
    ownedLocationId === null
      ? []
      : [
          {
            variantId,
            locationId: ownedLocationId,
            delta: value - (jobValue ?? value),
            type: 'adoption',
            documentKind: 'store',
            documentId: turn.store.id,
            note: null,
            createdBy: null,
          },
        ],
  );
  // One variant may stand in the source store more than once; each listing's change is its own line.
  await book(tx, lines, now);
  tx.afterCommit(() =>
    turn.hub.announce(tx.organizationId, { kind: 'inventory', ids: lines.map((line) => line.variantId).slice(0, 100) }),
  );
}

async function adoptPrices(turn: Turn, tx: Transaction, differing: readonly Accepted<string>[], now: Date): Promise<void> {
  const prices = differing.map(({ variantId, value, before }) => ({ variantId, price: value, currency: before.currency }));
  await takeOverPrices(tx, prices, originOf(null, { kind: 'adoption', documentId: turn.store.id }, now));
}

interface Variant {
  id: string;
  isBundle: boolean;
}

/** By listing, of those that are linked. */
async function variantsOf(tx: Transaction, listingIds: readonly string[]): Promise<Map<string, Variant>> {
  const result = await tx.execute<Variant & { listing_id: string } & Record<string, unknown>>(
    sql`
    select i.id as listing_id, v.id, v.is_bundle as "isBundle" from listings i
    join product_variants v on v.organization_id = i.organization_id and v.id = i.variant_id
    where i.organization_id = ${tx.organizationId} and i.id = any(${sql.param([...listingIds])}::uuid[])`,
    'kept',
  );
  return new Map(result.rows.map(({ listing_id, ...variant }) => [listing_id, variant]));
}
