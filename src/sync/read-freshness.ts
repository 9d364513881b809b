import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';

export interface Freshness {
  storeId: string;
  /** Prices and quantities that are not on the store yet. */
  behind: number;
  oldestWantedAt: Date | null;
  /** From a change being wanted to being on the store, over the last hour; null when nothing was pushed. */
  p50Ms: number | null;
  p95Ms: number | null;
  /**
   * From a sale on another store to this one showing it, over the newest sales of the last hour; null when none changed what
   * it shows. Platforms tell of a sale by the whole second: up to one more than it was.
   */
  saleP50Ms: number | null;
  saleP95Ms: number | null;
}

interface FreshnessRow extends Record<string, unknown> {
  store_id: string;
  behind: number;
  oldest: Date | null;
  p50: number | null;
  p95: number | null;
  sale_p50: number | null;
  sale_p95: number | null;
}

/** So many lines of sold goods are followed. */
const salesAtMost = 500;
/** What was sent later than this after a sale was sent for another reason. */
const followedFor = sql`interval '15 minutes'`;

/** By store and sale elsewhere: how long it took until what the store shows had followed. */
const followedSales = (tx: Transaction, since: Date) => sql`
  select shown.store_id, greatest(0, extract(epoch from sent.at - shown.placed_at) * 1000)::float8 as latency
  from (
    select sold.placed_at, t.store_id, t.id as listing_id
    from (
      select o.placed_at, o.store_id, l.variant_id from orders o
      join order_items i on i.organization_id = o.organization_id and i.order_id = o.id
      join listings l on l.organization_id = i.organization_id and l.store_id = i.store_id and l.platform_variant_id = i.platform_variant_id
      where o.organization_id = ${tx.organizationId} and o.placed_at > ${since} and l.variant_id is not null
      order by o.placed_at desc limit ${salesAtMost}
    ) sold
    join listings t on t.organization_id = ${tx.organizationId} and t.variant_id = sold.variant_id and t.store_id <> sold.store_id and t.status = 'linked'
  ) shown
  cross join lateral (
    select g.created_at as at from sync_logs g
    where g.organization_id = ${tx.organizationId} and g.listing_id = shown.listing_id and g.event = 'quantity_pushed'
      and g.created_at >= shown.placed_at and g.created_at < shown.placed_at + ${followedFor}
      -- What was wanted before the sale does not show it yet.
      and g.created_at - make_interval(secs => (g.details ->> 'latencyMs')::float8 / 1000) >= shown.placed_at
    order by g.created_at limit 1
  ) sent`;

/** How true every connected store is, and how fast changes have arrived there. */
export async function readFreshness(tx: Transaction, now: Date): Promise<Freshness[]> {
  const since = new Date(now.getTime() - 3_600_000);
  const result = await tx.execute<FreshnessRow>(sql`
    with waiting as (
      select store_id, wanted_at from listing_levels where organization_id = ${tx.organizationId} and (eligible or knowledge = 'in_flight')
      union all
      select store_id, wanted_at from listing_prices where organization_id = ${tx.organizationId} and (eligible or knowledge = 'in_flight')),
    arrived as (
      select store_id, (details ->> 'latencyMs')::float8 as latency from sync_logs
      where organization_id = ${tx.organizationId} and created_at > ${since} and details ? 'latencyMs'),
    followed as (${followedSales(tx, since)})
    select s.id as store_id, w.behind, w.oldest, a.p50, a.p95, f.p50 as sale_p50, f.p95 as sale_p95
    from stores s
    left join lateral (select count(*)::int as behind, min(wanted_at) as oldest from waiting where store_id = s.id) w on true
    left join lateral (select percentile_cont(0.5) within group (order by latency) as p50, percentile_cont(0.95) within group (order by latency) as p95
      from arrived where store_id = s.id) a on true
    left join lateral (select percentile_cont(0.5) within group (order by latency) as p50, percentile_cont(0.95) within group (order by latency) as p95
      from followed where store_id = s.id) f on true
    where s.organization_id = ${tx.organizationId} and s.status <> 'disconnected'
    order by s.created_at, s.id`);
  return result.rows.map((row) => ({
    storeId: row.store_id,
    behind: row.behind,
    oldestWantedAt: row.oldest,
    p50Ms: whole(row.p50),
    p95Ms: whole(row.p95),
    saleP50Ms: whole(row.sale_p50),
    saleP95Ms: whole(row.sale_p95),
  }));
}

const whole = (milliseconds: number | null): number | null => (milliseconds === null ? null : Math.round(milliseconds));
