/** A store that was disconnected and is connected again is what it was; a link that a person took away stays away. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { adjustStock } from '#listings/adjust-stock.ts';
import { ignoreListings, linkListings, unlinkListings } from '#listings/link-listing.ts';
import { disconnectStore, updateStore } from '#stores/change-store.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const begin = worlds();

const part = async (world: TwoStores, storeId: string) => {
  const [row] = await world.rows<{ is_primary: boolean; is_source: boolean; settings: { syncIntervalSeconds: number } }>(sql`
    select s.is_primary, s.settings, coalesce(o.source_store_id = s.id, false) as is_source from stores s
    join organization_settings o on o.organization_id = s.organization_id where s.organization_id = ${world.organizationId} and s.id = ${storeId}`);
  return row;
};

describe('disconnected and connected again', () => {
  test('the source store is primary and source again, with its settings and links, and its edits are adopted', async () => {
    const world = await begin();
    await updateStore(world.hub, world.actor, world.sourceId, { settings: { syncIntervalSeconds: 900 } });
    const variantId = await world.variantOf('shirt');
    await disconnectStore(world.hub, world.actor, world.sourceId);
    expect(await part(world, world.sourceId)).toMatchObject({ is_primary: false, is_source: false });
    world.source.good('shirt').quantity = 2;
    world.source.good('shirt').price = '14.00';
    expect(await world.connect('fake')).toBe(world.sourceId);
    expect(await part(world, world.sourceId)).toMatchObject({
      is_primary: true,
      is_source: true,
      settings: { syncIntervalSeconds: 900 },
    });
    await settle(world, world.sourceId);
    await settle(world, world.otherId);
    expect(await world.variantOf('shirt')).toBe(variantId);
    expect(await world.onHand('shirt')).toBe(2);
    expect(world.other.good('shirt*')).toMatchObject({ quantity: 2, price: '14.00' });
    expect(world.source.callsOf('pushQuantities') + world.source.callsOf('pushPrices')).toBe(0);
  });

  test('what was disconnected twice is still known to have been the source', async () => {
    const world = await begin();
    await disconnectStore(world.hub, world.actor, world.sourceId);
    await disconnectStore(world.hub, world.actor, world.sourceId);
    await world.connect('fake');
    expect(await part(world, world.sourceId)).toMatchObject({ is_primary: true, is_source: true });
  });

  test('roles that another store has taken meanwhile stay there', async () => {
    const world = await begin();
    await disconnectStore(world.hub, world.actor, world.sourceId);
    await updateStore(world.hub, world.actor, world.otherId, { isSource: true, isPrimary: true });
    await world.connect('fake');
    expect(await part(world, world.sourceId)).toMatchObject({ is_primary: false, is_source: false });
    expect(await part(world, world.otherId)).toMatchObject({ is_primary: true, is_source: true });
  });

  test('a store that is said not to be the source takes that from no other', async () => {
    const world = await begin();
    await updateStore(world.hub, world.actor, world.otherId, { isSource: false });
    expect(await part(world, world.sourceId)).toMatchObject({ is_source: true });
    await updateStore(world.hub, world.actor, world.sourceId, { isSource: false });
    expect(await part(world, world.sourceId)).toMatchObject({ is_source: false });
  });

  test('a stock rule that applied while it was no source does not change what it shows as the source again', async () => {
    const world = await begin();
    await updateStore(world.hub, world.actor, world.sourceId, {
      settings: { stockRule: { buffer: 2, percent: 100, cap: null } },
    });
    await disconnectStore(world.hub, world.actor, world.sourceId);
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted: 4 });
    await world.connect('fake');
    // Its pull brings nothing that would recompute it.
    await world.rows(sql`update stores set last_pulled_at = ${world.clock.now()} where id = ${world.sourceId}`);
    await settle(world, world.sourceId);
    const sent = world.source.calls.flatMap(({ operation, input }) => (operation === 'pushQuantities' ? [input] : []));
    expect(sent).toMatchObject([[{ quantity: 4 }]]);
    expect(world.source.good('shirt').quantity).toBe(4);
  });

  test('an account that another organization had in between comes back to the same store', async () => {
    const world = await begin();
    await disconnectStore(world.hub, world.actor, world.otherId);
    // As another organization's connecting and disconnecting leaves the directory.
    await world.rows(
      sql`update store_directory set organization_id = gen_random_uuid(), store_id = gen_random_uuid() where store_id = ${world.otherId}`,
    );
    expect(await world.connect('fake_other')).toBe(world.otherId);
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'unknown' });
  });
});

describe('unlinked by hand', () => {
  const listing = async (world: TwoStores, platformVariantId: string) => {
    const [row] = await world.rows<{ id: string; status: string; variant_id: string | null }>(
      sql`select id, status, variant_id from listings where platform_variant_id = ${platformVariantId}`,
    );
    if (row === undefined) throw new Error(`no listing ${platformVariantId}`);
    return row;
  };
  const pullAgain = async (world: TwoStores) => {
    world.clock.advance(301);
    await settle(world, world.sourceId);
  };
  const variants = async (world: TwoStores) =>
    (await world.rows(sql`select 1 from product_variants where organization_id = ${world.organizationId}`)).length;

  test('a listing of the source store stays unlinked through pulls, makes no second variant, and is linked again by hand alone', async () => {
    const world = await begin();
    const variantId = await world.variantOf('shirt');
    const { id } = await listing(world, 'shirt');
    await unlinkListings(world.hub, world.actor, [id]);
    world.source.good('shirt').quantity = 1;
    world.source.good('shirt').title = 'Another name';
    await pullAgain(world);
    await pullAgain(world);
    expect(await listing(world, 'shirt')).toMatchObject({ status: 'unlinked', variant_id: null });
    expect(await variants(world)).toBe(1);
    await linkListings(world.hub, world.actor, [{ listingId: id, variantId }]);
    await pullAgain(world);
    expect(await listing(world, 'shirt')).toMatchObject({ status: 'linked', variant_id: variantId });
  });

  test('what was linked, then ignored, then no longer ignored, stays unlinked; what never was linked is adopted then', async () => {
    const world = await begin({ linked: false });
    const shirt = await listing(world, 'shirt');
    await ignoreListings(world.hub, world.actor, [shirt.id], true);
    await ignoreListings(world.hub, world.actor, [shirt.id], false);
    await pullAgain(world);
    expect(await listing(world, 'shirt')).toMatchObject({ status: 'unlinked' });
    const star = await listing(world, 'shirt*');
    await ignoreListings(world.hub, world.actor, [star.id], true);
    await ignoreListings(world.hub, world.actor, [star.id], false);
    await updateStore(world.hub, world.actor, world.otherId, { isSource: true });
    world.clock.advance(301);
    await settle(world, world.otherId);
    expect(await listing(world, 'shirt*')).toMatchObject({ status: 'linked' });
    expect(await variants(world)).toBe(2);
  });

  test('a new variant at the source store is adopted as ever', async () => {
    const world = await begin();
    const { id } = await listing(world, 'shirt');
    await unlinkListings(world.hub, world.actor, [id]);
    world.source.add({ variantId: 'hat' });
    await pullAgain(world);
    expect(await listing(world, 'hat')).toMatchObject({ status: 'linked' });
  });
});
