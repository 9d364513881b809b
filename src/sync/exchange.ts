/**
 * The exchange with a store: what is due is claimed, read and written in batches of the platform's size, and answers are
 * booked as they come. Quantities and prices have lanes of their own, so that neither waits for the other's limit. A
 * platform's error is turned into what it means for each write of the call.
 */

import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { gather } from '#base/gather.ts';
import { canonicalAmount } from '#base/money.ts';
import type { Credentials, PriceWrite } from '#connectors/connector.ts';
import {
  CredentialsExpired,
  isPlatformError,
  MalformedResponse,
  PlatformUnavailable,
  RateLimited,
  Refused,
  TooLate,
} from '#connectors/errors.ts';
import { type LevelKind, type LevelRow, lockLevels, priceLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent } from '#listings/level-state.ts';
import { holdFence, LeaseLost } from '#stores/lease.ts';
import { sessionUntil } from '#stores/session.ts';
import { acknowledgeWrites, type WriteEnd } from '#sync/acknowledge.ts';
import { inOurCurrency } from '#sync/changed-currency.ts';
import { type Claimed, claimDue } from '#sync/claim.ts';
import { type Lanes, makeLanes } from '#sync/lanes.ts';
import { mayCount } from '#sync/mass-adoption.ts';
import { canRepeat } from '#sync/named-calls.ts';
import { bookReadings, type Reading } from '#sync/readings.ts';
import { bookRepeat, claimRepeats } from '#sync/repeat-calls.ts';
import { noteFailure, noteSuccess } from '#sync/store-health.ts';
import type { Turn } from '#sync/turn.ts';

/** Enough that one is ready to be sent whenever the limit allows one, however long answers take. */
const callsAtOnce = 24;
/** Calls that one claim makes, about: what is claimed waits in its lane, and a newer value must wait for it. */
const callsPerClaim = 64;
const claimAtMost = 500;

/** What is exchanged of one kind. */
export interface Exchange {
  lanes: Lanes;
  /** Claims what is due when there is room: calls to repeat, and levels. Returns how many levels were taken in hand. */
  advance(due: { repeats: boolean; levels: boolean }): Promise<number>;
}

/** One kind's exchange: its levels, its calls, its sizes. */
interface Kind<V> {
  levels: LevelKind<V>;
  perCall: number;
  perProduct: boolean;
  push(turn: Turn, batch: readonly Claimed<V>[]): Promise<WriteEnd[]>;
  pull(turn: Turn, batch: readonly Claimed<V>[]): Promise<(Omit<Reading<V>, 'value'> & { value: V | null | undefined })[]>;
}

export function exchangesOf(turn: Turn): { quantities: Exchange; prices: Exchange } {
  const { quantitiesPerCall, quantitiesPerProduct, pricesPerCall, pricesPerProduct } = turn.connector.manifest.limits;
  return {
    quantities: openExchange(turn, {
      levels: quantityLevels,
      perCall: quantitiesPerCall,
      perProduct: quantitiesPerProduct,
      push: pushQuantities,
      pull: pullQuantities,
    }),
    prices: openExchange(turn, {
      levels: priceLevels,
      perCall: pricesPerCall,
      perProduct: pricesPerProduct,
      push: pushPrices,
      pull: pullPrices,
    }),
  };
}

function openExchange<V>(turn: Turn, kind: Kind<V>): Exchange {
  const lanes = makeLanes(callsAtOnce);
  const atMost = Math.min(claimAtMost, kind.perProduct ? callsPerClaim : callsPerClaim * kind.perCall);
  /** Levels that are being read: nothing in their rows says so. */
  const reading = new Set<string>();
  const book = gather(async (asked: readonly { batch: readonly Claimed<V>[]; ends: readonly WriteEnd[] }[]) => {
    await acknowledgeWrites(
      turn,
      kind.levels,
      asked.flatMap(({ batch }) => batch),
      asked.flatMap(({ ends }) => ends),
    );
    return asked.map(() => undefined);
  });
  // Such pages wait for each other here, and not with a connection each.
  const bookApart = gather(async ([readings = []]: readonly (readonly Reading<V>[])[]) => {
    await bookReadings(turn, kind.levels, readings);
    return [undefined];
  }, 1);
  const bookRead = (readings: readonly Reading<V>[]) =>
    mayCount(kind.levels, readings, () => kind.levels.name === 'quantity' || turn.isSource)
      ? bookApart(readings)
      : bookReadings(turn, kind.levels, readings);
  const readBatch = async (batch: readonly Claimed<V>[]) => {
    await read(turn, kind, batch, bookRead);
    for (const { row } of batch) reading.delete(row.id);
  };
  const repeatCall = async (call: readonly Claimed<number>[]) => {
    await repeat(turn, call);
    for (const { row } of call) reading.delete(row.id);
  };
  return {
    lanes,
    async advance(due) {
      if (!lanes.hasRoom()) return 0;
      const repeats = due.repeats && canRepeat(turn.connector, kind.levels) ? await claimRepeats(turn, [...reading]) : [];
      for (const { row } of repeats.flat()) reading.add(row.id);
      lanes.add(repeats.map((call) => () => repeatCall(call)));
      const claimed = due.levels ? await claimDue(turn, kind.levels, atMost, [...reading]) : [];
      const writes = claimed.filter((one) => one.write !== null);
      const reads = claimed.filter((one) => one.write === null);
      for (const { row } of reads) reading.add(row.id);
      lanes.add(batches(writes, kind.perCall, kind.perProduct).map((batch) => () => write(turn, kind, batch, book)));
      lanes.add(batches(reads, turn.connector.manifest.limits.levelsPerRead, false).map((batch) => () => readBatch(batch)));
      return claimed.length + repeats.length;
    },
  };
}

const pushQuantities = (turn: Turn, batch: readonly Claimed<number>[]): Promise<WriteEnd[]> =>
  turn.connector.pushQuantities(
    sessionUntil(turn.session, Math.min(...batch.map(({ write: w }) => w?.sendUntil ?? Number.POSITIVE_INFINITY))),
    batch.flatMap(({ row, listing, write: w }) =>
      w === null
        ? []
        : [{ writeId: w.id, ref: { listing, locationId: row.remoteLocationId }, quantity: w.value, replaces: w.replaces }],
    ),
  );

const pushPrices = (turn: Turn, batch: readonly Claimed<string>[]): Promise<WriteEnd[]> =>
  turn.connector.pushPrices(
    turn.session,
    batch.flatMap(({ row, listing, write: w }) =>
      w === null ? [] : [{ writeId: w.id, listing, price: inCurrency(w.value, row.currency), ...compareAtOf(row) }],
    ),
  );

const inCurrency = (amount: string, currency: string) => ({ amount: canonicalAmount(amount, currency), currency });

/** Told only where the rule speaks of it. */
function compareAtOf({ compareAt: { desired }, currency }: LevelRow<string>): Pick<PriceWrite, 'compareAt'> {
  if (desired === null) return {};
  return { compareAt: Number(desired) === 0 ? null : inCurrency(desired, currency) };
}

async function write<V>(
  turn: Turn,
  kind: Kind<V>,
  batch: readonly Claimed<V>[],
  book: (answered: { batch: readonly Claimed<V>[]; ends: readonly WriteEnd[] }) => Promise<unknown>,
): Promise<void> {
  if (turn.pauseUntil === null && !turn.signal.aborted)
    await send(turn, batch, kind.push, async (ends) => void (await book({ batch, ends })));
  else await book({ batch, ends: unsent(turn.pauseUntil ?? turn.hub.clock.now(), batch) });
}

/** The very same call once more: whatever it answers is true of the first try as well. */
async function repeat(turn: Turn, call: readonly Claimed<number>[]): Promise<void> {
  if (turn.pauseUntil !== null || turn.signal.aborted) return;
  await send(turn, call, pushQuantities, (ends) => bookRepeat(turn, call, ends));
}

/** Sends a call and books what it means for each of its writes. Only what is our own fault is thrown on. */
async function send<V>(
  turn: Turn,
  batch: readonly Claimed<V>[],
  push: Kind<V>['push'],
  book: (ends: WriteEnd[]) => Promise<void>,
): Promise<void> {
  let ends: WriteEnd[];
  let failure: unknown = null;
  const used = turn.session.credentials;
  try {
    ends = await push(turn, batch);
    await noteSuccess(turn);
  } catch (thrown) {
    if (thrown instanceof LeaseLost) throw thrown;
    failure = thrown;
    ends = await endsAfterFailure(turn, batch, thrown, used);
  }
  await book(ends);
  if (failure !== null && !isPlatformError(failure)) throw failure;
}

/** Another call was told to slow down, or found nobody, or the process stops: what was claimed with it is not sent. */
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
  if (thrown instanceof TooLate)
    return each((writeId) => ({
      writeId,
      outcome: 'not_applied',
      retryAt: secondsAfter(now, thrown.retryAfterSeconds).getTime(),
    }));
  const pause = await noteFailure(turn, thrown, used);
  const retryAt = (pause ?? secondsAfter(now, 1)).getTime();
  const refusesAll = thrown instanceof Refused && thrown.wholeStore;
  if (thrown instanceof RateLimited || thrown instanceof CredentialsExpired || refusesAll)
    return each((writeId) => ({ writeId, outcome: 'not_applied', retryAt }));
  if (thrown instanceof Refused) return each((writeId) => ({ writeId, outcome: 'refused', refusal: thrown.refusal }));
  if (thrown instanceof PlatformUnavailable && !thrown.mayHaveApplied)
    return each((writeId) => ({ writeId, outcome: 'not_applied', retryAt }));
  if (thrown instanceof MalformedResponse || thrown instanceof PlatformUnavailable)
    return each((writeId) => ({ writeId, outcome: 'unknown', answer: thrown.answer }));
  turn.hub.log.error({ err: thrown, storeId: turn.store.id }, 'a push failed in our own code; its writes count as unanswered');
  return each((writeId) => ({ writeId, outcome: 'unknown' }));
}

async function pullQuantities(turn: Turn, batch: readonly Claimed<number>[]) {
  const found = await turn.connector.readLevels(
    turn.session,
    batch.map(({ row, listing }) => ({ listing, locationId: row.remoteLocationId })),
  );
  const byPlace = new Map(found.map(({ ref, available }) => [`${ref.listing.variantId}\n${ref.locationId}`, available]));
  return batch.map((claimed) => ({
    claimed,
    value: byPlace.get(`${claimed.listing.variantId}\n${claimed.row.remoteLocationId}`),
  }));
}

async function pullPrices(turn: Turn, batch: readonly Claimed<string>[]) {
  const found = await turn.connector.readPrices(
    turn.session,
    batch.map(({ listing }) => listing),
  );
  return await inOurCurrency(turn, batch, found);
}

async function read<V>(
  turn: Turn,
  kind: Kind<V>,
  batch: readonly Claimed<V>[],
  book: (readings: readonly Reading<V>[]) => Promise<void>,
): Promise<void> {
  if (turn.pauseUntil !== null || turn.signal.aborted) return;
  const used = turn.session.credentials;
  try {
    const readings = await kind.pull(turn, batch);
    await noteSuccess(turn);
    // Asked for but not answered is not "gone": it is read again.
    const answered = readings.filter((reading): reading is Reading<V> => reading.value !== undefined);
    await book(answered);
    await postpone(
      turn,
      kind.levels,
      readings.filter((reading) => reading.value === undefined).map((reading) => reading.claimed),
      null,
    );
  } catch (thrown) {
    if (thrown instanceof LeaseLost) throw thrown;
    const pause = await noteFailure(turn, thrown, used);
    turn.hub.log.warn({ storeId: turn.store.id, err: messageOf(thrown) }, 'a reading failed');
    await postpone(turn, kind.levels, batch, pause);
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
  return [...groups.values()].flatMap((group) => (perProduct ? cutBetweenListings(group, size) : cut(group, size)));
}

const cut = <T>(group: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(group.length / size) }, (_, at) => group.slice(at * size, (at + 1) * size));

/** The figures of one listing go together: such a platform takes all of them, or puts back what is left out. */
function cutBetweenListings<V>(group: readonly Claimed<V>[], size: number): Claimed<V>[][] {
  const byListing = Map.groupBy(group, ({ row }) => row.listingId);
  const calls: Claimed<V>[][] = [];
  for (const figures of byListing.values()) {
    const last = calls.at(-1);
    if (last !== undefined && last.length + figures.length <= size) last.push(...figures);
    else calls.push(figures);
  }
  return calls;
}
