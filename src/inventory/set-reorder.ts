import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { defaultLocationId } from '#inventory/book.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';

/** At or below the point a variant counts as low; the quantity is what to order then. Throws not_found where it is not counted. */
export async function setReorder(
  hub: Hub,
  actor: Actor,
  input: { variantId: string; locationId?: string | undefined; reorderPoint: number; reorderQuantity: number },
): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const locationId = input.locationId ?? (await defaultLocationId(tx));
    const { rowCount } = await tx.execute(sql`
      update inventory_items set reorder_point = ${input.reorderPoint}, reorder_quantity = ${input.reorderQuantity}, updated_at = ${now}
      where organization_id = ${tx.organizationId} and variant_id = ${input.variantId} and location_id = ${locationId}`);
    if (rowCount === 0) throw new AppError('not_found', 'This variant is not counted here yet. Receive or count it first.');
    const { reorderPoint, reorderQuantity } = input;
    await audit(tx, actor, 'stock.reorder_set', 'variant', input.variantId, { locationId, reorderPoint, reorderQuantity }, now);
  });
}
