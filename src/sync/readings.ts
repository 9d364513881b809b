/**
 * Books fenced readings. Where the store owns the figure a difference is adopted: counts go into the ledger, a price becomes
 * the master's. On any other store it is drift, and the next act repairs it.
 */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { book, lockItems, type StockLine } from '#inventory/book.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { expectedValue } from '#listings/expected-value.ts';
import { holdUnexplained, untilDecided } from '#listings/holds.ts';
import { type LevelKind, type LevelRow, lockLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent, type Level } from '#listings/level-state.ts';
import { originOf } from '#organizations/origin.ts';
import { holdFence } from '#stores/lease.ts';
import { isShown, locationsAt, ownedAt, type Places } from '#stores/places.ts';
import { openLocationIds, readPlaces } from '#stores/read-places.ts';
import type { Claimed } from '#sync/claim.ts';
import { disputed, noteDrift, policyOf, unexplainedUnits } from '#sync/note-drift.ts';
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
    const now = turn.hub.clock.now();
    const listingIds = readings.map((reading) => reading.claimed.row.listingId);
    const explains = kind.name === 'quantity' && ordersOf(turn) !== null;
    const places = kind.name === 'quantity' ? await readPlaces(tx, turn.store) : null;
    if (places === null ? turn.isSource : explains || places.owned.length > 0) {
      // What is adopted or held changes the variant or its count, and then levels of other stores: in everybody's order.
      const variantIds = [...(await variantsOf(tx, listingIds)).values()].map(({ id }) => id);
      await lockVariants(tx, variantIds);
      await lockItems(tx, variantIds);
    }
    const byRow = new Map(readings.map((reading) => [reading.claimed.row.id, reading]));
    const rows = await lockLevels(tx, kind, sql`l.id = any(${sql.param([...byRow.keys()])}::uuid[])`);
    // With the levels locked no listing changes its variant.
    const variants = await variantsOf(tx, listingIds);
    const saved: LevelRow<V>[] = [];
    const owned: Accepted<V>[] = [];
    const drifted: Accepted<V>[] = [];
    for (const row of rows) {
      const reading = byRow.get(row.id);
      if (reading === undefined) continue;
      const readFence = reading.claimed.row.level.readFence;
      const level = afterEvent(row.level, { kind: 'read_returned', value: reading.value, readFence }, kind.same);
      if (level === row.level) continue; // overtaken: it is still unknown and read again
      const variant = variants.get(row.listingId);
      const expected = expectedValue(row.level, reading.value, kind.same);
      const differs =
        reading.value !== null &&
        variant !== undefined &&
        (expected === null ? appeared(turn, kind, row.level, reading.value) : !kind.same(expected, reading.value));
      if (differs) {
        // Nobody owns the count of a bundle: it follows from its components.
        const ownedLocationId = places === null || variant.isBundle ? null : ownedAt(places, row.remoteLocationId);
        const one = { before: row, value: reading.value as V, variantId: variant.id, jobValue: expected, ownedLocationId };
        const isOwned = places === null ? turn.isSource : ownedLocationId !== null;
        (isOwned ? owned : drifted).push(one);
      }
      const { compareAt: crossedOut = row.compareAt.remote } = reading;
      const compareAt = { ...row.compareAt, remote: crossedOut };
      saved.push({ ...row, level: disputed(turn, kind, level, differs), compareAt, lastReadAt: now, soldSince: 0 });
    }
    await saveLevels(tx, kind, saved, now);
    await noteDrift(
      turn,
      tx,
      kind,
      { places, differing: drifted, saved: kind.name === 'price' && turn.isSource ? [] : saved },
      now,
    );
    if (explains && places !== null) await holdDrops(turn, tx, places, drifted as unknown as Accepted<number>[], now);
    await adopt(turn, tx, kind, owned, now);
    await writeSyncLogs(
      tx,
      [...owned.map((one) => adoptedLine(turn, kind, one)), ...drifted.flatMap((one) => driftLines(turn, kind, one))],
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

/** A price of the source store where there was none, and other than what we were about to put there. */
const appeared = <V>(turn: Turn, kind: LevelKind<V>, { desired }: Level<V>, value: V): boolean =>
  turn.isSource && kind.name === 'price' && (desired === null || !kind.same(desired, value));

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
    locationIds: locationsAt(places, one.before.remoteLocationId, open),
    units: unexplainedUnits(one),
  }));
  const settleAfter = await keptBackUntil(turn, tx, now);
  const isOurs = policyOf(turn, quantityLevels) === 'hub';
  const end = isOurs ? { until: longestHold(settleAfter), settleAfter } : { until: untilDecided, settleAfter: null };
  await holdUnexplained(tx, drops, end, now);
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
  await causesChanged(turn.hub, tx, ofVariants(differing.map((one) => one.variantId)));
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
  const origin = originOf(null, { kind: 'adoption', documentId: turn.store.id }, now);
  const rows = differing.map((one) => ({ id: one.variantId, price: one.value, currency: one.before.currency }));
  await tx.execute(sql`
    update product_variants v set price = x.price, currency = x.currency, price_set = ${JSON.stringify(origin)}::jsonb, updated_at = ${now}
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, price numeric, currency text)
    where v.organization_id = ${tx.organizationId} and v.id = x.id`);
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
