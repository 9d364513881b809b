/** Untracked goods are not quantity-pushed until the seller switches tracking on: here, in bulk, at the store itself. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Refusal } from '#connectors/errors.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
import { connectorOf, openSession } from '#stores/session.ts';
import { findStore } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';

export interface TrackingOutcome {
  requested: number;
  refused: { listingId: string; refusal: Refusal }[];
}

const perCall = 100;

/** All untracked listings of the store, or those named. The store's next turn reads them back as tracked. */
export async function enableTracking(
  hub: Hub,
  actor: Actor,
  input: { storeId: string; listingIds?: readonly string[] | undefined },
): Promise<TrackingOutcome> {
  const { store, rows } = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const found = await findStore(tx, input.storeId);
    const untracked = await tx.execute<{ id: string; product: string; variant: string; inventory: string | null }>(sql`
      select id, platform_product_id as product, platform_variant_id as variant, platform_inventory_id as inventory from listings
      where organization_id = ${tx.organizationId} and store_id = ${input.storeId} and stock_policy = 'untracked' and state <> 'gone'
        and (${input.listingIds === undefined} or id = any(${sql.param([...(input.listingIds ?? [])])}::uuid[])) order by platform_product_id, id`);
    return { store: found, rows: untracked.rows };
  });
  const connector = connectorOf(hub, store.platform);
  if (connector.enableTracking === undefined)
    throw new AppError('invalid_input', `${connector.manifest.name} counts everything; there is nothing to switch on.`);
  const session = await openSession(hub, store, null);
  const refused: TrackingOutcome['refused'] = [];
  for (let at = 0; at < rows.length; at += perCall) {
    const part = rows.slice(at, at + perCall);
    const results = await connector.enableTracking(
      session,
      part.map((row) => ({ productId: row.product, variantId: row.variant, inventoryId: row.inventory })),
    );
    const byVariant = new Map(results.map((result) => [result.variantId, result.refusal]));
    for (const row of part) {
      const refusal = byVariant.get(row.variant);
      if (refusal) refused.push({ listingId: row.id, refusal });
    }
  }
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    await tx.execute(sql`
      insert into webhook_events (organization_id, id, store_id, topic, payload, hints, created_at)
      select ${tx.organizationId}::uuid, gen_random_uuid(), ${store.id}::uuid, 'storesync.tracking_enabled', '', ${JSON.stringify(
        [...new Set(rows.map((row) => row.product))].map((productId) => ({ kind: 'product_changed', productId })),
      )}::jsonb, ${now}`);
    await workFor(hub, tx, [store.id]);
    await audit(
      tx,
      actor,
      'listing.tracking_enabled',
      'store',
      store.id,
      { requested: rows.length, refused: refused.length },
      now,
    );
  });
  return { requested: rows.length, refused };
}
