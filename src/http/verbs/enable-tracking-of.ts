import { and, eq, sql } from 'drizzle-orm';
import { enableTracking } from '#listings/enable-tracking.ts';
import { listings } from '#listings/listings-tables.ts';
import { refusalSentence } from '#listings/refusal-sentence.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { stores } from '#stores/stores-tables.ts';

export interface TrackingAnswer {
  requested: number;
  refused: { listingId: string; sentence: string }[];
}

/** Switches tracking on for the listings named, or all of a store, or of every active store whose platform can. */
export async function enableTrackingOf(
  hub: Hub,
  actor: Actor,
  input: { listingIds?: string[] | undefined; storeId?: string | undefined },
): Promise<TrackingAnswer> {
  const groups = await storesOf(hub, actor, input);
  const answer: TrackingAnswer = { requested: 0, refused: [] };
  for (const { storeId, platform } of groups) {
    const outcome = await enableTracking(hub, actor, { storeId, listingIds: input.listingIds });
    answer.requested += outcome.requested;
    for (const { listingId, refusal } of outcome.refused)
      answer.refused.push({ listingId, sentence: refusalSentence(hub.connectors, platform, refusal) });
  }
  return answer;
}

async function storesOf(
  hub: Hub,
  actor: Actor,
  input: { listingIds?: string[] | undefined; storeId?: string | undefined },
): Promise<{ storeId: string; platform: string }[]> {
  const rows = await hub.db.inOrganization(actor.organizationId, (tx) =>
    tx
      .selectDistinct({ storeId: stores.id, platform: stores.platform })
      .from(stores)
      .innerJoin(
        listings,
        and(
          eq(listings.organizationId, stores.organizationId),
          eq(listings.storeId, stores.id),
          eq(listings.stockPolicy, 'untracked'),
        ),
      )
      .where(
        and(
          eq(stores.organizationId, actor.organizationId),
          eq(stores.status, 'active'),
          input.storeId === undefined ? undefined : eq(stores.id, input.storeId),
          input.listingIds === undefined ? undefined : sql`${listings.id} = any(${sql.param(input.listingIds)}::uuid[])`,
        ),
      ),
  );
  return rows.filter(({ platform }) => hub.connectors[platform]?.enableTracking !== undefined);
}
