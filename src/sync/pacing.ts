/**
 * Published limits, kept in the database so that all processes share them (I9), by the database's clock. Whoever is short
 * is told how long to wait, and the place is taken in advance, so that waiters queue up fairly instead of racing. Asked for
 * by many at once, places are taken in one statement.
 */
import { sql } from 'drizzle-orm';
import { present } from '#base/assert.ts';
import { gather } from '#base/gather.ts';
import type { CallWindow, Manifest, TokenBucket } from '#connectors/connector.ts';
import { RateLimited } from '#connectors/errors.ts';
import type { Leave, Pacing } from '#connectors/transport.ts';
import type { Pool } from '#db/pool.ts';
import type { Database } from '#db/transaction.ts';

interface Place {
  db: Database;
  organizationId: string;
  storeId: string;
  bucket: string;
}

type Learned = Parameters<Pacing['learn']>[1];

interface Limit {
  room(cost: number): Promise<number>;
  take(cost: number): Promise<Leave>;
  learn(state: Learned): Promise<void>;
}

/** Asked before each call is sent, after it has waited for its place. */
export interface Guard {
  /** More than 0 when the platform has asked for silence meanwhile. */
  restSeconds(): number;
  /** Throws when the store is no longer ours. */
  confirm(): Promise<void>;
}

export function makePacer(
  db: Database,
  organizationId: string,
  storeId: string,
  limits: Manifest['limits']['buckets'],
  guard: Guard = { restSeconds: () => 0, confirm: async () => {} },
): Pacing {
  const made = new Map<string, Limit>();
  const limitOf = (bucket: string): Limit => {
    let limit = made.get(bucket);
    if (limit === undefined) {
      const place = { db, organizationId, storeId, bucket };
      const says = limits[bucket];
      if (says === undefined) throw new Error(`the manifest names no limit ${bucket}`);
      limit = 'calls' in says ? windowLimit(place, says) : bucketLimit(place, says);
      made.set(bucket, limit);
    }
    return limit;
  };
  return {
    room: (bucket, cost) => limitOf(bucket).room(cost),
    async take(bucket, cost) {
      const leave = await limitOf(bucket).take(cost);
      const sending = () => {
        const rest = guard.restSeconds();
        if (rest > 0) throw new RateLimited(rest);
        return leave.sending();
      };
      return { ...leave, confirm: () => guard.confirm(), sending };
    },
    learn: (bucket, state) => limitOf(bucket).learn(state),
  };
}

const rowOf = ({ organizationId, storeId, bucket }: Place) =>
  sql`organization_id = ${organizationId} and store_id = ${storeId} and bucket = ${bucket}`;

/** Part of a bucket's refill that is used: clocks and networks blur it. */
const share = 0.98;
/** Part of a bucket that patient calls leave: a sale's writes elsewhere find it however much is being read. */
const keptForOthers = 0.25;

/** Tokens that refill; the count may go negative, and is then what the waiters have taken in advance. */
function bucketLimit(place: Place, limits: TokenBucket): Limit {
  const { db, organizationId, storeId, bucket } = place;
  /** Cost of what has leave and no answer yet. */
  let underWay = 0;
  // Learned limits stand in the row; published ones in the manifest, whose newest figures count.
  const from = limits.learned ? sql`b` : sql`excluded`;

  // One after the other, so that a call and what the last answer said do not wait for each other's locks.
  const change = gather(async (asked: readonly ({ cost: number } | { beside: number } | Learned)[]) => {
    const total = asked.reduce((sum, one) => sum + ('cost' in one ? one.cost : 0), 0);
    // Of several answers the last one counts.
    const said = asked.findLast((one): one is Learned => 'available' in one);
    const { tokens, capacity, refill } = await db.inOrganization(organizationId, async (tx) => {
      if (said !== undefined) await tx.execute(learned(said));
      if (asked.every((one) => 'available' in one)) return { tokens: 0, capacity: 0, refill: 1 };
      const { rows } = await tx.execute<{ tokens: number; capacity: number; refill: number }>(taken(total));
      return present(rows[0], 'a bucket');
    });
    underWay += total;
    const waitOf = (missing: number) => Math.ceil(Math.max(0, missing / refill) * 1000);
    let left = tokens + total;
    return asked.map((one) => {
      if ('available' in one) return 0;
      if ('beside' in one) return waitOf(Math.min(capacity, one.beside + keptForOthers * capacity) - tokens);
      left -= one.cost;
      return waitOf(-left);
    });
  });
  const taken = (total: number) => sql`
    insert into pacing_buckets as b (organization_id, store_id, bucket, tokens, capacity, refill_per_second, refilled_at)
    values (${organizationId}, ${storeId}, ${bucket}, ${limits.capacity - total}, ${limits.capacity}, ${limits.refillPerSecond * share}, clock_timestamp())
    on conflict (organization_id, store_id, bucket) do update set
      capacity = ${from}.capacity, refill_per_second = ${from}.refill_per_second,
      tokens = least(${from}.capacity, b.tokens + ${from}.refill_per_second * greatest(0, extract(epoch from clock_timestamp() - b.refilled_at))) - ${total}::float8,
      refilled_at = clock_timestamp()
    returning tokens, capacity, refill_per_second as refill`;
  const learned = (state: Learned) => sql`
    update pacing_buckets set tokens = ${state.available - underWay}::float8, capacity = ${state.capacity}::float8,
      refill_per_second = ${state.refillPerSecond * share}::float8, refilled_at = clock_timestamp() where ${rowOf(place)}`;

  return {
    room: (cost) => change({ beside: cost }),
    async learn(state) {
      await change(state);
    },
    async take(cost) {
      const waitMs = await change({ cost });
      return {
        waitMs,
        sending: () => 0,
        ended() {
          underWay -= cost;
        },
        async giveBack() {
          underWay -= cost;
          await db.inOrganization(organizationId, (tx) =>
            tx.execute(sql`update pacing_buckets set tokens = least(capacity, tokens + ${cost}::float8) where ${rowOf(place)}`),
          );
        },
      };
    },
  };
}

/** Kept between slots beyond the window, for calls of another process that leave a little late. */
const slotMarginSeconds = 0.02;
/** Of how many windows of calls the quickest is remembered. */
const windowsRemembered = 10;
/** So many limits are remembered before those that nobody has used for a minute are forgotten. */
const memoriesAtMost = 500;
const idleMs = 60_000;
/** How often it is asked whether the call of a window before has its answer. */
const unansweredMs = 5;

/** What this process has sent under one limit. It outlives the turns: the next one begins within the same window. */
interface Memory {
  /** The last calls of a window, oldest first. */
  sent: { at: number; answeredAt: number | null }[];
  /** How long the last calls of several windows took, in ms. */
  took: number[];
}

const memories = new WeakMap<Pool, Map<string, Memory>>();

function memoryOf({ db, organizationId, storeId, bucket }: Place): Memory {
  const all = memories.get(db.pool) ?? new Map<string, Memory>();
  memories.set(db.pool, all);
  if (all.size >= memoriesAtMost)
    for (const [key, { sent }] of all) if (performance.now() - (sent.at(-1)?.at ?? 0) > idleMs) all.delete(key);
  const key = `${organizationId} ${storeId} ${bucket}`;
  const memory = all.get(key) ?? { sent: [], took: [] };
  all.set(key, memory);
  return memory;
}

/**
 * So many calls in any stretch of so many seconds, as the platform counts them, which is when they arrive. A call gets its
 * slot behind the one that stood a whole window of calls before it. What is late when it is sent, or slow to arrive, would
 * come too close to those that follow. So at the moment of sending this process also looks at the answer of that earlier
 * call: on the way to the platform, there and back again a call takes at least as long as the quickest of the last ones did,
 * so that who leaves a window after that answer less the quickest time arrives a window after that call, however long it took.
 * Nearly: one call's way there and another's way back may be quicker than both ways of any; hence several windows of calls.
 */
function windowLimit(place: Place, { calls, perSeconds }: CallWindow): Limit {
  const { db, organizationId, storeId, bucket } = place;
  const spacing = perSeconds + slotMarginSeconds;
  const { sent, took } = memoryOf(place);

  const take = gather(async (asked: readonly number[]) => {
    const taken: { slot: number; waitMs: number }[] = [];
    // A window at a time: the slots of one statement must not depend on each other.
    for (let from = 0; from < asked.length; from += calls)
      taken.push(...(await takeSlots(asked.slice(from, from + calls).length)));
    return taken;
  });

  async function takeSlots(count: number): Promise<{ slot: number; waitMs: number }[]> {
    const { rows } = await db.inOrganization(organizationId, (tx) =>
      tx.execute<{ slots: number[]; now: number }>(sql`
        insert into pacing_buckets as b (organization_id, store_id, bucket, tokens, capacity, refill_per_second, refilled_at, slots)
        values (${organizationId}, ${storeId}, ${bucket}, 0, ${calls}, ${calls / perSeconds}, clock_timestamp(),
          array_fill(extract(epoch from clock_timestamp())::float8, array[${count}::integer]))
        on conflict (organization_id, store_id, bucket) do update set capacity = excluded.capacity, refill_per_second = excluded.refill_per_second,
          refilled_at = clock_timestamp(),
          slots = (select (b.slots || array_agg(greatest(extract(epoch from clock_timestamp())::float8, b.slots[cardinality(b.slots) + n - ${calls}] + ${spacing}) order by n))
            [greatest(1, cardinality(b.slots) + ${count} - ${calls} + 1):] from generate_series(1, ${count}::integer) n)
        returning slots[cardinality(slots) - ${count} + 1:] as slots, extract(epoch from clock_timestamp())::float8 as now`),
    );
    const { slots = [], now = 0 } = rows[0] ?? {};
    return slots.map((slot) => ({ slot, waitMs: Math.ceil(Math.max(0, slot - now) * 1000) }));
  }

  function sending(): number {
    const before = sent.length < calls ? undefined : sent[0];
    if (before === undefined) return 0;
    const now = performance.now();
    if (before.answeredAt === null) return Math.max(unansweredMs, before.at + perSeconds * 1000 - now);
    return Math.max(0, before.answeredAt - Math.min(...took) + perSeconds * 1000 - now);
  }

  return {
    // Its wait is at most a window's: who reads one page after the other keeps nobody out of it.
    room: async () => 0,
    async learn() {},
    async take() {
      const { slot, waitMs } = await take(1);
      const mine: Memory['sent'][number] = { at: 0, answeredAt: null };
      return {
        waitMs,
        sending() {
          const more = sending();
          if (more > 0) return more;
          mine.at = performance.now();
          sent.push(mine);
          if (sent.length > calls) sent.shift();
          return 0;
        },
        ended() {
          mine.answeredAt = performance.now();
          took.push(mine.answeredAt - mine.at);
          if (took.length > calls * windowsRemembered) took.shift();
        },
        async giveBack() {
          await db.inOrganization(organizationId, (tx) =>
            tx.execute(sql`update pacing_buckets set slots = array_remove(slots, ${slot}::float8) where ${rowOf(place)}`),
          );
        },
      };
    },
  };
}
