/** The timeline of an order: only ever added to. */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';

export interface OrderEventLine {
  orderId: string;
  /** When it happened, by whoever told of it. */
  at: Date;
  code: string;
  parameters: Record<string, unknown>;
  userId: string | null;
}

export async function addOrderEvents(tx: Transaction, lines: readonly OrderEventLine[], now: Date): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map((line) => ({
    id: newId(),
    order_id: line.orderId,
    // A platform's clock that goes ahead does not write into our future.
    at: line.at > now ? now : line.at,
    code: line.code,
    parameters: line.parameters,
    user_id: line.userId,
  }));
  await tx.execute(sql`
    insert into order_events (organization_id, id, order_id, at, code, parameters, user_id)
    select ${tx.organizationId}::uuid, x.id, x.order_id, x.at, x.code, x.parameters, x.user_id
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, order_id uuid, at timestamptz, code text, parameters jsonb, user_id text)`);
}
