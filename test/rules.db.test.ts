/** Price and stock rules as the engine follows them: I5 after every story, and what arrives at the store. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { CredentialsExpired, PlatformUnavailable, RateLimited } from '#connectors/errors.ts';
import type { StockRule } from '#inventory/stock-rule.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { explainListing } from '#listings/explain-listing.ts';
import { linkListings, unlinkListings, updateListing } from '#listings/link-listing.ts';
import type { PriceRule } from '#pricing/price-rule.ts';
import { disconnectStore, updateStore } from '#stores/change-store.ts';
import { changeOrganizationRulesUnderBrake } from '#sync/organization-brake.ts';
import { previewRules } from '#sync/preview-rules.ts';
import { levelsOffTheirCauses } from './causes.ts';
import type { TwoStores, TwoStoresOptions } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
const begin = async (options?: TwoStoresOptions) => {
  world = await beginWorld(options);
  await settle(world, world.otherId);
};
afterEach(async () => expect(await levelsOffTheirCauses(world)).toEqual([]));

const price = (more: Partial<PriceRule> = {}): PriceRule => ({ steps: [], rounding: { kind: 'none' }, ...more });
const stock = (more: Partial<StockRule> = {}): StockRule => ({ buffer: 0, percent: 100, cap: null, ...more });
const rulesOf = (settings: { priceRule?: PriceRule | null; stockRule?: StockRule | null }, storeId = world.otherId) =>
  updateStore(world.hub, world.actor, storeId, { settings });
const good = () => world.other.good('shirt*');
const settled = async () => {
  await settle(world, world.otherId);
  return good();
};
/** A local time (the store's clock is UTC) so many seconds from now, to the minute after it. */
const inSeconds = (seconds: number) =>
  new Date(Math.ceil((world.clock.now().getTime() + seconds * 1000) / 60_000) * 60_000).toISOString().slice(0, 16);
const sale = (from: number, to: number): PriceRule['sales'] => [
  { name: 'Flash', off: { kind: 'percent', percent: 20 }, startsAt: inSeconds(from), endsAt: inSeconds(to) },
];
const explained = async () => explainListing(world.hub, world.actor, (await world.price('shirt*')).listing_id);

describe('a scheduled sale', () => {
  test('begins and ends at its moments with nobody doing anything, and says so', async () => {
    await begin();
    await rulesOf({ priceRule: price({ sales: sale(600, 7200) }) });
    expect((await settled()).price).toBe('10.00');
    const begins = new Date(`${inSeconds(600)}:00Z`);
    expect((await world.store(world.otherId)).next_run_at <= begins).toBe(true);
    expect(await world.price('shirt*')).toMatchObject({ next_change_at: begins });
    world.clock.advance(661);
    expect((await settled()).price).toBe('8.00');
    expect((await explained()).price.steps.map(({ code }) => code)).toEqual(['base_price', 'sale_percent']);
    world.clock.advance(7200);
    expect((await settled()).price).toBe('10.00');
    expect(await world.price('shirt*')).toMatchObject({ next_change_at: null, desired: '10.0000' });
  });

  test('crosses the usual price out where the platform can, and takes that away when it ends', async () => {
    await begin({ other: { compareAtPrices: true } });
    await rulesOf({ priceRule: price({ sales: sale(-60, 3600), compareAt: 'send' }) });
    world.clock.advance(60);
    expect(await settled()).toMatchObject({ price: '8.00', compareAt: '10.00' });
    world.clock.advance(3720);
    expect(await settled()).toMatchObject({ price: '10.00', compareAt: null });
  });
});

describe('a crossed-out price', () => {
  const crossOut = async (amount: string) =>
    world.rows(sql`update product_variants set compare_at_price = ${amount} where id = ${await world.variantOf('shirt')}`);

  test('that the store put there stays where the rule says nothing of it', async () => {
    await begin({ other: { compareAtPrices: true } });
    good().compareAt = '99.00';
    await rulesOf({ priceRule: price({ steps: [{ kind: 'percent', percent: 10 }] }) });
    expect(await settled()).toMatchObject({ price: '11.00', compareAt: '99.00' });
  });

  test('is sent when it alone changes, once', async () => {
    await begin({ other: { compareAtPrices: true } });
    await crossOut('15');
    await rulesOf({ priceRule: price({ compareAt: 'send' }) });
    expect(await settled()).toMatchObject({ price: '10.00', compareAt: '15.00' });
    const sent = world.other.callsOf('pushPrices');
    await crossOut('16');
    await rulesOf({ priceRule: price({ compareAt: 'send', floor: { marginPercent: null, amount: '1' } }) });
    expect(await settled()).toMatchObject({ price: '10.00', compareAt: '16.00' });
    await settled();
    expect(world.other.callsOf('pushPrices')).toBe(sent + 1);
  });

  test('that somebody has changed there is set back once it is read', async () => {
    await begin({ other: { compareAtPrices: true } });
    await crossOut('15');
    await rulesOf({ priceRule: price({ compareAt: 'send' }) });
    await settled();
    good().compareAt = '99.00';
    await world.rows(sql`update listing_prices set knowledge = 'unknown', eligible = true, read_fence = read_fence + 1
      where organization_id = ${world.organizationId} and store_id = ${world.otherId}`);
    await world.rows(sql`update store_directory set next_run_at = ${world.clock.now()} where store_id = ${world.otherId}`);
    expect(await settled()).toMatchObject({ price: '10.00', compareAt: '15.00' });
  });

  test('is left alone by a rule that does not speak of it, and on a platform that has none', async () => {
    await begin();
    await crossOut('15');
    await rulesOf({ priceRule: price({ compareAt: 'send' }) });
    expect((await settled()).compareAt).toBeUndefined();
    expect(await world.price('shirt*')).toMatchObject({ desired_compare_at: null, eligible: false });
  });
});

test('a floor by cost holds what has no cost, with the reason, and follows the cost when it is known', async () => {
  await begin();
  await rulesOf({ priceRule: price({ floor: { marginPercent: 20, amount: null } }) });
  expect((await settled()).price).toBe('10.00');
  expect(await world.price('shirt*')).toMatchObject({ desired: null, held_reason: 'no_cost', eligible: false });
  await changeVariant(world.hub, world.actor, await world.variantOf('shirt'), { costPrice: '12' });
  expect((await settled()).price).toBe('15.00');
  expect((await explained()).price.steps.at(-1)).toMatchObject({ code: 'floor', parameters: { cost: '12', marginPercent: 20 } });
});

describe('the nearest rule counts', () => {
  const percent = (of: number) => price({ steps: [{ kind: 'percent', percent: of }] });
  const organization = (patch: Parameters<typeof changeOrganizationRulesUnderBrake>[2]) =>
    changeOrganizationRulesUnderBrake(world.hub, world.actor, patch);

  test("the organization's where store and listing say nothing, then the store's, then the listing's; and back again", async () => {
    await begin();
    const { listing_id } = await world.price('shirt*');
    await organization({ priceRule: percent(10), stockRule: stock({ buffer: 1 }) });
    expect(world.wakes).toContain(`${world.organizationId}/${world.otherId}`);
    expect(await settled()).toMatchObject({ price: '11.00', quantity: 4 });
    await rulesOf({ priceRule: percent(20) });
    expect(await settled()).toMatchObject({ price: '12.00', quantity: 4 });
    await updateListing(world.hub, world.actor, listing_id, {
      settings: { priceRule: percent(30), stockRule: stock({ cap: 2 }) },
    });
    expect(await settled()).toMatchObject({ price: '13.00', quantity: 2 });
    await updateListing(world.hub, world.actor, listing_id, { settings: { priceRule: null, stockRule: null } });
    await rulesOf({ priceRule: null });
    expect(await settled()).toMatchObject({ price: '11.00', quantity: 4 });
    await organization({ priceRule: null });
    expect(await settled()).toMatchObject({ price: '10.00', quantity: 4 });
    await settle(world, world.sourceId);
    expect(world.source.good('shirt')).toMatchObject({ price: '10.00', quantity: 5 });
  });
});

describe('the last units', () => {
  test('are shown by the store that they are left to alone, for as long as the thing is linked there and the store is connected', async () => {
    await begin();
    await rulesOf({ stockRule: stock({ lastUnits: { units: 2, storeId: world.sourceId } }) });
    expect((await settled()).quantity).toBe(5);
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted: 2 });
    expect((await settled()).quantity).toBe(0);
    expect((await explained()).quantity.steps.at(-1)).toMatchObject({ code: 'last_units', amount: '0' });
    await disconnectStore(world.hub, world.actor, world.sourceId);
    expect((await settled()).quantity).toBe(2);
    await world.connect('fake');
    expect((await settled()).quantity).toBe(0);
    await unlinkListings(world.hub, world.actor, [(await world.level('shirt', world.sourceId)).listing_id]);
    expect((await settled()).quantity).toBe(2);
  });

  test('are previewed as they will be shown: not there, while the store that they are left to has the thing', async () => {
    await begin();
    const rule = { stockRule: stock({ lastUnits: { units: 5, storeId: world.sourceId } }) };
    const previewed = async () => {
      const question = { scope: { storeId: world.otherId }, patch: rule, figures: 'quantities' as const };
      const { largest } = await world.within((tx) => previewRules(world.hub, tx, question));
      return largest.map(({ quantity }) => quantity.after);
    };
    const listingId = (await world.level('shirt', world.sourceId)).listing_id;
    const variantId = await world.variantOf('shirt');
    expect(await previewed()).toEqual([0]);
    await unlinkListings(world.hub, world.actor, [listingId]);
    expect(await previewed()).toEqual([]);
    await linkListings(world.hub, world.actor, [{ listingId, variantId }]);
    expect(await previewed()).toEqual([0]);
    await disconnectStore(world.hub, world.actor, world.sourceId);
    expect(await previewed()).toEqual([]);
  });
});

test('a fixed quantity is shown whatever is there, and needs no count', async () => {
  await begin();
  await rulesOf({ stockRule: stock({ fixed: 7 }) });
  expect((await settled()).quantity).toBe(7);
  await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted: 0 });
  expect((await settled()).quantity).toBe(7);
  await world.rows(sql`delete from inventory_items where organization_id = ${world.organizationId}`);
  for (const storeId of [world.sourceId, world.otherId]) await rulesOf({ stockRule: stock({ fixed: 3 }) }, storeId);
  expect((await settled()).quantity).toBe(3);
  await settle(world, world.sourceId);
});

describe('a store that takes changes late', () => {
  const throttleOnce = async () => {
    world.other.next('pushQuantities', () => Promise.reject(new RateLimited(5)));
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), delta: 1 });
    await world.turn(world.otherId);
    world.clock.advance(6);
    return await settled();
  };

  test('gets the wider buffer by itself when it throttles, says why, and loses it when it has been quick again', async () => {
    await begin();
    await rulesOf({ stockRule: stock({ slowBuffer: 2 }) });
    expect((await settled()).quantity).toBe(5);
    expect((await throttleOnce()).quantity).toBe(4);
    expect((await explained()).quantity.steps.at(-1)).toMatchObject({ code: 'slow_buffer', parameters: { reason: 'throttled' } });
    world.clock.advance(1000);
    expect((await settled()).quantity).toBe(6);
    expect((await explained()).quantity.steps.map(({ code }) => code)).not.toContain('slow_buffer');
  });

  test('shows what it did when no rule keeps more back there: nothing is recomputed', async () => {
    await begin();
    await settled();
    const { rules_version } = await world.level('shirt*');
    expect((await throttleOnce()).quantity).toBe(6);
    expect(await world.level('shirt*')).toMatchObject({ rules_version });
  });

  const slowFor = async () =>
    (await world.rows<{ reason: string }>(sql`select slow->>'reason' as reason from stores where id = ${world.otherId}`))[0]
      ?.reason;

  test('has it when it stops answering', async () => {
    await begin();
    await rulesOf({ stockRule: stock({ slowBuffer: 2 }) });
    await settled();
    const silent = () => Promise.reject(new PlatformUnavailable('down', { mayHaveApplied: false }));
    for (let at = 0; at < 3; at++) world.other.next('pushQuantities', silent);
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), delta: 1 });
    for (let at = 0; at < 3; at++) {
      await world.turn(world.otherId);
      world.clock.advance(30);
    }
    expect(await slowFor()).toBe('not_answering');
    expect((await settled()).quantity).toBe(4);
    world.clock.advance(1000);
    expect((await settled()).quantity).toBe(6);
  });

  test('has it when a turn ends and leaves quantities that have waited for more than a minute', async () => {
    await begin();
    await rulesOf({ stockRule: stock({ slowBuffer: 2 }) });
    await settled();
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), delta: 1 });
    world.clock.advance(61);
    // Access is renewed, and the turn ends with nothing sent.
    world.other.next('pushQuantities', () => Promise.reject(new CredentialsExpired('renew me')));
    await world.turn(world.otherId);
    expect(await slowFor()).toBe('behind');
    expect((await settled()).quantity).toBe(4);
  });

  test('has it not when the turn sends what has waited for so long', async () => {
    await begin();
    await rulesOf({ stockRule: stock({ slowBuffer: 2 }) });
    await settled();
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), delta: 1 });
    world.clock.advance(61);
    await world.turn(world.otherId);
    expect(await slowFor()).toBeNull();
    expect((await settled()).quantity).toBe(6);
  });

  test('has it too while its access is about to end, from seven days before on', async () => {
    await begin();
    const ends = new Date(world.clock.now().getTime() + 8 * 86_400_000);
    await world.rows(sql`update stores set refresh_expires_at = ${ends} where id = ${world.otherId}`);
    await rulesOf({ stockRule: stock({ slowBuffer: 2 }) });
    expect((await settled()).quantity).toBe(5);
    world.clock.advance(86_401);
    expect((await settled()).quantity).toBe(3);
    expect((await explained()).quantity.steps.at(-1)).toMatchObject({ parameters: { reason: 'access_ending' } });
  });
});
