/** What the platforms say of a whole store is told apart from what they say of one request. */
import { expect, test } from 'vitest';
import { Refused } from '#connectors/errors.ts';
import { refuseStatus } from '#connectors/shopify/client.ts';
import { refused } from '#connectors/tiktok_shop/refusals.ts';

const thrownFor = (status: number): unknown => {
  try {
    refuseStatus({ status, headers: {}, text: '' }, true);
  } catch (thrown) {
    return thrown;
  }
  return null;
};

test.each([402, 403, 404, 423])('status %d of Shopify concerns the whole store', (status) => {
  expect(thrownFor(status)).toMatchObject({ name: 'Refused', wholeStore: true });
});

test.each([400, 406, 422])('status %d of Shopify concerns the request', (status) => {
  expect(thrownFor(status)).toMatchObject({ name: 'Refused', wholeStore: false });
});

test('TikTok Shop: a shut-out app concerns the whole store, an item does not', () => {
  expect(refused('shop_rejected').wholeStore).toBe(true);
  expect(refused('product_frozen').wholeStore).toBe(false);
  expect(new Refused({ code: 'any', parameters: {} }).wholeStore).toBe(false);
});
