import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { QuantityWrite, RemoteLevel } from '#connectors/connector.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { ignoreListings, linkInTransaction, unlinkListings, updateListing } from '#listings/link-listing.ts';
import { updateStore } from '#stores/change-store.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, type TwoStoresOptions, twoStores } from './two-stores.ts';

let database: TestDatabase;
const open: TwoStores[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  for (const world of open) await world.close();
  await database.drop();
});
/** After every story here: I1, I5, and nothing went wrong on the way. */
afterEach(async () => {
  const world = open.at(-1);
  if (world === undefined) return;
  expect(await itemsOffTheirLedger(world)).toEqual([]);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
  expect(world.errors).toEqual([]);
});

async function begin(options?: TwoStoresOptions): Promise<TwoStores> {
  const world = await twoStores(database, options);
  open.push(world);
  return world;
}

const adjust = async (world: TwoStores, name: string, change: { delta: number } | { counted: number }) =>
  await adjustStock(world.hub, world.actor, { variantId: await world.variantOf(name), ...change });

const soon = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('desired follows in the transaction that causes it', () => {
  test('linking makes a listing eligible when it shows something else', async () => {
    const world = await begin({ linked: false });
    world.other.good('shirt*').quantity = 2;
    expect(await world.level('shirt*')).toMatchObject({ desired: null, eligible: false });
    await adjust(world, 'shirt', { counted: 8 });
    await world.link('shirt*', 'shirt');
    expect(await world.level('shirt*')).toMatchObject({ desired: 8, remote: 5, eligible: true });
    expect(world.wakes).toContain(`${world.organizationId}/${world.otherId}`);
  });

  test('nothing is linked to a variant that was archived', async () => {
    const world = await begin({ linked: false });
    await world.rows(
      sql`update product_variants set archived_at = ${world.clock.now()} where id = ${await world.variantOf('shirt')}`,
    );
    await expect(world.link('shirt*', 'shirt')).rejects.toThrow('archived');
    expect(await world.level('shirt*')).toMatchObject({ desired: null });
  });

  test('unlinking and ignoring leave the platform as it is and end the work', async () => {
    const world = await begin();
    await adjust(world, 'shirt', { counted: 8 });
    await unlinkListings(world.hub, world.actor, [(await world.level('shirt*')).listing_id]);
    expect(await world.level('shirt*')).toMatchObject({ desired: null, eligible: false });
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(5);
    await ignoreListings(world.hub, world.actor, [(await world.level('shirt*')).listing_id], true);
    expect(await world.level('shirt*')).toMatchObject({ desired: null, eligible: false });
  });

  test('switching a link off holds it, its own rules change it, and both are undone', async () => {
    const world = await begin();
    const { listing_id } = await world.level('shirt*');
    await updateListing(world.hub, world.actor, listing_id, { syncInventory: false });
    expect(await world.level('shirt*')).toMatchObject({ desired: null, held_reason: 'sync_off', eligible: false });
    await updateListing(world.hub, world.actor, listing_id, {
      syncInventory: true,
      settings: { stockRule: { buffer: 2, percent: 100, cap: null } },
    });
    expect(await world.level('shirt*')).toMatchObject({ desired: 3, held_reason: null, eligible: true });
    await updateListing(world.hub, world.actor, listing_id, { settings: { stockRule: null } });
    expect(await world.level('shirt*')).toMatchObject({ desired: 5, eligible: false });
  });

  test('a link with an interval of its own is written once in it, with what is wanted by then', async () => {
    const world = await begin();
    const { listing_id: id } = await world.level('shirt*');
    await updateListing(world.hub, world.actor, id, { settings: { syncIntervalSeconds: 3600 } });
    const shown: number[] = [];
    for (const counted of [8, 7, 6]) {
      await adjust(world, 'shirt', { counted });
      world.clock.advance(60);
      await world.turn(world.otherId);
      shown.push(world.other.good('shirt*').quantity);
    }
    world.clock.advance(3600);
    await world.turn(world.otherId);
    expect([...shown, world.other.good('shirt*').quantity]).toEqual([8, 8, 8, 6]);
  });

  test('what is rolled back leaves no trace', async () => {
    const world = await begin();
    const before = await world.level('shirt*');
    await expect(adjust(world, 'shirt', { delta: -6 })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await world.level('shirt*')).toEqual(before);
    expect(await world.onHand('shirt')).toBe(5);
  });

  test('a price that rounds to nothing is refused', async () => {
    const world = await begin();
    const variantId = await world.variantOf('shirt');
    for (const price of ['0', '-1', '0.004'])
      await expect(changeVariant(world.hub, world.actor, variantId, { price })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test("a store's rules are drained by its next turn, and what they give is sent", async () => {
    const world = await begin();
    await updateStore(world.hub, world.actor, world.otherId, {
      settings: {
        priceRule: { steps: [{ kind: 'percent', percent: 10 }], rounding: { kind: 'none' } },
        stockRule: { buffer: 1, percent: 100, cap: null },
      },
    });
    await world.turn(world.otherId);
    expect(world.other.good('shirt*')).toMatchObject({ price: '11.00', quantity: 4 });
  });
});

describe('two at the same moment', () => {
  test('twenty corrections of one count are all booked, and desired is their sum', async () => {
    const world = await begin();
    await Promise.all(Array.from({ length: 20 }, (_, at) => adjust(world, 'shirt', { delta: at % 4 === 0 ? -1 : 2 })));
    expect(await world.onHand('shirt')).toBe(5 - 5 + 30);
    expect(await world.level('shirt*')).toMatchObject({ desired: 30 });
  });

  test('a count that changes while a listing is being linked reaches the link', async () => {
    const world = await begin({ linked: false });
    const { listing_id: listingId } = await world.level('shirt*');
    const variantId = await world.variantOf('shirt');
    let adjusting: Promise<unknown> = Promise.resolve();
    await world.within(async (tx) => {
      await linkInTransaction(world.hub, tx, world.actor, [{ listingId, variantId }], 'hand');
      adjusting = adjust(world, 'shirt', { counted: 9 });
      await soon();
    });
    await adjusting;
    expect(await world.level('shirt*')).toMatchObject({ desired: 9 });
  });

  test('a price that changes while a listing is being linked reaches the link', async () => {
    const world = await begin({ linked: false });
    const { listing_id: listingId } = await world.level('shirt*');
    const variantId = await world.variantOf('shirt');
    let changing: Promise<unknown> = Promise.resolve();
    await world.within(async (tx) => {
      await linkInTransaction(world.hub, tx, world.actor, [{ listingId, variantId }], 'hand');
      changing = changeVariant(world.hub, world.actor, variantId, { price: '20' });
      await soon();
    });
    await changing;
    expect(Number((await world.price('shirt*')).desired)).toBe(20);
  });

  test('a price that is adopted from the source store while a listing is being linked reaches the link', async () => {
    // Nobody counts it: no item's lock stands between the two.
    const world = await begin({ linked: false, goods: [{ variantId: 'card', tracked: false }] });
    const { listing_id: listingId } = await world.price('card*');
    const variantId = await world.variantOf('card');
    world.source.good('card').price = '14.00';
    world.clock.advance(301);
    let turning: Promise<unknown> = Promise.resolve();
    await world.within(async (tx) => {
      await linkInTransaction(world.hub, tx, world.actor, [{ listingId, variantId }], 'hand');
      turning = world.turn(world.sourceId);
      await soon();
    });
    await turning;
    expect(Number((await world.price('card*')).desired)).toBe(14);
  });
});

describe('a page of a store', () => {
  const pullAgain = async (world: TwoStores, storeId: string) => {
    world.clock.advance(301);
    await world.turn(storeId);
  };

  test('stored twice changes nothing', async () => {
    const world = await begin();
    const before = [await world.level('shirt*'), await world.level('shirt', world.sourceId), await world.price('shirt*')];
    await pullAgain(world, world.sourceId);
    await pullAgain(world, world.otherId);
    const after = [await world.level('shirt*'), await world.level('shirt', world.sourceId), await world.price('shirt*')];
    expect(after).toEqual(before);
    expect(
      await world.rows(sql`select 1 from inventory_transactions where organization_id = ${world.organizationId}`),
    ).toHaveLength(1);
    expect(await world.rows(sql`select 1 from product_variants where organization_id = ${world.organizationId}`)).toHaveLength(1);
  });

  test('that is short deletes nothing; what the platform says is gone is held, and comes back when it is back', async () => {
    const world = await begin({ goods: [{ variantId: 'a' }, { variantId: 'b' }] });
    world.other.next('pull', async (_, proceed) => proceed().map((page) => ({ ...page, products: page.products.slice(1) })));
    world.clock.advance(86_401);
    await world.turn(world.otherId);
    expect(await world.level('a*')).toMatchObject({ held_reason: null, desired: 5 });
    world.other.good('a*').gone = true;
    world.clock.advance(86_401);
    await world.turn(world.otherId);
    expect(await world.level('a*')).toMatchObject({ held_reason: 'gone', eligible: false });
    world.other.good('a*').gone = false;
    await pullAgain(world, world.otherId);
    expect(await world.level('a*')).toMatchObject({ held_reason: null, desired: 5 });
  });

  test('that shows a linked listing tracked at last lets it be pushed', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt', tracked: true }], linked: false });
    const page = (policy: 'oversellable' | 'tracked') =>
      world.other.next('pull', async (_, proceed) =>
        proceed().map((one) => ({
          ...one,
          products: one.products.map((product) => ({
            ...product,
            listings: product.listings.map((listing) => ({ ...listing, stockPolicy: policy })),
          })),
        })),
      );
    page('oversellable');
    await pullAgain(world, world.otherId);
    await world.link('shirt*', 'shirt');
    expect(await world.level('shirt*')).toMatchObject({ held_reason: 'not_tracked' });
    await pullAgain(world, world.otherId);
    expect(await world.level('shirt*')).toMatchObject({ held_reason: null, desired: 5 });
  });

  test('of the source store that counts a variant at last lets it be pushed everywhere', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt', tracked: false }], linked: false });
    world.other.good('shirt*').tracked = true;
    await pullAgain(world, world.otherId);
    await world.link('shirt*', 'shirt');
    expect(await world.level('shirt*')).toMatchObject({ held_reason: 'not_tracked' });
    world.source.good('shirt').tracked = true;
    world.source.good('shirt').quantity = 7;
    await pullAgain(world, world.sourceId);
    expect(await world.level('shirt*')).toMatchObject({ held_reason: null, desired: 7, eligible: true });
  });

  test('of the source store with two listings that a person linked to one variant is stored, and the variant keeps its name', async () => {
    const world = await begin({
      goods: [
        { variantId: 'shirt', sku: 'S' },
        { variantId: 'double', sku: 'D' },
      ],
    });
    const variantId = await world.variantOf('shirt');
    const { listing_id: listingId } = await world.level('double', world.sourceId);
    await world.within((tx) => linkInTransaction(world.hub, tx, world.actor, [{ listingId, variantId }], 'hand'));
    await pullAgain(world, world.sourceId);
    const [job] = await world.rows<{ status: string }>(
      sql`select status from sync_jobs where store_id = ${world.sourceId} order by created_at desc limit 1`,
    );
    expect(job?.status).toBe('succeeded');
    const [variant] = await world.rows<{ sku: string }>(
      sql`select sku from product_variants where organization_id = ${world.organizationId} and id = ${variantId}`,
    );
    expect(variant?.sku).toBe('S');
  });

  test('that shows a listing at two locations has the one written that we feed, and the other left alone', async () => {
    const world = await begin();
    world.other.next('pull', async (_, proceed) => {
      const atBoth = (levels: readonly RemoteLevel[]) => [...levels, { locationId: 'another', available: 2 }];
      return proceed().map((page) => ({
        ...page,
        products: page.products.map((product) => ({
          ...product,
          listings: product.listings.map((listing) => ({ ...listing, levels: atBoth(listing.levels) })),
        })),
      }));
    });
    world.clock.advance(301);
    await world.turn(world.otherId);
    await adjust(world, 'shirt', { counted: 8 });
    await world.turn(world.otherId);
    const places = world.other.calls.flatMap(({ operation, input }) =>
      operation === 'pushQuantities' ? (input as readonly QuantityWrite[]).map(({ ref }) => ref.locationId) : [],
    );
    expect(places).toEqual(['']);
  });

  test('that names a listing twice is taken at its last word', async () => {
    const world = await begin();
    world.other.next('pull', async (_, proceed) =>
      proceed().map((page) => ({
        ...page,
        products: [...page.products, ...page.products.map((product) => ({ ...product, title: 'Renamed' }))],
      })),
    );
    await pullAgain(world, world.otherId);
    const [listing] = await world.rows<{ product_title: string }>(
      sql`select product_title from listings where store_id = ${world.otherId}`,
    );
    expect(listing?.product_title).toBe('Renamed');
  });
});

describe('a store of another currency', () => {
  const state = async (world: TwoStores, rate: string, daysAgo: number) => {
    await world.rows(sql`insert into exchange_rates (organization_id, base, quote, rate, stated_at)
      values (${world.organizationId}, 'USD', 'VND', ${rate}, ${new Date(world.clock.now().getTime() - daysAgo * 86_400_000)})
      on conflict (organization_id, base, quote) do update set rate = excluded.rate, stated_at = excluded.stated_at`);
    await world.rows(sql`update stores set rules_version = rules_version + 1 where id = ${world.otherId}`);
    await world.turn(world.otherId);
  };

  test('is priced by a stated rate, and held without one or with a stale one', async () => {
    const world = await begin({ other: { currency: 'VND' } });
    for (const [base, quote] of [
      ['EUR', 'VND'],
      ['USD', 'JPY'],
    ])
      await world.rows(sql`insert into exchange_rates (organization_id, base, quote, rate, stated_at)
        values (${world.organizationId}, ${base}, ${quote}, 30000, ${world.clock.now()})`);
    await world.rows(sql`update stores set rules_version = rules_version + 1 where id = ${world.otherId}`);
    await world.turn(world.otherId);
    expect(await world.price('shirt*'), 'rates of other currencies are none of this one').toMatchObject({
      ...{ desired: null, held_reason: 'no_rate', eligible: false },
    });
    await state(world, '25400.5', 1);
    expect(world.other.good('shirt*').price).toBe('254005');
    await state(world, '26000', 31);
    expect(await world.price('shirt*')).toMatchObject({ desired: null, held_reason: 'stale_rate', eligible: false });
    expect(world.other.good('shirt*').price).toBe('254005');
  });
});
