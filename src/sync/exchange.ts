/**
 * One exchange with a store: what is due is claimed, read and written in batches of the platform's size, and every answer
 * is booked as it comes. A platform's error is turned into what it means for each write of the call.
 */

import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { canonicalAmount } from '#base/money.ts';
import type { Credentials } from '#connectors/connector.ts';
import {
  CredentialsExpired,
  isPlatformError,
  MalformedResponse,
  PlatformUnavailable,
  RateLimited,
  Refused,
} from '#connectors/errors.ts';
import { type LevelKind, type LevelRow, lockLevels, priceLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent } from '#listings/level-state.ts';
import { holdFence, LeaseLost } from '#stores/lease.ts';
import { acknowledgeWrites, type WriteEnd } from '#sync/acknowledge.ts';
import { type Claimed, claimDue } from '#sync/claim.ts';
import { bookReadings, type Reading } from '#sync/readings.ts';
import { noteFailure, noteSuccess } from '#sync/store-health.ts';
import type { Turn } from '#sync/turn.ts';

/** Calls of one exchange that are under way at once: pacing sets the rate, this only hides the answer time. */
const callsAtOnce = 8;
const claimAtMost = 500;

/** Returns how many levels were taken in hand; 0 means that nothing is due. */
export async function exchangeQuantities(turn: Turn): Promise<number> {
  const { limits } = turn.connector.manifest;
  const claimed = await claimDue(turn, quantityLevels, claimAtMost);
  const calls = [
    ...batches(
      claimed.filter((one) => one.write !== null),
      limits.quantitiesPerCall,
      limits.quantitiesPerProduct,
    ).map((batch) => () => writeQuantities(turn, batch)),
    ...batches(
      claimed.filter((one) => one.write === null),
      limits.levelsPerRead,
      false,
    ).map((batch) => () => readQuantities(turn, batch)),
  ];
  await inParallel(calls);
  return claimed.length;
}

export async function exchangePrices(turn: Turn): Promise<number> {
  const { limits } = turn.connector.manifest;
  const claimed = await claimDue(turn, priceLevels, claimAtMost);
  const calls = [
    ...batches(
      claimed.filter((one) => one.write !== null),
      limits.pricesPerCall,
      limits.pricesPerProduct,
    ).map((batch) => () => writePrices(turn, batch)),
    ...batches(
      claimed.filter((one) => one.write === null),
      limits.levelsPerRead,
      false,
    ).map((batch) => () => readPrices(turn, batch)),
  ];
  await inParallel(calls);
  return claimed.length;
}

async function writeQuantities(turn: Turn, batch: readonly Claimed<number>[]): Promise<void> {
  await write(turn, quantityLevels, batch, () =>
    turn.connector.pushQuantities(
      turn.session,
      batch.flatMap(({ row, listing, write: w }) =>
        w === null
          ? []
          : [{ writeId: w.id, ref: { listing, locationId: row.remoteLocationId }, quantity: w.value, replaces: w.replaces }],
      ),
    ),
  );
}

async function writePrices(turn: Turn, batch: readonly Claimed<string>[]): Promise<void> {
  await write(turn, priceLevels, batch, () =>
    turn.connector.pushPrices(
      turn.session,
      batch.flatMap(({ row, listing, write: w }) =>
        w === null
          ? []
          : [{ writeId: w.id, listing, price: { amount: canonicalAmount(w.value, row.currency), currency: row.currency } }],
      ),
    ),
  );
}

async function write<V>(
  turn: Turn,
  kind: LevelKind<V>,
  batch: readonly Claimed<V>[],
  call: () => Promise<WriteEnd[]>,
): Promise<void> {
  let ends: WriteEnd[];
  let failure: unknown = null;
  const used = turn.session.credentials;
  try {
    if (turn.pauseUntil === null) {
      ends = await call();
      await noteSuccess(turn);
    } else ends = unsent(turn.pauseUntil, batch);
  } catch (thrown) {
    failure = thrown;
    ends = await endsAfterFailure(turn, batch, thrown, used);
  }
  await acknowledgeWrites(turn, kind, batch, ends);
  if (failure !== null && !isPlatformError(failure)) throw failure;
}

/** Another call was told to slow down, or found nobody: what was claimed with it is not sent. */
const unsent = <V>(until: Date, batch: readonly Claimed<V>[]): WriteEnd[] =>
  batch.flatMap(({ write: w }) => (w === null ? [] : [{ writeId: w.id, outcome: 'not_applied', retryAt: until.getTime() }]));

/** What an error of the whole call means for each of its writes. */
async function endsAfterFailure<V>(
  turn: Turn,
  batch: readonly Claimed<V>[],
  thrown: unknown,
  used: Credentials,
): Promise<WriteEnd[]> {
  const now = turn.hub.clock.now();
  const each = (end: (writeId: string) => WriteEnd) => batch.flatMap(({ write: w }) => (w === null ? [] : [end(w.id)]));
  const pause = await noteFailure(turn, thrown, used);
  const retryAt = (pause ?? secondsAfter(now, 1)).getTime();
  if (thrown instanceof RateLimited || thrown instanceof CredentialsExpired)
    return each((writeId) => ({ writeId, outcome: 'not_applied', retryAt }));
  if (thrown instanceof Refused) return each((writeId) => ({ writeId, outcome: 'refused', refusal: thrown.refusal }));
  if (thrown instanceof PlatformUnavailable && !thrown.mayHaveApplied)
    return each((writeId) => ({ writeId, outcome: 'not_applied', retryAt }));
  if (thrown instanceof MalformedResponse || thrown instanceof PlatformUnavailable)
    return each((writeId) => ({ writeId, outcome: 'unknown', answer: thrown.answer }));
  turn.hub.log.error({ err: thrown, storeId: turn.store.id }, 'a push failed in our own code; its writes count as unanswered');
  return each((writeId) => ({ writeId, outcome: 'unknown' }));
}

async function readQuantities(turn: Turn, batch: readonly Claimed<number>[]): Promise<void> {
  await read(turn, quantityLevels, batch, async () => {
    const found = await turn.connector.readLevels(
      turn.session,
      batch.map(({ row, listing }) => ({ listing, locationId: row.remoteLocationId })),
    );
    const byPlace = new Map(found.map(({ ref, available }) => [`${ref.listing.variantId}\n${ref.locationId}`, available]));
    return batch.map((claimed) => ({
      claimed,
      value: byPlace.get(`${claimed.listing.variantId}\n${claimed.row.remoteLocationId}`),
    }));
  });
}

async function readPrices(turn: Turn, batch: readonly Claimed<string>[]): Promise<void> {
  await read(turn, priceLevels, batch, async () => {
    const found = await turn.connector.readPrices(
      turn.session,
      batch.map(({ listing }) => listing),
    );
    const byVariant = new Map(found.map(({ listing, price }) => [listing.variantId, price?.amount ?? null]));
    return batch.map((claimed) => ({ claimed, value: byVariant.get(claimed.listing.variantId) }));
  });
}

async function read<V>(
  turn: Turn,
  kind: LevelKind<V>,
  batch: readonly Claimed<V>[],
  call: () => Promise<{ claimed: Claimed<V>; value: V | null | undefined }[]>,
): Promise<void> {
  if (turn.pauseUntil !== null) return;
  const used = turn.session.credentials;
  try {
    const readings = await call();
    await noteSuccess(turn);
    // Asked for but not answered is not "gone": it is read again.
    const answered = readings.filter((reading): reading is Reading<V> => reading.value !== undefined);
    await bookReadings(turn, kind, answered);
    await postpone(
      turn,
      kind,
      readings.filter((reading) => reading.value === undefined).map((reading) => reading.claimed),
      null,
    );
  } catch (thrown) {
    if (thrown instanceof LeaseLost) throw thrown;
    const pause = await noteFailure(turn, thrown, used);
    turn.hub.log.warn({ storeId: turn.store.id, err: messageOf(thrown) }, 'a reading failed');
    await postpone(turn, kind, batch, pause);
    if (!isPlatformError(thrown)) throw thrown;
  }
}

async function postpone<V>(turn: Turn, kind: LevelKind<V>, batch: readonly Claimed<V>[], until: Date | null): Promise<void> {
  if (batch.length === 0) return;
  await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    const now = turn.hub.clock.now();
    const rows = await lockLevels(tx, kind, sql`l.id = any(${sql.param(batch.map(({ row }) => row.id))}::uuid[])`);
    const later = rows.map((row): LevelRow<V> => {
      const retryAt = (until ?? secondsAfter(now, Math.min(60, 2 ** row.level.failures))).getTime();
      return { ...row, level: afterEvent(row.level, { kind: 'read_failed', retryAt }, kind.same) };
    });
    await saveLevels(tx, kind, later, now);
  });
}

/** Groups by product where the platform demands it, and cuts into calls of the platform's size. */
function batches<V>(claimed: readonly Claimed<V>[], size: number, perProduct: boolean): Claimed<V>[][] {
  const groups = new Map<string, Claimed<V>[]>();
  for (const one of claimed) {
    const key = perProduct ? one.listing.productId : '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / size) }, (_, at) => group.slice(at * size, (at + 1) * size)),
  );
}

async function inParallel(calls: readonly (() => Promise<void>)[]): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let call = calls[next++]; call !== undefined; call = calls[next++]) await call();
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(callsAtOnce, calls.length) }, lane));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}
