/** An import keeps what it changes as one applied change-set, so that it can be undone. */
import { and, eq, sql } from 'drizzle-orm';
import type { ImportKeeper } from '#listings/catalog-file/import-catalog.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { keepApplied } from '#sync/change-sets.ts';
import { keepCounts, keepRows, sealRows } from '#sync/kept-rows.ts';
import { changeSets } from '#sync/sync-tables.ts';

export function keepImport(hub: Hub, actor: Actor): ImportKeeper {
  let id = '';
  return {
    async begin(tx) {
      const kept = { storeId: null, cause: 'import', summary: {}, change: {}, before: { rows: true } };
      id = await keepApplied(tx, actor, kept, hub.clock.now());
    },
    products: (tx, ids) => keepRows(tx, id, 'product', ids),
    variants: (tx, ids) => keepRows(tx, id, 'variant', ids),
    counts: (tx, counts) => keepCounts(tx, id, counts),
    async end(tx, outcome) {
      await sealRows(tx, id);
      const one = and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id));
      const kept = await tx.execute(
        sql`select from change_set_items where organization_id = ${tx.organizationId} and change_set_id = ${id} limit 1`,
      );
      // New goods alone: there is nothing that was something else before.
      if (kept.rowCount === 0) await tx.delete(changeSets).where(one);
      else
        await tx
          .update(changeSets)
          .set({ summary: { ...outcome } })
          .where(one);
    },
  };
}
