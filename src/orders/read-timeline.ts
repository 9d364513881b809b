/** What happened to an order: its own events, and what was booked of the stock for it. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { eventSentence } from '#orders/order-sentences.ts';
import { noSuchOrder } from '#orders/read-order.ts';

export interface TimelineLine {
  at: Date;
  code: string;
  sentence: string;
  /** Id of the person or key who did it; null for what the platform or StoreSync did. */
  userId: string | null;
  parameters: Record<string, unknown>;
}

/** An order that changes more often is shown with its newest lines. */
const linesAtMost = 1000;

/**
 * Oldest first. Stock lines of one moment and kind are one line: an order of ten thousand items does not tell ten thousand
 * stories. Throws 'not_found' when the organization has no such order.
 */
export async function readTimeline(tx: Transaction, orderId: string): Promise<TimelineLine[]> {
  const known = await tx.execute(sql`select from orders where organization_id = ${tx.organizationId} and id = ${orderId}`);
  if (known.rowCount === 0) throw noSuchOrder();
  const events = await tx.execute<Omit<TimelineLine, 'sentence'> & Record<string, unknown>>(sql`
    select at, code, parameters, user_id as "userId" from order_events
    where organization_id = ${tx.organizationId} and order_id = ${orderId} order by at desc, id desc limit ${linesAtMost}`);
  const stock = await tx.execute<{ at: Date; code: string; units: number; variants: number }>(sql`
    select created_at as at, code, sum(units)::integer as units, count(distinct variant_id)::integer as variants from (
      select created_at, variant_id, abs(case when delta = 0 then reserved_delta else delta end) as units,
        case when delta = 0 and reserved_delta > 0 then 'stock_reserved' when delta = 0 then 'stock_released'
          when type = 'return' and delta > 0 then 'stock_returned' when type = 'return' then 'stock_unreturned'
          when delta < 0 then 'stock_sold' else 'stock_unsold' end as code
      from inventory_transactions where organization_id = ${tx.organizationId} and document_kind = 'order' and document_id = ${orderId}) t
    group by 1, 2 order by 1 desc limit ${linesAtMost}`);
  const lines = [
    ...events.rows.reverse(),
    ...stock.rows.reverse().map(({ at, code, units, variants }) => ({ at, code, userId: null, parameters: { units, variants } })),
  ];
  // Stable: an event of the same moment comes before what was booked for it.
  return inOrder(lines)
    .slice(-linesAtMost)
    .map((line) => ({ ...line, sentence: eventSentence(line.code, line.parameters) }));
}

const secondMs = 1000;

/**
 * Platforms tell of a status by the whole second in which it came about. A shipment that was reported in that second made it
 * so, and stands before it.
 */
function inOrder<Line extends { at: Date; code: string }>(lines: readonly Line[]): Line[] {
  const shipments = lines.flatMap(({ at, code }) => (code.startsWith('shipment_') ? [at.getTime()] : []));
  const momentOf = ({ at, code }: Line): number => {
    const told = at.getTime();
    if (!(code.startsWith('became_') || code === 'unusual_step') || told % secondMs !== 0) return told;
    return Math.max(told, ...shipments.filter((moment) => moment >= told && moment < told + secondMs));
  };
  const keyed = lines.map((line) => ({ line, moment: momentOf(line), late: momentOf(line) > line.at.getTime() ? 1 : 0 }));
  return keyed.sort((a, b) => a.moment - b.moment || a.late - b.late).map(({ line }) => line);
}
