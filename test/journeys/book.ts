/** What must hold in the hub's own book at any moment. */
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Stage } from '#test/journeys/stage.ts';

/** I1: on_hand and reserved of every item are the sums of its ledger lines. Returns how many items there are. */
export async function expectLedgerToAddUp(stage: Stage): Promise<number> {
  const { organizationId } = stage.actor;
  const items = await stage.hub.db.inOrganization(organizationId, (tx) =>
    tx.execute<{ variant_id: string; on_hand: number; reserved: number; sum: number; reserved_sum: number }>(sql`
      select i.variant_id, i.on_hand, i.reserved, coalesce(sum(t.delta), 0)::int as sum, coalesce(sum(t.reserved_delta), 0)::int as reserved_sum
      from inventory_items i
      left join inventory_transactions t on t.organization_id = i.organization_id and t.variant_id = i.variant_id and t.location_id = i.location_id
      where i.organization_id = ${organizationId} group by i.variant_id, i.location_id, i.on_hand, i.reserved`),
  );
  for (const item of items.rows) {
    expect([item.sum, item.reserved_sum], `the ledger of ${item.variant_id}`).toEqual([item.on_hand, item.reserved]);
  }
  return items.rows.length;
}
