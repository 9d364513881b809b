/** Somebody changes figures on a store that does not own them. Each file that imports this has worlds of its own. */
import { sql } from 'drizzle-orm';
import { afterEach } from 'vitest';
import { present } from '#base/assert.ts';
import type { WebhookHint } from '#connectors/connector.ts';
import { decideDrift } from '#listings/decide-drifts.ts';
import { type ListedDrift, listDrifts } from '#listings/list-drifts.ts';
import type { DriftPolicy } from '#stores/stores.ts';
import { expectBooks } from './expect-books.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const beginWorld = worlds();
const open: TwoStores[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await expectBooks(world);
});

export async function begin(policy: { price?: DriftPolicy; quantity?: DriftPolicy } = {}, orders = true): Promise<TwoStores> {
  const world = await beginWorld({ other: orders ? { orders: {} } : {} });
  open.push(world);
  await world.rows(
    sql`update stores set settings = settings || ${JSON.stringify({ drift: policy })}::jsonb where id = ${world.otherId}`,
  );
  await settle(world);
  world.clock.advance(60);
  return world;
}

/** Turns with both stores until nothing is left to do now. */
export async function settle(world: TwoStores): Promise<void> {
  for (let round = 0; round < 4; round++) for (const id of [world.otherId, world.sourceId]) await world.turn(id);
}

/** As long as orders are waited for, in steps: whatever is due meanwhile is done. */
export async function wait(world: TwoStores, seconds = 60): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    world.clock.advance(5);
    await settle(world);
  }
}

export async function edit(world: TwoStores, change: { price?: string; quantity?: number }): Promise<void> {
  Object.assign(world.other.good('shirt*'), change);
  const { productId } = world.other.good('shirt*');
  await hint(world, [
    { kind: 'level_changed', productId, inventoryId: null, locationId: null },
    { kind: 'product_changed', productId },
  ]);
}

export async function hint(world: TwoStores, hints: WebhookHint[]): Promise<void> {
  await world.tell(world.otherId, hints);
  await settle(world);
}

export const shownAt = ({ source, other }: TwoStores) => [source.good('shirt').quantity, other.good('shirt*').quantity];
export const drifts = async (world: TwoStores): Promise<ListedDrift[]> =>
  (await world.hub.db.inOrganization(world.organizationId, (tx) => listDrifts(tx, {}, { limit: 50, after: null }))).items;
export const told = async (world: TwoStores) =>
  (await drifts(world)).map(({ field, expected, found, cause, state }) => [field, Number(expected), Number(found), cause, state]);
export const only = async (world: TwoStores): Promise<string> => present((await drifts(world))[0], 'a drift').id;
export const decide = async (world: TwoStores, decision: 'put_back' | 'take_over') =>
  decideDrift(world.hub, world.actor, await only(world), decision);

export function sale(world: TwoStores, units: number, at = world.clock.now()): void {
  const order = remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: units }], { createdAt: at.toISOString() });
  world.other.orders.set('A', order);
}

export const orderHint = (world: TwoStores) => hint(world, [{ kind: 'order_changed', orderId: 'A' }]);
