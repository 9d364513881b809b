import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { untilDecided } from '#listings/holds.ts';
import { needsPerson } from '#orders/list-orders.ts';
import { toShip } from '#orders/orders.ts';

export interface OrderCounts {
  /** Paid, and not yet shipped whole. */
  toShip: number;
  unpaid: number;
  /** Oversold, with items whose listing is not linked, or with a shipment that was refused. */
  attention: number;
  /** These reasons one by one; an order may have several. */
  oversold: number;
  unlinked: number;
  refused: number;
  /**
   * Listings whose store has shown fewer than it should for a while, and no order says why: the units are kept back. Those
   * that wait for a person's decision are not among them: they are told of as differences.
   */
  unexplained: number;
  /** Placed since the day began in the organization's time zone. */
  today: number;
}

/** An order is usually told of within moments of its sale. */
const patienceMs = 120_000;

/** What waits for a person. Each figure comes from an index. */
export async function countOrders(tx: Transaction, timezone: string, now: Date): Promise<OrderCounts> {
  const own = sql`organization_id = ${tx.organizationId}`;
  const needing = (attention: Parameters<typeof needsPerson>[0]) =>
    sql`(select count(*) from orders o where o.organization_id = ${tx.organizationId} and ${needsPerson(attention)})::integer`;
  const { rows } = await tx.execute<OrderCounts & Record<string, unknown>>(sql`
    select (select count(*) from orders where ${own} and status = any(${sql.param([...toShip])}::text[]))::integer as "toShip",
      (select count(*) from orders where ${own} and status = 'unpaid')::integer as unpaid,
      ${needing('any')} as attention, ${needing('oversold')} as oversold, ${needing('unlinked')} as unlinked, ${needing('refused')} as refused,
      (select count(distinct listing_id) from listing_holds where ${own} and reason = 'unexplained_drop' and until > ${now}
        and until < ${untilDecided} and created_at <= ${new Date(now.getTime() - patienceMs)})::integer as unexplained,
      (select count(*) from orders where ${own}
        and placed_at >= date_trunc('day', ${now}::timestamptz at time zone ${timezone}) at time zone ${timezone})::integer as today`);
  return rows[0] ?? { toShip: 0, unpaid: 0, attention: 0, oversold: 0, unlinked: 0, refused: 0, unexplained: 0, today: 0 };
}
