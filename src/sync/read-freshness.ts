import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';

/**
 * A sale begins when the platform says that it was placed, and ends by our clock, when what follows from it was accepted by
 * the other stores: it contains what the platform took to tell us, for a buyer elsewhere waits for that too, and how far the
 * platform's clock is from ours. Most tell of a sale by the whole second, so it is up to one more than it was; where their
 * clock goes ahead, less, but never below 0. When a webhook arrived is kept by our clock, but for 30 days only, and not by
 * order; many sales come by polling alone.
 */
export interface Freshness {
  storeId: string;
  /** Prices and quantities that are not on the store yet. */
  behind: number;
  oldestWantedAt: Date | null;
  /** From a change being wanted to being on the store; null when nothing was pushed. Of the newest changes of the window. */
  p50Ms: number | null;
  p95Ms: number | null;
  /** From a sale on another store to this one showing it; null when none changed what it shows. */
  saleP50Ms: number | null;
  saleP95Ms: number | null;
  /** From a sale on this store to the last of the others showing it; null when none changed what another shows. */
  soldP50Ms: number | null;
  soldP95Ms: number | null;
  /** Sales on this store that every other store has followed. */
  soldCount: number;
}

/** How far back it looks. */
export const freshnessWindows = { hour: 3600, day: 86_400, week: 604_800 } as const;
export type FreshnessWindow = keyof typeof freshnessWindows;

interface FreshnessRow extends Record<string, unknown> {
  store_id: string;
  behind: number;
  oldest: Date | null;
  p50: number | null;
  p95: number | null;
  sale_p50: number | null;
  sale_p95: number | null;
  sold_p50: number | null;
  sold_p95: number | null;
  sold: number;
}

/** So many lines of sold goods are followed, and so many of the activity are looked through: the newest of the window. */
export const salesAtMost = 500;
export const linesAtMost = 10_000;
/** What was sent later than this after a sale was sent for another reason. */
const followedFor = sql`interval '15 minutes'`;

/** By sale and listing elsewhere: how long it took until what the store shows had followed; null: not yet, or nothing had to. */
const followedSales = (tx: Transaction, since: Date) => sql`
  select shown.order_id, shown.sold_by, shown.store_id, extract(epoch from sent.at - shown.placed_at)::float8 * 1000 as latency,
    sent.at is null and exists (select from listing_levels q where q.organization_id = ${tx.organizationId} and q.listing_id = shown.listing_id
      and (q.eligible or q.knowledge = 'in_flight')) as waits
  from (
    select sold.order_id, sold.sold_by, sold.placed_at, t.store_id, t.id as listing_id
    from (
      select o.id as order_id, o.placed_at, o.store_id as sold_by, l.variant_id from orders o
      join order_items i on i.organization_id = o.organization_id and i.order_id = o.id
      join listings l on l.organization_id = i.organization_id and l.store_id = i.store_id and l.platform_variant_id = i.platform_variant_id
      where o.organization_id = ${tx.organizationId} and o.placed_at > ${since} and l.variant_id is not null
      order by o.placed_at desc limit ${salesAtMost}
    ) sold
    join listings t on t.organization_id = ${tx.organizationId} and t.variant_id = sold.variant_id and t.store_id <> sold.sold_by and t.status = 'linked'
  ) shown
  left join lateral (
    select g.created_at as at from sync_logs g
    where g.organization_id = ${tx.organizationId} and g.listing_id = shown.listing_id and g.event = 'quantity_pushed'
      and g.created_at >= shown.placed_at and g.created_at < shown.placed_at + ${followedFor}
      -- What was wanted before the sale does not show it yet.
      and g.created_at - make_interval(secs => (g.details ->> 'latencyMs')::float8 / 1000) >= shown.placed_at
    order by g.created_at limit 1
  ) sent on true`;

/** Half of them, and 95 of 100, are within these. */
const percentiles = sql`percentile_cont(0.5) within group (order by latency) as p50, percentile_cont(0.95) within group (order by latency) as p95`;

/** How true every connected store is, and how fast changes and sales have arrived there, and sales there elsewhere. */
export async function readFreshness(tx: Transaction, now: Date, window: FreshnessWindow = 'hour'): Promise<Freshness[]> {
  const since = new Date(now.getTime() - freshnessWindows[window] * 1000);
  const result = await tx.execute<FreshnessRow>(freshnessStatement(tx, since));
  return result.rows.map((row) => ({
    storeId: row.store_id,
    behind: row.behind,
    oldestWantedAt: row.oldest,
    p50Ms: whole(row.p50),
    p95Ms: whole(row.p95),
    saleP50Ms: whole(row.sale_p50),
    saleP95Ms: whole(row.sale_p95),
    soldP50Ms: whole(row.sold_p50),
    soldP95Ms: whole(row.sold_p95),
    soldCount: row.sold,
  }));
}

export const freshnessStatement = (tx: Transaction, since: Date): SQL => sql`
    with waiting as (
      select store_id, wanted_at from listing_levels where organization_id = ${tx.organizationId} and (eligible or knowledge = 'in_flight')
      union all
      select store_id, wanted_at from listing_prices where organization_id = ${tx.organizationId} and (eligible or knowledge = 'in_flight')),
    arrived as (
      select store_id, ${percentiles} from (
        -- Bounded before it is looked into: so the newest are found by index, and a week of lines is not read.
        select store_id, (details ->> 'latencyMs')::float8 as latency from (
          select store_id, details from sync_logs where organization_id = ${tx.organizationId} and created_at > ${since}
          order by created_at desc limit ${linesAtMost}) newest
        where details ? 'latencyMs') pushed
      group by store_id),
    followed as (${followedSales(tx, since)}),
    showing as (select store_id, ${percentiles} from followed where latency is not null group by store_id),
    -- The last of the others counts; a sale that one of them has still to follow does not count yet.
    spread as (
      select store_id, ${percentiles}, count(*)::int as sold from (
        select sold_by as store_id, max(latency) as latency from followed group by order_id, sold_by
        having max(latency) is not null and not bool_or(waits)) sales
      group by store_id)
    select s.id as store_id, w.behind, w.oldest, a.p50, a.p95, f.p50 as sale_p50, f.p95 as sale_p95, d.p50 as sold_p50, d.p95 as sold_p95, coalesce(d.sold, 0) as sold
    from stores s
    left join lateral (select count(*)::int as behind, min(wanted_at) as oldest from waiting where store_id = s.id) w on true
    left join arrived a on a.store_id = s.id
    left join showing f on f.store_id = s.id
    left join spread d on d.store_id = s.id
    where s.organization_id = ${tx.organizationId} and s.status <> 'disconnected'
    order by s.created_at, s.id`;

const whole = (milliseconds: number | null): number | null => (milliseconds === null ? null : Math.round(milliseconds));
