/** What hints name may stand differently by now: those levels are read, unless the hint says what is known. */
import { isDeepStrictEqual } from 'node:util';
import { type SQL, sql } from 'drizzle-orm';
import type { WebhookHint } from '#connectors/connector.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent, type LevelEvent } from '#listings/level-state.ts';
import type { Turn } from '#sync/turn.ts';

type LevelHint = Extract<WebhookHint, { kind: 'level_changed' }>;

export async function doubtLevels(turn: Turn, tx: Transaction, hints: readonly LevelHint[]): Promise<void> {
  if (hints.length === 0) return;
  const named = await levelsNamed(tx, turn.store.id, hints);
  const rows = await lockLevels(tx, quantityLevels, sql`l.id = any(${sql.param([...named.keys()])}::uuid[])`);
  await saveLevels(
    tx,
    quantityLevels,
    rows.flatMap((row) => {
      const events = (named.get(row.id) ?? []).map(eventOf);
      const level = events.reduce((before, event) => afterEvent(before, event, quantityLevels.same), row.level);
      return isDeepStrictEqual(level, row.level) ? [] : [{ ...row, level }];
    }),
    turn.hub.clock.now(),
  );
}

const eventOf = ({ quantity }: LevelHint): LevelEvent<number> =>
  quantity === undefined ? { kind: 'doubted' } : { kind: 'told', value: quantity };

interface Named extends Record<string, unknown> {
  id: string;
  product: string;
  inventory: string | null;
  place: string;
}

/** The hints of each level. By what they name, each by its own index; what belongs to which of them is seen here. */
async function levelsNamed(tx: Transaction, storeId: string, hints: readonly LevelHint[]): Promise<Map<string, LevelHint[]>> {
  const inventories = hints.flatMap(({ inventoryId }) => inventoryId ?? []);
  const products = hints.flatMap(({ inventoryId, productId }) => (inventoryId === null ? (productId ?? []) : []));
  const named = (column: SQL, ids: readonly string[]) => sql`
    select n.id, i.platform_product_id as product, i.platform_inventory_id as inventory, n.remote_location_id as place from listings i
    join listing_levels n on n.organization_id = i.organization_id and n.listing_id = i.id
    where i.organization_id = ${tx.organizationId} and i.store_id = ${storeId} and ${column} = any(${sql.param([...new Set(ids)])}::text[])`;
  const { rows } = await tx.execute<Named>(
    sql`${named(sql`i.platform_inventory_id`, inventories)} union ${named(sql`i.platform_product_id`, products)}`,
    'kept',
  );
  const isMeant = (row: Named) => (hint: LevelHint) =>
    (hint.inventoryId === null || hint.inventoryId === row.inventory) &&
    (hint.productId === null || hint.productId === row.product) &&
    (hint.locationId === null || hint.locationId === row.place) &&
    (hint.inventoryId !== null || hint.productId !== null);
  return new Map(rows.map((row) => [row.id, hints.filter(isMeant(row))] as const).filter(([, own]) => own.length > 0));
}
