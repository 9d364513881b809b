/** Every operation of the Shopify connector, and every way in which the platform says no, by itself. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { present } from '#base/assert.ts';
import type { ListingRef, PullPage, PullRequest, RemoteListing, Session, WriteResult } from '#connectors/connector.ts';
import type { PracticeProduct } from '#connectors/practice.ts';
import { practiceKinds } from '#connectors/practice-registry.ts';
import { shopify } from '#connectors/shopify/connector.ts';
import { createShopifySandbox, type ShopifySandbox, type ShopifySandboxOptions } from '#connectors/shopify/sandbox.ts';
import { atCounter, type Counter, decide, endOf } from '#test/contracts/practice-session.ts';
import type { Recorder } from '#test/contracts/record.ts';
import { driveExports } from '#test/contracts/shopify/drive-exports.ts';
import { driveOrders } from '#test/contracts/shopify/drive-orders.ts';
import { driveRefusals } from '#test/contracts/shopify/drive-refusals.ts';

export type ShopifyCounter = Counter<ShopifySandbox>;

/** A test of the connector's own behaviour is not slowed down by points. */
const capacity = 1_000_000;

export const openShopify = (
  recorder: Recorder,
  options: Partial<ShopifySandboxOptions>,
  work: (counter: ShopifyCounter) => Promise<void>,
): Promise<void> =>
  atCounter(
    recorder,
    (baseUrl) => createShopifySandbox({ shop: 'practice-edge', baseUrl, capacity, restorePerSecond: capacity, ...options }),
    (access) => present(practiceKinds.shopify, 'shopify').app(access),
    work,
  );

export const sessionOf = ({ session, access }: ShopifyCounter, accessToken = access.accessToken): Session =>
  session({ shop: access.shop ?? '', access_token: accessToken ?? '' });

export async function driveShopify(recorder: Recorder): Promise<void> {
  await Promise.all([
    openShopify(recorder, {}, connect),
    // More locations than a page has, so that locations and levels are read page by page.
    openShopify(recorder, { branches: 52 }, readAndWrite),
    driveExports(recorder),
    driveOrders(recorder),
    driveRefusals(recorder),
  ]);
}

/** A plate with so many sizes and pictures that a page does not hold them, and one alone. */
const plate: PracticeProduct = {
  title: 'Plate',
  vendor: 'Kiln',
  productType: 'Crockery',
  tags: ['white'],
  images: Array.from({ length: 7 }, (_, at) => ({ url: `https://images.example/plate-${at}.jpg`, alt: `Plate ${at}` })),
  options: ['Size'],
  variants: Array.from({ length: 7 }, (_, at) => ({
    optionValues: [`${at + 20} cm`],
    sku: `PLATE-${at}`,
    barcode: `89300000000${at}`,
    price: '12.00',
    compareAtPrice: '15.00',
    cost: '4.25',
    grams: 400,
    quantity: 6,
    imageUrl: `https://images.example/plate-${at}.jpg`,
  })),
};
export const products: readonly PracticeProduct[] = [
  plate,
  { title: 'Vase', status: 'draft', variants: [{ sku: 'VASE', price: '30.00', quantity: 3, tracked: false }] },
];

async function connect(counter: ShopifyCounter): Promise<void> {
  const { context, access, baseUrl } = counter;
  const { authorizeUrl, completeOAuth, fromFields, refresh, identify } = shopify.auth;
  const app = present(context.app, 'the app');
  const fields = { shop: access.shop ?? '' };
  const redirectUrl = 'http://127.0.0.1:1/callback';
  const consent = { redirectUrl, fields };
  const page = () => authorizeUrl({ app, baseUrl, fields, state: randomUUID(), redirectUrl });
  expect(await endOf(completeOAuth(context, { ...consent, query: await decide(page(), 'deny') }))).toBe('Refused consent_denied');
  const query = await decide(page(), 'approve');
  const credentials = await completeOAuth(context, { ...consent, query });
  const renewed = await refresh(context, credentials);
  const own = { ...fields, client_id: app.clientId, client_secret: app.clientSecret };
  const ownApp = await fromFields(context, 'client_credentials', own);
  const token = await fromFields(context, 'access_token', { ...fields, access_token: access.accessToken ?? '' });
  for (const one of [renewed, await refresh(context, ownApp), token])
    expect((await identify({ ...context, credentials: one })).platformStoreId).toBe(access.shop);
  // A code is good for one exchange, and a refresh token only until its successor is used.
  expect(await endOf(completeOAuth(context, { ...consent, query }))).toBe('Refused code_refused');
  const latest = await refresh(context, renewed);
  expect(await endOf(refresh(context, credentials))).toBe('CredentialsExpired');
  for (const status of [401, 403]) {
    counter.answerNext('/admin/oauth/access_token', () =>
      Response.json({ error: 'invalid_client', error_description: 'Not accepted' }, { status }),
    );
    expect(await endOf(refresh(context, latest))).toBe('CredentialsExpired');
  }
}

async function readAndWrite(counter: ShopifyCounter): Promise<void> {
  const { shop } = counter;
  const session = sessionOf(counter);
  shop.control.add(products);
  const { locations } = await shopify.auth.identify(session);
  expect(locations).toHaveLength(55);
  const all = await listingsOf(session, { since: null });
  expect(all).toHaveLength(8);
  const [first, second] = all.map(({ ref }) => present(ref, 'a listing'));
  if (first === undefined || second === undefined) throw new Error('There are too few listings');

  const open = locations.filter(({ active }) => active).map(({ id }) => id);
  const writes = open.map((locationId) => ({ ...write(first, locationId, 4), replaces: null }));
  for (const part of [writes.slice(0, 40), writes.slice(40)])
    expect(outcomes(await shopify.pushQuantities(session, part))).toEqual(part.map(() => 'applied'));
  const read = await listingsOf(session, { since: '2020-01-01T00:00:00Z' });
  expect(read.find(({ ref }) => ref.variantId === first.variantId)?.listing.levels).toHaveLength(54);
  const refs = open.slice(0, 3).map((locationId) => ({ listing: first, locationId }));
  expect((await shopify.readLevels(session, refs)).map(({ available }) => available)).toEqual([4, 4, 4]);

  const price = { amount: '13.50', currency: 'USD' };
  const prices = [first, second].map((listing) => ({ writeId: randomUUID(), listing, price }));
  expect(outcomes(await shopify.pushPrices(session, prices))).toEqual(['applied', 'applied']);
  expect((await shopify.readPrices(session, [first])).map((one) => one.price)).toEqual([price]);
  const vase = present(all.at(-1), 'the vase');
  expect(await shopify.enableTracking(session, [vase.ref])).toEqual([{ variantId: vase.ref.variantId, refusal: null }]);
  expect(await listingsOf(session, { since: null, productIds: [first.productId] })).toHaveLength(7);

  const url = 'https://hub.example/webhooks/shopify';
  const made = await shopify.webhooks.register(session, 'PRODUCTS_UPDATE', url);
  expect(await shopify.webhooks.list(session)).toEqual([made]);
  expect(await endOf(shopify.webhooks.register(session, 'PRODUCTS_UPDATE', url))).toBe('Refused webhook_refused');
  await shopify.webhooks.unregister(session, made);
  await shopify.webhooks.unregister(session, made);
  expect(await shopify.webhooks.list(session)).toEqual([]);
}

export async function listingsOf(
  session: Session,
  request: Omit<PullRequest, 'log'>,
): Promise<{ ref: ListingRef; listing: RemoteListing }[]> {
  const pages: PullPage[] = await Array.fromAsync(shopify.pull(session, { log: () => undefined, ...request }));
  return pages.flatMap((page) =>
    page.products.flatMap((product) =>
      product.listings.map((listing) => ({
        listing,
        ref: { productId: product.id, variantId: listing.id, inventoryId: listing.inventoryId },
      })),
    ),
  );
}

export const write = (listing: ListingRef, locationId: string, quantity: number, replaces: number | null = null) => ({
  writeId: randomUUID(),
  ref: { listing, locationId },
  quantity,
  replaces,
});

export const outcomes = (results: readonly WriteResult[]): string[] =>
  results.map((result) => (result.outcome === 'refused' ? result.refusal.code : result.outcome));
