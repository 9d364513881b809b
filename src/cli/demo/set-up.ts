/** What a newcomer does in the first ten minutes, done by the demo: owner, stores, links, tracking. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { PracticeStore } from '#cli/demo/practice-stores.ts';
import { enableTracking } from '#listings/enable-tracking.ts';
import { linkListings } from '#listings/link-listing.ts';
import { suggestLinks } from '#listings/suggest-links.ts';
import type { Actor } from '#organizations/actor.ts';
import { beginOAuth, completeOAuth } from '#stores/connect-store.ts';
import type { Hub } from '#stores/hub.ts';
import { setPlatformApp } from '#stores/platform-app.ts';
import { approveConsent } from '#stores/visit-consent.ts';

/** Connects by the platform's own consent page, and waits until the first pull is stored. */
export async function connectPracticeStore(hub: Hub, actor: Actor, store: PracticeStore, origin: string): Promise<string> {
  const access = store.hosted.shop.control.access();
  const { clientId, clientSecret, extra } = store.kind.app(access);
  await setPlatformApp(hub, actor, { platform: store.platform, clientId, clientSecret, extra: { ...extra } });
  const { authorizeUrl, state } = await beginOAuth(hub, actor, {
    platform: store.platform,
    fields: store.kind.fields(access),
    baseUrl: store.hosted.baseUrl,
    origin,
  });
  const query = await approveConsent(authorizeUrl);
  const { storeId } = await completeOAuth(hub, actor, { platform: store.platform, cookieState: state, query });
  await pulled(hub, actor, storeId);
  return storeId;
}

/** Waits until the store's last pull has ended; throws when it failed. */
export async function pulled(hub: Hub, actor: Actor, storeId: string, secondsAtMost = 120): Promise<void> {
  for (let waited = 0; waited < secondsAtMost * 10; waited++) {
    const result = await hub.db.inOrganization(actor.organizationId, (tx) =>
      tx.execute<{ status: string; message: string | null }>(sql`
        select status, error_message as message from sync_jobs where organization_id = ${actor.organizationId} and store_id = ${storeId} and job_type = 'pull' order by created_at desc limit 1`),
    );
    const [job] = result.rows;
    if (job?.status === 'succeeded') return;
    if (job?.status === 'failed') throw new AppError('platform_unavailable', job.message ?? 'The pull failed.');
    await sleep(100);
  }
  throw new AppError('platform_unavailable', 'The first pull did not end in time.');
}

/** Links what fits without doubt, and switches tracking on where the goods are linked. */
export async function linkAndTrack(
  hub: Hub,
  actor: Actor,
  sourceStoreId: string,
): Promise<{ linked: number; ambiguous: number; tracked: number }> {
  const { items, counts } = await suggestLinks(hub, actor, {});
  const outcome = await linkListings(
    hub,
    actor,
    items.filter((item) => !item.ambiguous),
    'suggestion',
  );
  const tracking = await enableTracking(hub, actor, { storeId: sourceStoreId });
  return { linked: outcome.linked, ambiguous: counts.ambiguous, tracked: tracking.requested - tracking.refused.length };
}
