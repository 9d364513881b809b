import { sql } from 'drizzle-orm';
import type { Hub } from '#stores/hub.ts';
import { type Resealed, reseal } from '#stores/reseal.ts';
import type { Sealer } from '#stores/sealing.ts';

const batchAtMost = 200;

/** Seals what platforms said of customers anew, with the sealer's present key; a batch of events in a transaction. */
export async function resealEvents(hub: Hub, sealer: Sealer, organizationId: string, count: Resealed): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const read = await hub.db.inOrganization(organizationId, async (tx) => {
      const { rows } = await tx.execute<{ id: string; payload: string }>(sql`
        select id, payload from webhook_events where organization_id = ${organizationId} and id > ${after}::uuid and sealed
        order by id limit ${batchAtMost} for update`);
      for (const { id, payload } of rows) {
        const anew = await reseal(sealer, id, payload, count);
        if (anew !== null)
          await tx.execute(
            sql`update webhook_events set payload = ${anew.sealed} where organization_id = ${organizationId} and id = ${id}`,
          );
      }
      return rows;
    });
    const last = read.at(-1);
    if (last === undefined || read.length < batchAtMost) return;
    after = last.id;
  }
}
