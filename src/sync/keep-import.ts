/** An import keeps what it changes as one applied change-set, so that it can be undone: the one as which it has waited, if it has. */
import { and, eq, sql } from 'drizzle-orm';
import type { ImportKeeper } from '#listings/catalog-file/import-catalog.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { keepApplied } from '#sync/change-sets.ts';
import { endHeldImport, lockHeldImport } from '#sync/held-imports.ts';
import { endImportJob } from '#sync/import-jobs.ts';
import { keepCounts, keepRows, sealRows } from '#sync/kept-rows.ts';
import { changeSets } from '#sync/sync-tables.ts';

interface KeptImport {
  file?: string;
  heldId?: string | undefined;
  /** The job that applies it. */
  jobId?: string | undefined;
}

/**
 * Of one that has waited, `begin` throws conflict when it waits no longer, or another job is applying it. Its job ends with it;
 * `end` throws ImportCancelled when somebody has cancelled the job.
 */
export function keepImport(hub: Hub, actor: Actor, { file, heldId, jobId }: KeptImport = {}): ImportKeeper {
  let id = '';
  return {
    async begin(tx) {
      const now = hub.clock.now();
      const kept = { storeId: null, cause: 'import', summary: {}, change: {}, before: { rows: true } };
      if (heldId === undefined) id = await keepApplied(tx, actor, kept, now);
      else ({ id } = await lockHeldImport(tx, heldId, now, jobId));
    },
    products: (tx, ids) => keepRows(tx, id, 'product', ids),
    variants: (tx, ids) => keepRows(tx, id, 'variant', ids),
    counts: (tx, counts) => keepCounts(tx, id, counts),
    async end(tx, { notes, ...outcome }) {
      await sealRows(tx, id);
      const one = and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id));
      const kept = await tx.execute(
        sql`select from change_set_items where organization_id = ${tx.organizationId} and change_set_id = ${id} limit 1`,
      );
      // New goods alone: there is nothing that was something else before.
      const before = kept.rowCount === 0 ? null : { rows: true };
      const summary = { ...(file === undefined ? {} : { file }), ...outcome };
      if (heldId !== undefined) await endHeldImport(tx, actor, id, { status: 'approved', summary, before }, hub.clock.now());
      else if (before === null) await tx.delete(changeSets).where(one);
      else await tx.update(changeSets).set({ summary }).where(one);
      if (jobId !== undefined) await endImportJob(hub, tx, jobId, { outcome, notes });
    },
  };
}
