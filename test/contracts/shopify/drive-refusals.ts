/** Every way in which Shopify says no: as the practice shop does it where it can be brought to, else as the schema has it. */
import { isEnumType } from 'graphql';
import { expect } from 'vitest';
import { present } from '#base/assert.ts';
import type { ListingRef } from '#connectors/connector.ts';
import { errorMeanings, statusMeanings } from '#connectors/shopify/client.ts';
import { shopify } from '#connectors/shopify/connector.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { publishedSchema } from '#connectors/shopify/fixtures/published-contract.ts';
import { apiVersion } from '#connectors/shopify/manifest.ts';
import { quantityCodes, refusalCodes } from '#connectors/shopify/refusals.ts';
import { endOf } from '#test/contracts/practice-session.ts';
import type { Recorder } from '#test/contracts/record.ts';
import {
  listingsOf,
  openShopify,
  outcomes,
  products,
  type ShopifyCounter,
  sessionOf,
  write,
} from '#test/contracts/shopify/drive.ts';

export async function driveRefusals(recorder: Recorder): Promise<void> {
  await openShopify(recorder, {}, async (counter) => {
    counter.shop.control.add(products);
    const session = sessionOf(counter);
    const listings = (await listingsOf(session, { since: null })).map(({ ref }) => ref);
    await refuseRequests(counter, present(listings[0], 'a listing'));
    await loseAnswers(counter, present(listings[0], 'a listing'));
    await refuseQuantities(counter, listings);
    await refusePrices(counter, listings);
    await refuseByEveryCode(counter, present(listings[0], 'a listing'));
  });
  await openShopify(recorder, { scopes: ['read_products'] }, async (counter) => {
    counter.shop.control.add(products);
    expect(await endOf(listingsOf(sessionOf(counter), { since: null }))).toBe('Refused scope_missing');
  });
}

const unknown: ListingRef = {
  productId: 'gid://shopify/Product/1',
  variantId: 'gid://shopify/ProductVariant/1',
  inventoryId: 'gid://shopify/InventoryItem/1',
};

/** By what the words of the connector's tables become. */
const endsByMeaning: Readonly<Record<string, string>> = {
  credentials: 'CredentialsExpired',
  unavailable: 'PlatformUnavailable',
  failed: 'PlatformUnavailable',
  throttled: 'RateLimited',
};
const endByMeaning = (meaning: string): string => endsByMeaning[meaning] ?? `Refused ${meaning}`;

async function refuseRequests(counter: ShopifyCounter, listing: ListingRef): Promise<void> {
  const { control } = counter.shop;
  const read = (session = sessionOf(counter)) => endOf(shopify.readPrices(session, [listing]));
  const said = (body: object) => () => Response.json(body);
  expect(await read(sessionOf(counter, 'shpat_of_nobody'))).toBe('CredentialsExpired');
  control.fault({ kind: 'throttle' });
  expect(await read()).toBe('RateLimited');
  control.fault({ kind: 'throttle', seconds: 1 });
  expect(await read()).toBe('RateLimited');
  control.fault({ kind: 'server_error' });
  expect(await read()).toBe('PlatformUnavailable');
  for (const [status, meaning] of Object.entries(statusMeanings)) {
    counter.answerNext(documents.prices.name, () => Response.json({ errors: 'No' }, { status: Number(status) }));
    expect(await read(), status).toBe(endByMeaning(meaning));
  }
  for (const [code, meaning] of Object.entries(errorMeanings)) {
    counter.answerNext(documents.prices.name, said({ errors: [{ message: 'No', extensions: { code } }] }));
    expect(await read(), code).toBe(endByMeaning(meaning));
  }
  counter.answerNext(documents.prices.name, said({ errors: [{ message: 'No', extensions: { code: 'BAD_REQUEST' } }] }));
  expect(await read()).toBe('Refused request_refused');
  counter.answerNext(
    documents.prices.name,
    () => new Response('<html>Be right back</html>', { headers: { 'content-type': 'text/html' } }),
  );
  expect(await read()).toBe('MalformedResponse');
  // A mutation whose payload is there has run, whatever else is said.
  const beside = { data: { inventorySetQuantities: { userErrors: [] } }, errors: [{ message: 'The rest is missing' }] };
  counter.answerNext(documents.setQuantities.name, said(beside));
  const written = await shopify.pushQuantities(sessionOf(counter), [write(listing, counter.access.locationId ?? '', 1)]);
  expect(outcomes(written)).toEqual(['applied']);
}

/** A write under an idempotency key may be repeated, and is applied once. */
async function loseAnswers(counter: ShopifyCounter, listing: ListingRef): Promise<void> {
  const { control } = counter.shop;
  const session = sessionOf(counter);
  for (const kind of ['timeout_before', 'timeout_after', 'cut_answer'] as const) {
    const before = control.writes().length;
    control.fault({ kind, match: 'inventorySetQuantities', seconds: 0.01 });
    const one = write(listing, counter.access.locationId ?? '', before);
    expect(outcomes(await shopify.pushQuantities(session, [one])), kind).toEqual(['applied']);
    expect(control.writes().length, kind).toBe(before + 1);
  }
}

async function refuseQuantities(counter: ShopifyCounter, listings: readonly ListingRef[]): Promise<void> {
  const [listing] = listings;
  const untracked = listings.at(-1);
  if (listing === undefined || untracked === undefined) throw new Error('There are too few listings');
  const session = sessionOf(counter);
  const at = counter.access.locationId ?? '';
  const push = async (...writes: ReturnType<typeof write>[]) => outcomes(await shopify.pushQuantities(session, writes));
  expect(await push(write(unknown, at, 1))).toEqual(['item_gone']);
  expect(await push(write(listing, 'gid://shopify/Location/1', 1))).toEqual(['location_gone']);
  expect(await push(write(untracked, at, 1))).toEqual(['item_not_changeable']);
  expect(await push(write(listing, at, 1_000_000_001))).toEqual(['quantity_too_high']);
  expect(await push(write(listing, at, -1))).toEqual(['quantity_too_low']);
  const stale = write(listing, at, 7, 999_999);
  expect(await push(stale)).toEqual(['stale']);
  // The same call again: its key is spent, so it goes under a fresh one.
  expect(await push(stale)).toEqual(['stale']);
  counter.answerNext(documents.setQuantities.name, () => quantityErrors(quantityCodes.concurrent));
  expect(await push(write(listing, at, 8))).toEqual(['applied']);
  counter.answerNext(documents.setQuantities.name, () => quantityErrors(quantityCodes.keyMismatch));
  expect(await endOf(push(write(listing, at, 9)))).toBe('MalformedResponse');
}

async function refusePrices(counter: ShopifyCounter, listings: readonly ListingRef[]): Promise<void> {
  const session = sessionOf(counter);
  const [listing] = listings;
  if (listing === undefined) throw new Error('There is no listing');
  const priced = (one: ListingRef, amount: string) => ({
    writeId: amount + one.variantId,
    listing: one,
    price: { amount, currency: 'USD' },
  });
  const push = async (...writes: ReturnType<typeof priced>[]) => outcomes(await shopify.pushPrices(session, writes));
  expect(await push(priced(unknown, '1.00'))).toEqual(['product_gone']);
  expect(await push(priced(listing, '2.00'), priced({ ...listing, variantId: unknown.variantId }, '2.00'))).toEqual([
    'applied',
    'variant_gone',
  ]);
  expect(await push(priced(listing, '-1.00'))).toEqual(['price_negative']);
}

/** Each code, in the mutation whose enum has it. A code that neither has is a mistake in the connector's table. */
async function refuseByEveryCode(counter: ShopifyCounter, listing: ListingRef): Promise<void> {
  const session = sessionOf(counter);
  const at = counter.access.locationId ?? '';
  const ofQuantities = valuesOf('InventorySetQuantitiesUserErrorCode');
  const ofPrices = valuesOf('ProductVariantsBulkUpdateUserErrorCode');
  for (const [code, meaning] of Object.entries(refusalCodes)) {
    expect(ofQuantities.has(code) || ofPrices.has(code), `${code} is a code of the schema`).toBe(true);
    if (ofQuantities.has(code)) {
      counter.answerNext(documents.setQuantities.name, () => quantityErrors(code));
      expect(outcomes(await shopify.pushQuantities(session, [write(listing, at, 3)])), code).toEqual([meaning]);
      continue;
    }
    const userErrors = [{ field: ['variants', '0', 'price'], message: 'No', code }];
    counter.answerNext(documents.updateVariants.name, () =>
      Response.json({ data: { productVariantsBulkUpdate: { userErrors } } }),
    );
    const price = { amount: '3.00', currency: 'USD' };
    expect(outcomes(await shopify.pushPrices(session, [{ writeId: code, listing, price }])), code).toEqual([meaning]);
  }
  for (const code of Object.values(quantityCodes)) expect(ofQuantities.has(code), `${code} is a code of the schema`).toBe(true);
}

const quantityErrors = (code: string): Response =>
  Response.json({
    data: { inventorySetQuantities: { userErrors: [{ field: ['input', 'quantities', '0', 'quantity'], message: 'No', code }] } },
  });

function valuesOf(name: string): Set<string> {
  const type = present(publishedSchema(apiVersion), 'the schema').getType(name);
  if (!isEnumType(type)) throw new Error(`The schema has no enum ${name}`);
  return new Set(type.getValues().map((value) => value.name));
}
