/** What tests of mass adoptions begin with and look at: goods "good 0", "good 1" … with 5 of each for 10.00. */
import { sql } from 'drizzle-orm';
import { updateStore } from '#stores/change-store.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import type { Good } from './fake-shop.ts';
import type { TwoStores, TwoStoresOptions } from './two-stores.ts';
import { settle } from './worlds.ts';

/** The source store counts, shows its orders and names what it replaces; the other one shows its orders. */
export async function beginAdoption(
  begin: (options: TwoStoresOptions) => Promise<TwoStores>,
  goods: number,
  { source, other, ...options }: TwoStoresOptions = {},
): Promise<TwoStores> {
  const world = await begin({
    ...options,
    goods: Array.from({ length: goods }, (_, at) => ({ variantId: `good ${at}` })),
    source: { orders: {}, compareAndSet: true, ...source },
    other: { orders: {}, ...other },
  });
  await both(world);
  world.clock.advance(60);
  return world;
}

export const limit = (world: TwoStores, storeId: string, settings: Partial<StoreSettings>) =>
  updateStore(world.hub, world.actor, storeId, { settings });

export async function both(world: TwoStores): Promise<void> {
  for (let round = 0; round < 3; round++) for (const id of [world.sourceId, world.otherId]) await settle(world, id);
}

export const goodsOf = (world: TwoStores, count: number, which: 'source' | 'other' = 'source', from = 0): Good[] =>
  Array.from({ length: count }, (_, at) => world[which].good(`good ${from + at}${which === 'other' ? '*' : ''}`));

/** The platform tells that something has changed there. */
export async function hints(world: TwoStores, goods: readonly Good[], storeId = world.sourceId): Promise<void> {
  await world.tell(
    storeId,
    goods.flatMap(({ productId }) => [
      { kind: 'level_changed', productId, inventoryId: null, locationId: null },
      { kind: 'product_changed', productId },
    ]),
  );
  await both(world);
}

/** So many goods of the source store are changed there at once. */
export async function cut(world: TwoStores, count: number, change: Partial<Good>, from = 0): Promise<void> {
  const goods = goodsOf(world, count, 'source', from);
  for (const good of goods) Object.assign(good, change);
  await hints(world, goods);
}

export const figures = (world: TwoStores, which: 'source' | 'other', figure: 'quantity' | 'price'): (number | string)[] =>
  [...world[which].goods.values()].map((good) => good[figure]);

export async function onHands(world: TwoStores): Promise<number[]> {
  const rows = await world.rows<{ units: number }>(sql`
    select n.on_hand as units from listings i join inventory_items n on n.organization_id = i.organization_id and n.variant_id = i.variant_id
    where i.organization_id = ${world.organizationId} and i.store_id = ${world.sourceId} order by i.platform_variant_id`);
  return rows.map(({ units }) => units);
}

export const questions = (world: TwoStores) =>
  world.rows<{ id: string; cause: string; store_id: string; summary: Record<string, number> }>(
    sql`select id, cause, store_id, summary from change_sets where organization_id = ${world.organizationId} and status = 'pending'`,
  );

/** "quantity 5 0 waiting", by listing. */
export async function waits(world: TwoStores): Promise<string[]> {
  const rows = await world.rows<{ field: string; expected: string; found: string; state: string }>(sql`
    select d.field, d.expected::float8 as expected, d.found::float8 as found, d.state from drifts d
    join listings i on i.organization_id = d.organization_id and i.id = d.listing_id
    where d.organization_id = ${world.organizationId} and d.cause = 'too_many' order by i.platform_variant_id, d.field, d.seen_at, d.id`);
  return rows.map(({ field, expected, found, state }) => `${field} ${expected} ${found} ${state}`);
}

export async function decideAll(world: TwoStores, decision: 'approved' | 'discarded'): Promise<void> {
  const [question] = await questions(world);
  await decideChangeSet(world.hub, world.actor, question?.id ?? '', decision);
}
