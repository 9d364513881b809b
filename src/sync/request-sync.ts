/** "Sync now": for a store, a product, a link. Only asks for the work; the store's next turn does it. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockLevels, priceLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent } from '#listings/level-state.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { findStore } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';
import { addJob } from '#sync/sync-jobs.ts';

/** Pulls what changed (everything, with `full`) and reads back whatever was refused. Returns the job's id. */
export async function requestStoreSync(
  hub: Hub,
  actor: Actor,
  storeId: string,
  cause: string,
  options: { full?: boolean } = {},
): Promise<string> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const store = await findStore(tx, storeId);
    if (store.status === 'paused') throw new AppError('store_paused', `${store.name} is paused. Resume it first.`);
    if (store.status !== 'active')
      throw new AppError('needs_reconnect', `${store.name} is not connected. Connect it again under Integrations.`);
    const waiting = await tx.execute<{ id: string }>(sql`
      select id from sync_jobs where organization_id = ${tx.organizationId} and store_id = ${storeId} and job_type = 'pull' and status = 'queued' limit 1`);
    const id =
      waiting.rows[0]?.id ??
      (await addJob(
        tx,
        { storeId, jobType: 'pull', cause, startedBy: actor.userId, metadata: { full: options.full ?? false } },
        now,
      ));
    await readAgain(hub, tx, sql`l.store_id = ${storeId} and l.refused_for is not null`);
    await workFor(hub, tx, [storeId]);
    return id;
  });
}

/** Reads and, where they differ, writes every linked listing of the product, schedules notwithstanding. Returns their number. */
export async function requestProductSync(hub: Hub, actor: Actor, productId: string): Promise<number> {
  return await requestListings(
    hub,
    actor,
    sql`i.variant_id in (select id from product_variants v where v.organization_id = ${actor.organizationId} and v.product_id = ${productId})`,
  );
}

export async function requestListingSync(hub: Hub, actor: Actor, listingId: string): Promise<void> {
  const found = await requestListings(hub, actor, sql`i.id = ${listingId}`);
  if (found === 0)
    throw new AppError('not_found', 'There is no such linked listing. It may have been unlinked; reload the page.');
}

async function requestListings(hub: Hub, actor: Actor, where: ReturnType<typeof sql>): Promise<number> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const found = await tx.execute<{ id: string; store_id: string }>(sql`
      select i.id, i.store_id from listings i where i.organization_id = ${tx.organizationId} and i.status = 'linked' and ${where}`);
    const ids = found.rows.map((row) => row.id);
    if (ids.length === 0) return 0;
    await readAgain(hub, tx, sql`l.listing_id = any(${sql.param(ids)}::uuid[])`);
    await workFor(hub, tx, [...new Set(found.rows.map((row) => row.store_id))]);
    return ids.length;
  });
}

/** Nothing that was known counts, what was refused is tried once more, and waiting ends (but not for a lost write). */
async function readAgain(hub: Hub, tx: Transaction, where: ReturnType<typeof sql>): Promise<void> {
  const now = hub.clock.now();
  const quantities = await lockLevels(tx, quantityLevels, where);
  const prices = await lockLevels(tx, priceLevels, where);
  await saveLevels(
    tx,
    quantityLevels,
    quantities.map((row) => ({
      ...row,
      level: { ...afterEvent(row.level, { kind: 'doubted' }, quantityLevels.same), ...fresh(row.level) },
    })),
    now,
  );
  await saveLevels(
    tx,
    priceLevels,
    prices.map((row) => ({
      ...row,
      level: { ...afterEvent(row.level, { kind: 'doubted' }, priceLevels.same), ...fresh(row.level) },
    })),
    now,
  );
}

const fresh = (level: { lost: unknown; attemptAfter: number }) => ({
  refusedFor: null,
  unconfirmed: 0,
  attemptAfter: level.lost === null ? 0 : level.attemptAfter,
});
