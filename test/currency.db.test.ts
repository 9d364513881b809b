/** A price is sent in the currency that the store has, or not at all. A price that appears at the source store is ours. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { changeVariant } from '#listings/change-variant.ts';
import { disconnectStore, pauseStore, resumeStore } from '#stores/change-store.ts';
import { stateRate } from '#stores/state-rate.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const begin = worlds();

const pullAgain = async (world: TwoStores, storeId: string) => {
  world.clock.advance(301);
  await settle(world, storeId);
};
const waiting = (world: TwoStores) =>
  world.rows<{ id: string; cause: string; store_id: string; change: { from: string; to: string } }>(
    sql`select id, cause, store_id, change from change_sets where organization_id = ${world.organizationId} and status = 'pending'`,
  );
const decide = async (world: TwoStores, decision: 'approved' | 'discarded') => {
  const [one] = await waiting(world);
  await decideChangeSet(world.hub, world.actor, one?.id ?? '', decision);
};
const reprice = async (world: TwoStores, price: string) =>
  changeVariant(world.hub, world.actor, await world.variantOf('shirt'), { price });
const rate = (world: TwoStores, base: string, quote: string, value: string) =>
  stateRate(world.hub, world.actor, { base, quote, rate: value });

describe('a store whose currency has changed', () => {
  test('gets no price until a person has decided; its quantities go on', async () => {
    const world = await begin();
    await rate(world, 'USD', 'EUR', '0.5');
    world.other.setCurrency('EUR');
    world.source.good('shirt').quantity = 3;
    await pullAgain(world, world.otherId);
    expect(await world.price('shirt*')).toMatchObject({ held_reason: 'currency_changed', desired: null, eligible: false });
    expect(await waiting(world)).toMatchObject([
      { cause: 'currency', store_id: world.otherId, change: { from: 'USD', to: 'EUR' } },
    ]);
    await reprice(world, '12.00');
    await pullAgain(world, world.sourceId);
    await pullAgain(world, world.otherId);
    expect(world.other.callsOf('pushPrices')).toBe(0);
    expect(world.other.good('shirt*')).toMatchObject({ price: '10.00', quantity: 3 });
    expect(await waiting(world)).toHaveLength(1);
    const lines = await world.rows(
      sql`select message from sync_logs where event = 'currency_changed' and store_id = ${world.otherId}`,
    );
    expect(lines).toEqual([{ message: expect.stringContaining('shows its prices in EUR now, no longer in USD') }]);
  });

  test('approved, prices are worked out in the new currency, and read before they are sent', async () => {
    const world = await begin();
    await rate(world, 'USD', 'EUR', '0.5');
    world.other.setCurrency('EUR');
    await pullAgain(world, world.otherId);
    await decide(world, 'approved');
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('5.00');
    expect(await world.price('shirt*')).toMatchObject({
      currency: 'EUR',
      desired: '5.0000',
      knowledge: 'known',
      held_reason: null,
    });
    const sent = world.other.calls.flatMap(({ operation, input }) => (operation === 'pushPrices' ? [input] : []));
    expect(sent).toMatchObject([[{ price: { amount: '5.00', currency: 'EUR' } }]]);
    const [store] = await world.rows(sql`select currency from stores where id = ${world.otherId}`);
    expect(store).toEqual({ currency: 'EUR' });
    await pullAgain(world, world.otherId);
    expect(await waiting(world)).toEqual([]);
  });

  test('approved without a rate, nothing is sent until one is stated', async () => {
    const world = await begin();
    world.other.setCurrency('EUR');
    await pullAgain(world, world.otherId);
    await decide(world, 'approved');
    await settle(world, world.otherId);
    expect(await world.price('shirt*')).toMatchObject({ held_reason: 'no_rate' });
    expect(world.other.callsOf('pushPrices')).toBe(0);
  });

  test('discarded while it still shows the new one, it is held again before anything is sent; back in the old one it goes on', async () => {
    const world = await begin();
    world.other.setCurrency('EUR');
    await pullAgain(world, world.otherId);
    await reprice(world, '12.00');
    await decide(world, 'discarded');
    await settle(world, world.otherId);
    await settle(world, world.otherId);
    expect(world.other.callsOf('pushPrices')).toBe(0);
    expect(await world.price('shirt*')).toMatchObject({ held_reason: 'currency_changed' });
    world.other.setCurrency('USD');
    await decide(world, 'discarded');
    world.clock.advance(60);
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('12.00');
    expect(await waiting(world)).toEqual([]);
  });

  test('is asked about no more once the store is connected again in the old one', async () => {
    const world = await begin();
    const asked = async () =>
      (
        await world.rows<{ status: string }>(
          sql`select status from change_sets where organization_id = ${world.organizationId} and cause = 'currency'`,
        )
      ).map(({ status }) => status);
    world.other.setCurrency('EUR');
    await pullAgain(world, world.otherId);
    expect(await asked()).toEqual(['pending']);
    world.other.setCurrency('USD');
    await world.connect('fake_other');
    await settle(world, world.otherId);
    expect(await asked()).toEqual(['superseded']);
  });

  test('is noticed by a reading of prices, before a pull', async () => {
    const world = await begin();
    world.other.setCurrency('EUR');
    world.other.good('shirt*').price = '9.00';
    await world.rows(sql`update listing_prices set knowledge = 'unknown', eligible = true where store_id = ${world.otherId}`);
    await reprice(world, '12.00');
    await settle(world, world.otherId);
    expect(world.other.callsOf('readPrices')).toBe(1);
    expect(world.other.callsOf('pushPrices')).toBe(0);
    expect(await world.price('shirt*')).toMatchObject({ held_reason: 'currency_changed', remote: '10.0000' });
  });

  test('is noticed when it is connected again, and nothing is sent in between', async () => {
    const world = await begin();
    await disconnectStore(world.hub, world.actor, world.otherId);
    await reprice(world, '12.00');
    world.other.setCurrency('EUR');
    await world.connect('fake_other');
    const [store] = await world.rows(
      sql`select currency, metadata->>'currencyFound' as found from stores where id = ${world.otherId}`,
    );
    expect(store).toEqual({ currency: 'USD', found: 'EUR' });
    await settle(world, world.otherId);
    expect(world.other.callsOf('pushPrices')).toBe(0);
    expect(await waiting(world)).toMatchObject([{ cause: 'currency' }]);
  });

  test("of the source store: its figures are not taken for the master's old currency, and are taken over once approved", async () => {
    const world = await begin();
    await rate(world, 'EUR', 'USD', '2');
    world.source.setCurrency('EUR');
    world.source.good('shirt').price = '7.00';
    await pullAgain(world, world.sourceId);
    const master = async () =>
      (
        await world.rows(
          sql`select price::float8 as price, currency from product_variants where organization_id = ${world.organizationId}`,
        )
      )[0];
    expect(await master()).toEqual({ price: 10, currency: 'USD' });
    await decide(world, 'approved');
    await settle(world, world.sourceId);
    await settle(world, world.otherId);
    expect(await master()).toEqual({ price: 7, currency: 'EUR' });
    expect(world.source.callsOf('pushPrices')).toBe(0);
    expect(world.other.good('shirt*').price).toBe('14.00');
  });
});

describe('a price that appears', () => {
  test('at the source store, where there was none, becomes the master price and reaches the other store', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt', price: '' }] });
    expect(await world.price('shirt', world.sourceId)).toMatchObject({ held_reason: 'no_price', remote: null });
    world.other.good('shirt*').price = '9.00';
    world.source.good('shirt').price = '11.00';
    await pullAgain(world, world.sourceId);
    await pullAgain(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('11.00');
    expect(await world.price('shirt', world.sourceId)).toMatchObject({
      desired: '11.0000',
      remote: '11.0000',
      knowledge: 'known',
    });
    expect(world.source.callsOf('pushPrices')).toBe(0);
  });

  test('at the source store, where it was 0, is read though nothing was to be sent', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt', price: '0.00' }] });
    expect(await world.price('shirt', world.sourceId)).toMatchObject({ held_reason: 'not_above_zero', remote: '0.0000' });
    world.source.good('shirt').price = '11.00';
    await pullAgain(world, world.sourceId);
    await pullAgain(world, world.otherId);
    expect(await world.price('shirt', world.sourceId)).toMatchObject({ desired: '11.0000', remote: '11.0000' });
    expect([world.source.callsOf('pushPrices'), world.other.good('shirt*').price]).toEqual([0, '11.00']);
  });

  test('at the source store, where it was 0, while that was paused, is read when it is resumed', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt', price: '0.00' }] });
    await pauseStore(world.hub, world.actor, world.sourceId);
    world.source.good('shirt').price = '11.00';
    await resumeStore(world.hub, world.actor, world.sourceId);
    await pullAgain(world, world.sourceId);
    await pullAgain(world, world.otherId);
    expect(await world.price('shirt', world.sourceId)).toMatchObject({ desired: '11.0000', remote: '11.0000' });
    expect(world.other.good('shirt*').price).toBe('11.00');
  });

  test('there after the master was given one by hand, is adopted: the source store owns the price', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt', price: '' }] });
    await reprice(world, '20.00');
    world.source.good('shirt').price = '11.00';
    await pullAgain(world, world.sourceId);
    expect(await world.price('shirt', world.sourceId)).toMatchObject({ desired: '11.0000', remote: '11.0000' });
    expect(world.source.callsOf('pushPrices')).toBe(0);
  });

  test('at another store is only drift', async () => {
    const world = await begin();
    world.other.add({ variantId: 'hat*', price: '' });
    await pullAgain(world, world.otherId);
    await world.link('hat*', 'shirt');
    world.other.good('hat*').price = '99.00';
    await pullAgain(world, world.otherId);
    expect(world.other.good('hat*').price).toBe('10.00');
    expect(world.source.good('shirt').price).toBe('10.00');
  });

  test('in another currency than was guessed, is known in its own', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt', price: '' }] });
    world.other.setCurrency('EUR');
    world.other.good('shirt*').price = '9.00';
    await pullAgain(world, world.otherId);
    expect(await world.price('shirt*')).toMatchObject({ currency: 'EUR' });
    expect(await waiting(world)).toEqual([]);
  });
});
