/** Linking many listings at once is one change that can be undone. */
import { and, eq } from 'drizzle-orm';
import { type LinkOutcome, type LinkRequest, linkInTransaction } from '#listings/link-listing.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { keepApplied } from '#sync/change-sets.ts';
import { keepRows, sealRows } from '#sync/kept-rows.ts';
import { changeSets } from '#sync/sync-tables.ts';

/** Links what can be linked, and says of the rest why not. */
export async function linkMany(hub: Hub, actor: Actor, links: readonly LinkRequest[]): Promise<LinkOutcome> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const kept = { storeId: null, cause: 'links', summary: {}, change: {}, before: { rows: true } };
    const id = await keepApplied(tx, actor, kept, hub.clock.now());
    const ids = links.map(({ listingId }) => listingId);
    await keepRows(tx, id, 'listing', ids);
    const outcome = await linkInTransaction(hub, tx, actor, links, 'suggestion');
    await sealRows(tx, id);
    const one = and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id));
    if (outcome.linked === 0) await tx.delete(changeSets).where(one);
    else
      await tx
        .update(changeSets)
        .set({ summary: { linked: outcome.linked } })
        .where(one);
    return outcome;
  });
}
