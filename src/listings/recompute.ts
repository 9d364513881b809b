/**
 * Desired follows from causes: stock, price, link, rules. Row-sized causes recompute here in the transaction that causes
 * them; store-sized ones raise the store's rules_version and are drained in chunks. Lock order: inventory items (held by
 * the caller), then levels by id; what desired is made of is read in a statement after the lock.
 */
import { type SQL, sql } from 'drizzle-orm';
import { sameAmount } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';
import { type Causes, readCauses } from '#listings/causes.ts';
import { type Canonical, type Desired, desiredPrice, desiredQuantity, disputeOver } from '#listings/desired.ts';
import { freeForSales, levelKey, type Sold } from '#listings/holds.ts';
import { type LevelKind, type LevelRow, lockLevels, priceLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent, type Level } from '#listings/level-state.ts';
import { decisionAwaited } from '#listings/price-approval.ts';

export interface RecomputeOptions {
  canonical: Canonical;
  now: Date;
  /** What changed is stock alone: prices are left. */
  stockOnly?: boolean;
  /** Units that were sold and are being booked: what the store's figures are known to be is known no more. */
  sold?: readonly Sold[];
}

/**
 * Recomputes the levels of the listings that `where` selects (alias `i`). Returns the stores that now have work, for
 * waking after the commit.
 */
export async function recompute(tx: Transaction, where: SQL, options: RecomputeOptions): Promise<Set<string>> {
  return await recomputeLevels(tx, levelsOf(tx, where), options);
}

const levelsOf = (tx: Transaction, where: SQL): SQL =>
  sql`l.listing_id = any(array(select i.id from listings i where i.organization_id = ${tx.organizationId} and ${where}))`;

/** Locks the levels of the listings that `where` selects, as `recompute` will: for who changes some of them before. */
export async function lockLevelsOf(tx: Transaction, where: SQL): Promise<void> {
  await lockLevels(tx, quantityLevels, levelsOf(tx, where));
  await lockLevels(tx, priceLevels, levelsOf(tx, where));
}

/** As `recompute`, with the levels chosen directly (alias `l`), in both tables. */
export async function recomputeLevels(
  tx: Transaction,
  chosen: SQL,
  options: RecomputeOptions,
  limit?: number,
): Promise<Set<string>> {
  const bound = limit === undefined ? {} : { limit };
  const quantities = await lockLevels(tx, quantityLevels, chosen, bound);
  const prices = options.stockOnly === true ? [] : await lockLevels(tx, priceLevels, chosen, bound);
  const sold = options.sold === undefined ? null : await freeForSales(tx, options.sold);
  const listingIds = [...new Set([...quantities, ...prices].map((row) => row.listingId))];
  if (listingIds.length === 0) return new Set();
  const causes = await readCauses(tx, sql`i.id = any(${sql.param(listingIds)}::uuid[])`, options.now, 'kept');
  const found = recomputed({ quantities, prices }, causes, { ...options, sold: sold ?? undefined });
  await saveLevels(tx, quantityLevels, found.quantities, options.now);
  await saveLevels(tx, priceLevels, found.prices, options.now);
  return found.stores;
}

/** Of these levels those that are to be saved anew by their listings' causes, and the stores that they are of. Pure. */
export function recomputed(
  levels: { quantities: readonly LevelRow<number>[]; prices: readonly LevelRow<string>[] },
  causes: ReadonlyMap<string, Causes>,
  options: Omit<RecomputeOptions, 'sold'> & { sold?: readonly Sold[] | undefined },
): { quantities: LevelRow<number>[]; prices: LevelRow<string>[]; stores: Set<string> } {
  const stores = new Set<string>();
  const sold = new Map(options.sold?.map(({ listingId, place, units }) => [levelKey(listingId, place), units]));
  const note = <V>(rows: readonly LevelRow<V>[], kind: LevelKind<V>, desiredOf: (row: LevelRow<V>, c: Causes) => Desired<V>) => {
    const changed: LevelRow<V>[] = [];
    for (const row of rows) {
      const cause = causes.get(row.listingId);
      if (cause === undefined) continue;
      const { desired, heldReason, changesAt = null, compareAt: crossedOut = null } = desiredOf(row, cause);
      const compareAt = { ...row.compareAt, desired: options.canonical.takesCompareAt(cause.platform) ? crossedOut : null };
      const sameCompareAt = sameAmount(compareAt.desired, row.compareAt.desired);
      const units = kind.name === 'quantity' ? sold.get(levelKey(row.listingId, row.remoteLocationId)) : undefined;
      const before = units === undefined ? row.level : afterEvent(row.level, { kind: 'sale_booked' }, kind.same);
      const after = afterEvent(before, { kind: 'desired_changed', desired, heldReason }, kind.same);
      // What was refused with another crossed-out price may be taken with this one.
      const level = sameCompareAt ? after : { ...after, refusedFor: null };
      const asBefore = sameCompareAt && sameDesired(kind, row, level) && row.nextChangeAt?.getTime() === changesAt?.getTime();
      if (units === undefined && asBefore && row.rulesVersion === cause.rules_version) continue;
      stores.add(row.storeId);
      const soldSince = row.soldSince + Math.max(0, units ?? 0);
      changed.push({
        ...row,
        soldSince,
        compareAt,
        level: onSchedule(row, level, cause),
        rulesVersion: cause.rules_version,
        nextChangeAt: changesAt,
      });
    }
    return changed;
  };
  const quantities = note(levels.quantities, quantityLevels, (row, cause) =>
    desiredQuantity(cause, row.remoteLocationId, options.canonical, options.now),
  );
  const prices = note(levels.prices, priceLevels, (row, cause) =>
    askedFor(row, desiredPrice(cause, row.currency, options.now), cause),
  );
  return { quantities, prices, stores };
}

/** A price that is too far from the one that stands there is held, whatever it follows from. */
function askedFor(row: LevelRow<string>, wanted: Desired<string>, causes: Causes): Desired<string> {
  const { desired } = wanted;
  if (desired === null || wanted.heldReason !== null) return wanted;
  const disputed = disputeOver(causes, 'price', '');
  return { ...wanted, heldReason: disputed ?? decisionAwaited(row.level, desired, causes.store_settings.priceApprovalPercent) };
}

/** A link with a schedule of its own is written at most once in its interval. */
function onSchedule<V>(row: LevelRow<V>, level: Level<V>, { settings }: Causes): Level<V> {
  if (settings.syncIntervalSeconds === undefined || row.lastAppliedAt === null) return level;
  const nextAt = row.lastAppliedAt.getTime() + settings.syncIntervalSeconds * 1000;
  return { ...level, attemptAfter: Math.max(level.attemptAfter, nextAt) };
}

function sameDesired<V>(kind: LevelKind<V>, row: LevelRow<V>, level: LevelRow<V>['level']): boolean {
  if (row.level.heldReason !== level.heldReason) return false;
  if (row.level.desired === null || level.desired === null) return row.level.desired === level.desired;
  return kind.same(row.level.desired, level.desired);
}
