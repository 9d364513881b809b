import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { QuantityWrite } from '#connectors/connector.ts';
import { type Answer, listing, type Script, scriptedShop, thrownBy } from '#connectors/shopify/fixtures/scripted-shop.ts';
import { enableTracking, pushPrices } from '#connectors/shopify/push.ts';
import { pushQuantities } from '#connectors/shopify/push-quantities.ts';

const write = (at: number, replaces: number | null = 5): QuantityWrite => ({
  writeId: `00000000-0000-7000-8000-00000000000${at}`,
  ref: { listing: listing(1, at), locationId: 'gid://shopify/Location/1' },
  quantity: at,
  replaces,
});
const quantityAnswer = (userErrors: object[] = []): Answer => ({ data: { inventorySetQuantities: { userErrors } } });
const at = (index: number, code: string, last = 'changeFromQuantity') => ({
  field: ['input', 'quantities', String(index), last],
  message: `It was ${code}`,
  code,
});
const whole = (code: string) => ({ field: ['input'], message: `It was ${code}`, code });
const outcomes = (results: readonly { writeId: string; outcome: string }[]) =>
  Object.fromEntries(results.map(({ writeId, outcome }) => [Number(writeId.at(-1)), outcome]));
const script = (...answers: Answer[]): Script => ({ SetQuantities: answers });

interface Sent {
  key: string;
  input: {
    name: string;
    reason: string;
    quantities: { inventoryItemId: string; quantity: number; changeFromQuantity: number | null }[];
  };
}
const sentOf = (shop: ReturnType<typeof scriptedShop>) =>
  shop.sent('SetQuantities').map(({ variables }) => variables as unknown as Sent);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets waiting work go on until it ends. */
async function withTime<T>(work: Promise<T>): Promise<T> {
  const settled = work.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  await vi.runAllTimersAsync();
  const end = await settled;
  if ('thrown' in end) throw end.thrown;
  return end.value;
}

describe('quantities', () => {
  test('go in one call under one key, each with what it replaces, null included', async () => {
    const shop = scriptedShop(script(quantityAnswer()));
    expect(outcomes(await pushQuantities(shop.session, [write(1), write(2, null)]))).toEqual({ 1: 'applied', 2: 'applied' });
    const [sent] = sentOf(shop);
    expect(sent?.input).toMatchObject({
      name: 'available',
      reason: 'correction',
      quantities: [
        {
          inventoryItemId: 'gid://shopify/InventoryItem/1',
          locationId: 'gid://shopify/Location/1',
          quantity: 1,
          changeFromQuantity: 5,
        },
        { inventoryItemId: 'gid://shopify/InventoryItem/2', quantity: 2, changeFromQuantity: null },
      ],
    });
    expect(sent?.key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(shop.seen[0]?.request.repeatable).toBe(true);
  });

  test('sent again in another order make the very same call: same key, same variables', async () => {
    const shop = scriptedShop(script(quantityAnswer()));
    await pushQuantities(shop.session, [write(1), write(2)]);
    await pushQuantities(shop.session, [write(2), write(1)]);
    const [first, second] = shop.sent('SetQuantities');
    expect(second?.variables).toEqual(first?.variables);
  });

  test('that differ in anything at all make another key: none ever meets other parameters', async () => {
    const shop = scriptedShop(script(quantityAnswer()));
    const base = write(1);
    const location = { ...base.ref, locationId: 'gid://shopify/Location/2' };
    const others = [
      { ...base, quantity: 9 },
      { ...base, replaces: null },
      { ...base, writeId: write(2).writeId },
      { ...base, ref: location },
    ];
    for (const one of [base, ...others]) await pushQuantities(shop.session, [one]);
    expect(new Set(sentOf(shop).map(({ key }) => key)).size).toBe(5);
  });

  test('of which one is stale: it alone is stale, and the others are not taken, in a call that can be repeated whole', async () => {
    const shop = scriptedShop(script(quantityAnswer([at(1, 'CHANGE_FROM_QUANTITY_STALE')])));
    const results = await pushQuantities(shop.session, [write(1), write(2), write(3)]);
    expect(outcomes(results)).toEqual({ 1: 'not_taken', 2: 'stale', 3: 'not_taken' });
    expect(shop.seen).toHaveLength(1);
  });

  test('are told apart by item when some are stale and some refused', async () => {
    const errors = [at(0, 'CHANGE_FROM_QUANTITY_STALE'), at(2, 'INVALID_INVENTORY_ITEM', 'inventoryItemId'), at(3, 'NEW_CODE')];
    const shop = scriptedShop(script(quantityAnswer(errors)));
    const results = await pushQuantities(shop.session, [write(1), write(2), write(3), write(4)]);
    expect(outcomes(results)).toEqual({ 1: 'stale', 2: 'not_taken', 3: 'refused', 4: 'refused' });
    const refusals = results.flatMap((result) => (result.outcome === 'refused' ? [result.refusal] : []));
    expect(refusals).toMatchObject([
      { code: 'item_gone', answer: { code: 'INVALID_INVENTORY_ITEM' } },
      { code: 'write_refused', parameters: { detail: 'It was NEW_CODE' } },
    ]);
  });

  test('that an error names none of share it', async () => {
    const shop = scriptedShop(script(quantityAnswer([whole('CHANGE_FROM_QUANTITY_STALE')])));
    expect(outcomes(await pushQuantities(shop.session, [write(1), write(2)]))).toEqual({ 1: 'stale', 2: 'stale' });
    expect(shop.seen).toHaveLength(1);
  });

  test('that the platform is still working on are asked for again under the same key, and then known', async () => {
    const busy = quantityAnswer([whole('IDEMPOTENCY_CONCURRENT_REQUEST')]);
    const shop = scriptedShop(script(busy, busy, quantityAnswer()));
    expect(outcomes(await withTime(pushQuantities(shop.session, [write(1)])))).toEqual({ 1: 'applied' });
    const keys = sentOf(shop).map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
  });

  test('that it is working on without end are unknown, never applied and never refused', async () => {
    const shop = scriptedShop(script(quantityAnswer([whole('IDEMPOTENCY_CONCURRENT_REQUEST')])));
    expect(outcomes(await withTime(pushQuantities(shop.session, [write(1), write(2)])))).toEqual({ 1: 'unknown', 2: 'unknown' });
    expect(shop.seen).toHaveLength(4);
  });

  test('under a key that is spent get a fresh one, the same again after a crash', async () => {
    const spent = quantityAnswer([whole('IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED')]);
    const keys = async () => {
      const shop = scriptedShop(script(spent, quantityAnswer()));
      expect(outcomes(await pushQuantities(shop.session, [write(1)]))).toEqual({ 1: 'applied' });
      return sentOf(shop).map(({ key }) => key);
    };
    const first = await keys();
    expect(new Set(first).size).toBe(2);
    expect(await keys()).toEqual(first);
  });

  test('whose key came with other parameters are our own mistake, and said so', async () => {
    const shop = scriptedShop(script(quantityAnswer([whole('IDEMPOTENCY_KEY_PARAMETER_MISMATCH')])));
    expect(await thrownBy(pushQuantities(shop.session, [write(1)]))).toMatchObject({ name: 'MalformedResponse' });
  });

  test('without an answer may have been applied: the error says so', async () => {
    const shop = scriptedShop(script({ silence: true }));
    expect(await thrownBy(pushQuantities(shop.session, [write(1)]))).toMatchObject({
      name: 'PlatformUnavailable',
      mayHaveApplied: true,
    });
  });

  test.each([
    [429, { status: 429, text: '{"errors":"Throttled"}' }],
    [401, { status: 401, text: '' }],
    [403, { status: 403, text: '' }],
    [503, { status: 503, text: '' }],
  ])('may have been applied by a try without an answer, though the next is answered with %i', async (_, raw) => {
    const shop = scriptedShop(script({ raw: { ...raw, afterLostTry: true } }));
    expect(await thrownBy(pushQuantities(shop.session, [write(1)]))).toMatchObject({
      name: 'PlatformUnavailable',
      mayHaveApplied: true,
    });
  });

  test('that it is working on may be applied, though it wants silence when it is asked again', async () => {
    const shop = scriptedShop(
      script(quantityAnswer([whole('IDEMPOTENCY_CONCURRENT_REQUEST')]), { raw: { status: 429, text: '' } }),
    );
    const thrown = await withTime(thrownBy(pushQuantities(shop.session, [write(1)])));
    expect(thrown).toMatchObject({ name: 'PlatformUnavailable', mayHaveApplied: true });
  });

  test('of a listing without a stock item are refused and not sent', async () => {
    const shop = scriptedShop({});
    const without = { ...write(1), ref: { ...write(1).ref, listing: { ...listing(1, 1), inventoryId: null } } };
    expect(await pushQuantities(shop.session, [without])).toMatchObject([{ outcome: 'refused', refusal: { code: 'item_gone' } }]);
  });
});

const price = (product: number, variant: number, amount: string) => ({
  writeId: `${variant}`,
  listing: listing(product, variant),
  price: { amount, currency: 'EUR' },
});
const priceAnswer = (userErrors: object[] = []): Answer => ({ data: { productVariantsBulkUpdate: { userErrors } } });
const variantAt = (index: number, code: string) => ({
  field: ['variants', String(index), 'price'],
  message: `It was ${code}`,
  code,
});

describe('prices', () => {
  test('go as decimal text, a product a call, allowing for partial success', async () => {
    const shop = scriptedShop({ UpdateVariants: [priceAnswer()] });
    const results = await pushPrices(shop.session, [price(1, 1, '9.90'), price(2, 2, '1299.00'), price(1, 3, '0.50')]);
    expect(outcomes(results)).toEqual({ 1: 'applied', 2: 'applied', 3: 'applied' });
    expect(shop.sent('UpdateVariants').map(({ variables }) => variables)).toEqual([
      {
        productId: 'gid://shopify/Product/1',
        variants: [
          { id: 'gid://shopify/ProductVariant/1', price: '9.90' },
          { id: 'gid://shopify/ProductVariant/3', price: '0.50' },
        ],
      },
      { productId: 'gid://shopify/Product/2', variants: [{ id: 'gid://shopify/ProductVariant/2', price: '1299.00' }] },
    ]);
    expect(shop.seen[0]?.request.body).toContain('allowPartialUpdates: true');
    expect(shop.seen.every(({ request }) => request.repeatable === false)).toBe(true);
  });

  test('carry the crossed-out price where one is told: an amount, or none; else what stands there is left alone', async () => {
    const shop = scriptedShop({ UpdateVariants: [priceAnswer()] });
    const told = { ...price(1, 1, '8.00'), compareAt: { amount: '10.00', currency: 'EUR' } };
    await pushPrices(shop.session, [told, { ...price(1, 2, '8.00'), compareAt: null }, price(1, 3, '8.00')]);
    expect(shop.sent('UpdateVariants')[0]?.variables.variants).toEqual([
      { id: 'gid://shopify/ProductVariant/1', price: '8.00', compareAtPrice: '10.00' },
      { id: 'gid://shopify/ProductVariant/2', price: '8.00', compareAtPrice: null },
      { id: 'gid://shopify/ProductVariant/3', price: '8.00' },
    ]);
  });

  test('of which some are refused: each gets its own end', async () => {
    const errors = [variantAt(1, 'NEGATIVE_PRICE_VALUE'), variantAt(2, 'PRODUCT_VARIANT_DOES_NOT_EXIST')];
    const shop = scriptedShop({ UpdateVariants: [priceAnswer(errors)] });
    const results = await pushPrices(shop.session, [price(1, 1, '1'), price(1, 2, '-1'), price(1, 3, '1')]);
    expect(results).toMatchObject([
      { writeId: '1', outcome: 'applied' },
      { writeId: '2', outcome: 'refused', refusal: { code: 'price_negative' } },
      { writeId: '3', outcome: 'refused', refusal: { code: 'variant_gone' } },
    ]);
  });

  test('of a product that is gone are all refused', async () => {
    const error = { field: ['productId'], message: 'Product does not exist', code: 'PRODUCT_DOES_NOT_EXIST' };
    const shop = scriptedShop({ UpdateVariants: [priceAnswer([error])] });
    const results = await pushPrices(shop.session, [price(1, 1, '1'), price(1, 2, '2')]);
    expect(results.map((result) => result.outcome === 'refused' && result.refusal.code)).toEqual([
      'product_gone',
      'product_gone',
    ]);
  });

  test('that an error names keep it, beside an error that names none and is everybody else’s', async () => {
    const errors = [{ field: null, message: 'Something else', code: null }, variantAt(1, 'NEGATIVE_PRICE_VALUE')];
    const shop = scriptedShop({ UpdateVariants: [priceAnswer(errors)] });
    const results = await pushPrices(shop.session, [price(1, 1, '1'), price(1, 2, '-1')]);
    expect(results.map((result) => result.outcome === 'refused' && result.refusal.code)).toEqual([
      'write_refused',
      'price_negative',
    ]);
  });

  test('of a later product without an answer stay out of the results (unknown); those before keep theirs', async () => {
    const shop = scriptedShop({ UpdateVariants: [priceAnswer(), { silence: true }] });
    expect(outcomes(await pushPrices(shop.session, [price(1, 1, '1'), price(2, 2, '2')]))).toEqual({ 1: 'applied' });
    const first = scriptedShop({ UpdateVariants: [{ silence: true }] });
    expect(await thrownBy(pushPrices(first.session, [price(1, 1, '1')]))).toMatchObject({ mayHaveApplied: true });
  });
});

describe('tracking', () => {
  test('is switched on a product a call, a hundred variants at most, with a result per variant', async () => {
    const shop = scriptedShop({ UpdateVariants: [priceAnswer([variantAt(0, 'PRODUCT_SUSPENDED')]), priceAnswer()] });
    const listings = Array.from({ length: 101 }, (_, n) => listing(1, n));
    const results = await enableTracking(shop.session, listings);
    expect(results).toHaveLength(101);
    expect(results.filter(({ refusal }) => refusal !== null)).toMatchObject([
      { variantId: 'gid://shopify/ProductVariant/0', refusal: { code: 'product_suspended' } },
    ]);
    expect(shop.sent('UpdateVariants').map(({ variables }) => (variables.variants as object[]).length)).toEqual([100, 1]);
    expect(shop.sent('UpdateVariants')[1]?.variables.variants).toEqual([
      { id: 'gid://shopify/ProductVariant/100', inventoryItem: { tracked: true } },
    ]);
  });
});
