/** Stock at several of a platform's locations. Each file that imports this has a world of its own. */
import { sql } from 'drizzle-orm';
import { afterEach } from 'vitest';
import { openLocation } from '#listings/change-location.ts';
import { receiveStock } from '#listings/post-stock.ts';
import { updateStore } from '#stores/change-store.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { expectBooks } from './expect-books.ts';
import type { FakeShopOptions } from './fake-shop.ts';
import { remoteOrder } from './remote-order.ts';
import { stockByLocation } from './stock-by-location.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
export let world: TwoStores;
/** Of ours, shown at the boutique. */
export let shop: string;
afterEach(async () => {
  await expectBooks(world);
});

/** Five shirts in our main location, which the source store counts, three in the shop; the other store has a depot and a boutique. */
export async function begin(
  settings: Partial<StoreSettings> = {},
  boutique: number | null = 40,
  limits: FakeShopOptions['limits'] = {},
): Promise<void> {
  world = await beginWorld({
    goods: [{ variantId: 'shirt', ...(boutique === null ? {} : { elsewhere: { boutique } }) }],
    source: { orders: {}, compareAndSet: true },
    other: { locations: ['depot', 'boutique'], orders: {}, limits },
  });
  shop = await openLocation(world.hub, world.actor, { name: 'Shop' });
  const lines = [{ variantId: await world.variantOf('shirt'), units: 3 }];
  await receiveStock(world.hub, world.actor, { locationId: shop, note: '', lines });
  await change({ locationMap: { boutique: shop }, ...settings });
  world.clock.advance(60);
}

export async function change(settings: Partial<StoreSettings>): Promise<void> {
  await updateStore(world.hub, world.actor, world.otherId, { settings });
  await both();
}

export async function both(): Promise<void> {
  do {
    for (let round = 0; round < 2; round++) for (const id of [world.otherId, world.sourceId]) await settle(world, id);
  } while (await waitsForOtherPlace());
}

/** A higher figure of one place waits a moment where the lower one of another has not been answered yet: that moment passes. */
async function waitsForOtherPlace(): Promise<boolean> {
  const waiting = await world.rows(sql`select from listing_levels where organization_id = ${world.organizationId}
    and raise_waits and attempt_after <= ${new Date(world.clock.now().getTime() + momentSeconds * 1000)}`);
  if (waiting.length > 0) world.clock.advance(momentSeconds);
  return waiting.length > 0;
}

const momentSeconds = 0.2;

/** At the source store, and at the other's depot and boutique. */
export const shown = () => {
  const there = world.other.good('shirt*');
  return [world.source.good('shirt').quantity, there.quantity, there.elsewhere?.boutique ?? null];
};

export const counts = () => stockByLocation(world);

export const sold = (place: 'depot' | 'boutique', units: number) => {
  const there = world.other.good('shirt*');
  if (place === 'depot') there.quantity -= units;
  else there.elsewhere = { boutique: (there.elsewhere?.boutique ?? 0) - units };
};

export const order = (id: string, place: string | null, quantity: number) => {
  const item = { variantId: 'shirt*', quantity, change: { locationId: place } };
  world.other.orders.set(id, remoteOrder(id, world.clock.now(), [item]));
  return world.tell(world.otherId, [{ kind: 'order_changed', orderId: id }]);
};

export const told = (place: string) =>
  world.tell(world.otherId, [
    { kind: 'level_changed', productId: world.other.good('shirt*').productId, inventoryId: null, locationId: place },
  ]);

export const reasons = async () =>
  Object.fromEntries(
    (
      await world.rows<{ place: string; reason: string | null }>(sql`
        select remote_location_id as place, held_reason as reason from listing_levels where store_id = ${world.otherId} order by 1`)
    ).map(({ place, reason }) => [place, reason]),
  );

export const held = () =>
  world.rows<{ place: string; units: number }>(
    sql`select remote_location_id as place, units from listing_holds where organization_id = ${world.organizationId}`,
  );

export const causes = async () =>
  (
    await world.rows<{ place: string; cause: string; state: string }>(
      sql`select remote_location_id as place, cause, state from drifts where organization_id = ${world.organizationId}`,
    )
  ).map(({ place, cause, state }) => [place, cause, state]);
