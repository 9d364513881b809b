import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { toShip } from '#orders/orders.ts';

export interface OrderCounts {
  /** Paid, and not yet shipped whole. */
  toShip: number;
  unpaid: number;
  /** Oversold, or with items whose listing is not linked. */
  attention: number;
  /** Placed since the day began in the organization's time zone. */
  today: number;
}

/** What waits for a person. Each figure comes from an index of its own. */
export async function countOrders(tx: Transaction, timezone: string, now: Date): Promise<OrderCounts> {
  const own = sql`organization_id = ${tx.organizationId}`;
  const { rows } = await tx.execute<OrderCounts & Record<string, unknown>>(sql`
    select (select count(*) from orders where ${own} and status = any(${sql.param([...toShip])}::text[]))::integer as "toShip",
      (select count(*) from orders where ${own} and status = 'unpaid')::integer as unpaid,
      (select count(*) from orders where ${own} and (oversold or unlinked_count > 0))::integer as attention,
      (select count(*) from orders where ${own}
        and placed_at >= date_trunc('day', ${now}::timestamptz at time zone ${timezone}) at time zone ${timezone})::integer as today`);
  return rows[0] ?? { toShip: 0, unpaid: 0, attention: 0, today: 0 };
}
