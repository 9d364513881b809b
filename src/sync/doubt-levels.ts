/** What hints name may stand differently by now: those levels are read. */
import { sql } from 'drizzle-orm';
import type { WebhookHint } from '#connectors/connector.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent } from '#listings/level-state.ts';
import type { Turn } from '#sync/turn.ts';

export async function doubtLevels(
  turn: Turn,
  tx: Transaction,
  hints: readonly Extract<WebhookHint, { kind: 'level_changed' }>[],
): Promise<void> {
  if (hints.length === 0) return;
  const rows = await lockLevels(
    tx,
    quantityLevels,
    sql`l.store_id = ${turn.store.id} and l.id in (
      select n.id from json_to_recordset(${JSON.stringify(hints.map((hint) => ({ product: hint.productId, inventory: hint.inventoryId, place: hint.locationId })))}::json)
        as x(product text, inventory text, place text)
      join listings i on i.organization_id = ${tx.organizationId} and i.store_id = ${turn.store.id}
        and (x.product is not null or x.inventory is not null)
        and (x.product is null or i.platform_product_id = x.product) and (x.inventory is null or i.platform_inventory_id = x.inventory)
      join listing_levels n on n.organization_id = i.organization_id and n.listing_id = i.id and (x.place is null or n.remote_location_id = x.place))`,
  );
  await saveLevels(
    tx,
    quantityLevels,
    rows.map((row) => ({ ...row, level: afterEvent(row.level, { kind: 'doubted' }, quantityLevels.same) })),
    turn.hub.clock.now(),
  );
}
