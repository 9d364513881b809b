/** What was sold, by day and store. Amounts of different currencies are never added. */
import { sql } from 'drizzle-orm';
import { beginOf, endOf } from '#db/days.ts';
import type { Transaction } from '#db/transaction.ts';

export interface SalesRequest {
  /** First and last day, in the organization's time zone. */
  from: string;
  to: string;
  by: 'day' | 'store';
}

export interface Sales {
  /** '2026-11-21'; null when asked for by store alone. */
  day: string | null;
  storeId: string;
  currency: string;
  orders: number;
  units: number;
  /** Decimal text. */
  total: string;
  refunded: string;
}

/**
 * Orders that were placed in these days, but for unpaid and cancelled ones. Days without any are left out. A day is a day of
 * the organization's time zone: where clocks are changed, one has 23 hours and one has 25.
 */
export async function readSales(tx: Transaction, { from, to, by }: SalesRequest, timezone: string): Promise<Sales[]> {
  const day = by === 'day' ? sql`to_char(o.placed_at at time zone ${timezone}, 'YYYY-MM-DD')` : sql`null::text`;
  const { rows } = await tx.execute<Sales & Record<string, unknown>>(sql`
    select ${day} as day, o.store_id as "storeId", o.currency, count(*)::integer as orders, sum(o.unit_count)::bigint as units,
      sum(o.total)::text as total, sum(o.refunded)::text as refunded
    from orders o
    where o.organization_id = ${tx.organizationId} and o.placed_at >= ${beginOf(from, timezone)} and o.placed_at < ${endOf(to, timezone)}
      and o.status not in ('unpaid', 'cancelled')
    group by 1, 2, 3 order by 1, 2, 3`);
  return rows;
}

/** The day that it is now in the time zone, and the one so many days before. */
export async function dayOf(tx: Transaction, now: Date, timezone: string, daysBefore = 0): Promise<string> {
  const { rows } = await tx.execute<{ day: string }>(
    sql`select to_char((${now}::timestamptz at time zone ${timezone})::date - ${daysBefore}::integer, 'YYYY-MM-DD') as day`,
  );
  return rows[0]?.day ?? now.toISOString().slice(0, 10);
}
