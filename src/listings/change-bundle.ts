/**
 * Bundles: a variant that is made of others. It has no stock of its own; of it there is as much as its scarcest component
 * allows, and what is sold of it is taken from its components (orders that are booked keep what it was made of then).
 */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockItems } from '#inventory/book.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { assertVariants } from '#listings/read-bundle.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';

export interface Component {
  variantId: string;
  /** Of the component in one of the bundle: at least 1. */
  units: number;
}

/**
 * Makes a variant of these others; of none, and it counts its own stock again. Throws not_found for variants that are not
 * there, invalid_input for one that is made of itself, twice of the same, of a bundle, or is part of one.
 */
export async function changeComponents(
  hub: Hub,
  actor: Actor,
  variantId: string,
  components: readonly Component[],
): Promise<void> {
  const ids = components.map((component) => component.variantId);
  if (ids.includes(variantId)) refuse('A bundle cannot be made of itself. Take that component out.');
  if (new Set(ids).size !== ids.length) refuse('A component stands there twice. Add its units up on one line.');
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    await lockVariants(tx, [variantId, ...ids]);
    await lockItems(tx, [variantId, ...ids]);
    await assertVariants(tx, [variantId, ...ids]);
    await assertOneLevel(tx, variantId, ids);
    await tx.execute(
      sql`delete from bundle_components where organization_id = ${tx.organizationId} and bundle_variant_id = ${variantId}`,
    );
    await tx.execute(sql`
      insert into bundle_components (organization_id, bundle_variant_id, component_variant_id, units)
      select ${tx.organizationId}::uuid, ${variantId}::uuid, x."variantId", x.units from json_to_recordset(${JSON.stringify(components)}::json) as x("variantId" uuid, units integer)`);
    await tx.execute(sql`update product_variants set is_bundle = ${components.length > 0}, updated_at = ${now}
      where organization_id = ${tx.organizationId} and id = ${variantId}`);
    await causesChanged(hub, tx, ofVariants([variantId]), { stockOnly: true });
    await audit(tx, actor, 'variant.components_changed', 'variant', variantId, { components }, now);
    tx.afterCommit(() => {
      hub.announce(tx.organizationId, { kind: 'product', ids: [variantId] });
      hub.announce(tx.organizationId, { kind: 'inventory', ids: [variantId] });
    });
  });
}

/** The variants are locked: none of them becomes a bundle, or part of one, meanwhile. */
async function assertOneLevel(tx: Transaction, variantId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await tx.execute<{ inside: boolean; holds: string | null }>(sql`
    select exists (select from bundle_components where organization_id = ${tx.organizationId} and component_variant_id = ${variantId}) as inside,
      (select min(sku) from product_variants where organization_id = ${tx.organizationId} and is_bundle and id = any(${sql.param([...ids])}::uuid[])) as holds`);
  const [found] = rows;
  if (found?.inside === true) refuse('It is part of a bundle itself. Take it out there first.');
  if (found !== undefined && found.holds !== null)
    refuse(`${found.holds === '' ? 'A component' : found.holds} is a bundle itself. Enter what that is made of instead.`);
}

function refuse(message: string): never {
  throw new AppError('invalid_input', message, { issues: [{ path: 'components', message }] });
}
