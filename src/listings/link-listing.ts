/** Linking by hand, in bulk and from a file; unlinking; ignoring. Unlinking leaves the platform as it is. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockItems } from '#inventory/book.ts';
import { causesChanged, lockVariants, ofListings, ofVariants } from '#listings/changes.ts';
import type { ListingSettings } from '#listings/listings.ts';
import { noteNewLinks } from '#listings/new-links.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { byHand, originOf } from '#organizations/origin.ts';
import type { Hub } from '#stores/hub.ts';
import { workFor } from '#stores/work-for.ts';

export interface LinkRequest {
  listingId: string;
  variantId: string;
}

export interface LinkOutcome {
  linked: number;
  failed: { listingId: string; problem: string }[];
}

/** Links what can be linked, and says of the rest why not. */
export async function linkListings(
  hub: Hub,
  actor: Actor,
  links: readonly LinkRequest[],
  linkedBy: 'hand' | 'suggestion' | 'csv' | 'sku' | 'barcode' = 'hand',
): Promise<LinkOutcome> {
  return await hub.db.inOrganization(actor.organizationId, (tx) => linkInTransaction(hub, tx, actor, links, linkedBy));
}

export async function linkInTransaction(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  links: readonly LinkRequest[],
  linkedBy: string,
): Promise<LinkOutcome> {
  const now = hub.clock.now();
  // First of all, so that a price or a count that changes at this moment waits for the link, or is seen by it.
  const variantIds = links.map((link) => link.variantId);
  await lockVariants(tx, variantIds);
  await lockItems(tx, variantIds);
  const result = await tx.execute<{
    id: string;
    variant_id: string | null;
    archived: boolean | null;
    gone: boolean | null;
    listing: string | null;
  }>(sql`
    select x.listing_id as id, v.id as variant_id, v.archived_at is not null as archived, i.state = 'gone' as gone, i.id as listing
    from json_to_recordset(${JSON.stringify(links.map((link) => ({ listing_id: link.listingId, variant_id: link.variantId })))}::json) as x(listing_id uuid, variant_id uuid)
    left join listings i on i.organization_id = ${tx.organizationId} and i.id = x.listing_id
    left join product_variants v on v.organization_id = ${tx.organizationId} and v.id = x.variant_id`);
  const failed = result.rows.flatMap((row) => {
    const problem =
      row.listing === null
        ? 'There is no such listing.'
        : row.variant_id === null
          ? 'There is no such variant.'
          : row.archived
            ? 'The variant is archived.'
            : row.gone
              ? 'The listing is gone from its store.'
              : null;
    return problem === null ? [] : [{ listingId: row.id, problem }];
  });
  const bad = new Set(failed.map((one) => one.listingId));
  const good = links.filter((link) => !bad.has(link.listingId));
  const linked = await tx.execute<{ store_id: string }>(sql`
    update listings i set status = 'linked', variant_id = x.variant_id, linked_by = ${linkedBy}, linked_at = ${now}, unlinked_at = null, updated_at = ${now}
    from json_to_recordset(${JSON.stringify(good.map((link) => ({ listing_id: link.listingId, variant_id: link.variantId })))}::json) as x(listing_id uuid, variant_id uuid)
    where i.organization_id = ${tx.organizationId} and i.id = x.listing_id returning i.store_id`);
  await noteNewLinks(
    tx,
    linked.rows.map((row) => row.store_id),
    now,
  );
  await after(
    hub,
    tx,
    actor,
    'listing.linked',
    good.map((link) => link.listingId),
    { linkedBy },
    variantIds,
  );
  return { linked: good.length, failed };
}

/** Also what the source store shows stays unlinked, until somebody links it again: its next pull does not undo a person's hand. */
export async function unlinkListings(hub: Hub, actor: Actor, listingIds: readonly string[]): Promise<number> {
  return await setStatus(hub, actor, listingIds, 'unlinked', 'listing.unlinked');
}

/** Ignored listings are not offered for linking again. */
export async function ignoreListings(hub: Hub, actor: Actor, listingIds: readonly string[], ignored: boolean): Promise<number> {
  return await setStatus(
    hub,
    actor,
    listingIds,
    ignored ? 'ignored' : 'unlinked',
    ignored ? 'listing.ignored' : 'listing.unignored',
  );
}

async function setStatus(
  hub: Hub,
  actor: Actor,
  listingIds: readonly string[],
  status: 'unlinked' | 'ignored',
  action: string,
): Promise<number> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const changed = await takeLinksAway(hub, tx, listingIds, status);
    const ids = changed.map(({ id }) => id);
    await after(
      hub,
      tx,
      actor,
      action,
      ids,
      {},
      changed.flatMap(({ variantId }) => (variantId === null ? [] : [variantId])),
    );
    return changed.length;
  });
}

/** Takes links away and notes when, so that nothing but a person links them anew. Returns what there was, with the variant; `causesChanged` is the caller's. */
export async function takeLinksAway(
  hub: Hub,
  tx: Transaction,
  listingIds: readonly string[],
  status: 'unlinked' | 'ignored',
): Promise<{ id: string; variantId: string | null }[]> {
  const now = hub.clock.now();
  const changed = await tx.execute<{ id: string; store_id: string; variant_id: string | null }>(sql`
    with before as (select id, variant_id from listings
      where organization_id = ${tx.organizationId} and id = any(${sql.param([...listingIds])}::uuid[]) order by platform_product_id, platform_variant_id for no key update)
    update listings i set status = ${status}, variant_id = null, linked_by = null, linked_at = null, updated_at = ${now},
      unlinked_at = case when i.status = 'linked' then ${now}::timestamptz else i.unlinked_at end
    from before where i.organization_id = ${tx.organizationId} and i.id = before.id returning i.id, i.store_id, before.variant_id`);
  const storeIds = new Set(changed.rows.flatMap((row) => (row.variant_id === null ? [] : [row.store_id])));
  await noteNewLinks(tx, storeIds, now);
  await workFor(hub, tx, storeIds);
  return changed.rows.map((row) => ({ id: row.id, variantId: row.variant_id }));
}

export interface ListingPatch {
  syncPrice?: boolean | undefined;
  syncInventory?: boolean | undefined;
  settings?: { [Key in keyof ListingSettings]?: ListingSettings[Key] | null | undefined } | undefined;
}

/** The settings that a figure follows from. */
const figureSettings = ['priceRule', 'stockRule', 'priceOverride'] as const;

/** A setting given as null is removed. */
export async function updateListing(hub: Hub, actor: Actor, listingId: string, patch: ListingPatch): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const origin = JSON.stringify(originOf(actor.userId, byHand, now));
    const named = figureSettings.filter((name) => patch.settings?.[name] !== undefined);
    const removed = Object.entries(patch.settings ?? {}).flatMap(([name, value]) => (value === null ? [name] : []));
    const set = Object.fromEntries(
      Object.entries(patch.settings ?? {}).filter(([, value]) => value !== null && value !== undefined),
    );
    const changed = await tx.execute<{ id: string }>(sql`
      update listings set sync_price = coalesce(${patch.syncPrice ?? null}::boolean, sync_price), sync_inventory = coalesce(${patch.syncInventory ?? null}::boolean, sync_inventory),
        settings = (settings || ${JSON.stringify(set)}::jsonb) - ${sql.param(removed)}::text[], updated_at = ${now},
        -- Saved as it was, a rule has not become another.
        rules_set = coalesce(rules_set, '{}') || (select coalesce(jsonb_object_agg(name, ${origin}::jsonb), '{}') from unnest(${sql.param(named)}::text[]) name
          where settings->name is distinct from ${JSON.stringify(set)}::jsonb->name)
      where organization_id = ${tx.organizationId} and id = ${listingId} returning id`);
    if (changed.rows.length === 0)
      throw new AppError('not_found', 'There is no such listing. It may have been removed; reload the page.');
    await after(hub, tx, actor, 'listing.changed', [listingId], { ...patch });
  });
}

async function after(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  action: string,
  listingIds: readonly string[],
  details: Record<string, unknown>,
  /** Of links that came or went: a store that leaves its last units to another looks whether the thing is linked there. */
  variantIds: readonly string[] = [],
): Promise<void> {
  if (listingIds.length === 0) return;
  await causesChanged(hub, tx, sql`(${ofListings(listingIds)} or ${ofVariants(variantIds)})`);
  const [only] = listingIds;
  await audit(
    tx,
    actor,
    action,
    'listing',
    listingIds.length === 1 ? (only ?? null) : null,
    { ...details, count: listingIds.length, listings: listingIds.slice(0, 100) },
    hub.clock.now(),
  );
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'listing', ids: listingIds.slice(0, 100) }));
}
