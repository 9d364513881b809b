import { sql } from 'drizzle-orm';
import { buyerKeys, type CustomerDetails } from '#orders/customer-details.ts';
import type { Hub } from '#stores/hub.ts';
import { type Resealed, reseal } from '#stores/reseal.ts';
import type { Sealer } from '#stores/sealing.ts';

const batchAtMost = 200;

/**
 * Seals who bought anew, with the sealer's present key, and makes the keys anew under which an order is found by its buyer:
 * they belong to the sealing key. A batch of orders in a transaction.
 */
export async function resealOrders(hub: Hub, sealer: Sealer, organizationId: string, count: Resealed): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const read = await hub.db.inOrganization(organizationId, async (tx) => {
      const { rows } = await tx.execute<{ id: string; sealed: string | null }>(sql`
        with batch as (select id from orders where organization_id = ${organizationId} and id > ${after}::uuid order by id limit ${batchAtMost})
        select id, sealed_details as sealed from orders where organization_id = ${organizationId} and id in (select id from batch)
        order by store_id, platform_order_id for update`);
      for (const { id, sealed } of rows) {
        const anew = sealed === null ? null : await reseal(sealer, id, sealed, count);
        if (anew === null) continue;
        const keys = buyerKeys(sealer.searchKey, anew.value as CustomerDetails);
        await tx.execute(sql`update orders set sealed_details = ${anew.sealed}, buyer_keys = ${sql.param(keys)}::text[]
          where organization_id = ${organizationId} and id = ${id}`);
      }
      return rows.map(({ id }) => id);
    });
    if (read.length < batchAtMost) return;
    after = read.toSorted().at(-1) ?? after;
  }
}
