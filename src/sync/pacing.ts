/**
 * Published limits as token buckets, kept in the database so that all processes share them (I9). A bucket refills by the
 * database's clock; whoever is short is told how long to wait, and the tokens are taken in advance (the count may go
 * negative), so that waiters queue up fairly instead of racing.
 */
import { sql } from 'drizzle-orm';
import type { Manifest } from '#connectors/connector.ts';
import type { Database } from '#db/transaction.ts';

export interface Pacer {
  /** Milliseconds to wait before sending; the tokens are already taken. */
  take(bucket: string, cost: number): Promise<number>;
  /** Tokens that were taken and not used. */
  giveBack(bucket: string, cost: number): Promise<void>;
  /** The request that took them has its answer: what the platform says is left has them in it. */
  settle(bucket: string, cost: number): void;
  /** What the platform said is left, less what our requests under way will take: estimates that were too high come back. */
  learn(bucket: string, state: { available: number; capacity: number; refillPerSecond: number }): Promise<void>;
  /** After a throttle answer: nothing is taken from this bucket for so long. */
  block(bucket: string, seconds: number): Promise<void>;
}

/** Part of a limit that is used: clocks and networks blur a window's edge. */
const share = 0.98;

export function makePacer(db: Database, organizationId: string, storeId: string, buckets: Manifest['limits']['buckets']): Pacer {
  const underWay = new Map<string, number>();
  const add = (bucket: string, cost: number) => void underWay.set(bucket, (underWay.get(bucket) ?? 0) + cost);
  const limitsOf = (bucket: string) => buckets[bucket] ?? { capacity: 1, refillPerSecond: 1, learned: false };
  return {
    async take(bucket, cost) {
      const limits = limitsOf(bucket);
      // Learned limits stand in the row; published ones in the manifest, whose newest figures count.
      const from = limits.learned ? sql`b` : sql`excluded`;
      const result = await db.inOrganization(organizationId, (tx) =>
        tx.execute<{ wait: number }>(sql`
          insert into pacing_buckets as b (organization_id, store_id, bucket, tokens, capacity, refill_per_second, refilled_at)
          values (${organizationId}, ${storeId}, ${bucket}, ${limits.capacity - cost}, ${limits.capacity}, ${limits.refillPerSecond * share}, clock_timestamp())
          on conflict (organization_id, store_id, bucket) do update set
            capacity = ${from}.capacity, refill_per_second = ${from}.refill_per_second,
            tokens = least(${from}.capacity, b.tokens + ${from}.refill_per_second * greatest(0, extract(epoch from clock_timestamp() - b.refilled_at))) - ${cost}::float8,
            refilled_at = clock_timestamp()
          returning greatest(0, -tokens / refill_per_second, extract(epoch from blocked_until - clock_timestamp()))::float8 as wait`),
      );
      add(bucket, cost);
      return Math.ceil((result.rows[0]?.wait ?? 0) * 1000);
    },
    settle: (bucket, cost) => add(bucket, -cost),
    async giveBack(bucket, cost) {
      add(bucket, -cost);
      await db.inOrganization(organizationId, (tx) =>
        tx.execute(sql`update pacing_buckets set tokens = least(capacity, tokens + ${cost}::float8)
          where organization_id = ${organizationId} and store_id = ${storeId} and bucket = ${bucket}`),
      );
    },
    async learn(bucket, state) {
      await db.inOrganization(organizationId, (tx) =>
        tx.execute(sql`update pacing_buckets set tokens = ${state.available - (underWay.get(bucket) ?? 0)}::float8,
            capacity = ${state.capacity}::float8, refill_per_second = ${state.refillPerSecond * share}::float8, refilled_at = clock_timestamp()
          where organization_id = ${organizationId} and store_id = ${storeId} and bucket = ${bucket}`),
      );
    },
    async block(bucket, seconds) {
      await db.inOrganization(organizationId, (tx) =>
        tx.execute(sql`update pacing_buckets set tokens = least(tokens, 0), blocked_until = clock_timestamp() + make_interval(secs => ${seconds}::float8)
          where organization_id = ${organizationId} and store_id = ${storeId} and bucket = ${bucket}`),
      );
    },
  };
}
