/** Every operation of the TikTok Shop connector, and every way in which the platform says no, by itself. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { present } from '#base/assert.ts';
import type { ListingRef, Session, WriteResult } from '#connectors/connector.ts';
import type { PracticeProduct } from '#connectors/practice.ts';
import { practiceKinds } from '#connectors/practice-registry.ts';
import { tiktokShop } from '#connectors/tiktok_shop/connector.ts';
import {
  createTikTokShopSandbox,
  type TikTokShopSandbox,
  type TikTokShopSandboxOptions,
} from '#connectors/tiktok_shop/sandbox.ts';
import { atCounter, type Counter, decide, endOf } from '#test/contracts/practice-session.ts';
import type { Recorder } from '#test/contracts/record.ts';
import { driveOrders } from '#test/contracts/tiktok_shop/drive-orders.ts';
import { driveRefusals } from '#test/contracts/tiktok_shop/drive-refusals.ts';

export type TikTokShopCounter = Counter<TikTokShopSandbox>;

export const openTikTokShop = (
  recorder: Recorder,
  options: Partial<TikTokShopSandboxOptions>,
  work: (counter: TikTokShopCounter) => Promise<void>,
): Promise<void> =>
  atCounter(
    recorder,
    (baseUrl) => createTikTokShopSandbox({ shop: 'practice-edge', region: 'US', baseUrl, timeScale: 0.01, ...options }),
    (access) => present(practiceKinds.tiktok_shop, 'tiktok_shop').app(access),
    work,
  );

export const secretsOf = ({ access }: TikTokShopCounter): Record<string, string> => ({
  access_token: access.access_token ?? '',
  refresh_token: access.refresh_token ?? '',
  shop_id: access.shop_id ?? '',
  shop_cipher: access.shop_cipher ?? '',
  shop_region: access.region ?? '',
  seller_type: 'LOCAL',
});

export const sessionOf = (counter: TikTokShopCounter): Session => counter.session(secretsOf(counter));

export async function driveTikTokShop(recorder: Recorder): Promise<void> {
  await Promise.all([
    openTikTokShop(recorder, {}, connect),
    openTikTokShop(recorder, {}, readAndWrite),
    // With two warehouses an update that names one of them is refused, completed, and sent again.
    openTikTokShop(recorder, { warehouses: 2 }, completeWarehouses),
    driveOrders(recorder),
    driveRefusals(recorder),
  ]);
}

export const products: readonly PracticeProduct[] = [
  {
    title: 'Tea set',
    images: [{ url: 'https://images.example/tea.jpg' }],
    options: ['Colour'],
    variants: ['Red', 'Blue'].map((colour) => ({ optionValues: [colour], sku: `TEA-${colour}`, price: '9.00', quantity: 6 })),
  },
  { title: 'Kettle', variants: [{ sku: 'KETTLE', price: '19.00', quantity: 2 }] },
];

async function connect(counter: TikTokShopCounter): Promise<void> {
  const { context, baseUrl, shop } = counter;
  const { authorizeUrl, completeOAuth, fromFields, refresh, identify } = tiktokShop.auth;
  const redirectUrl = 'http://127.0.0.1:1/callback';
  const fields = { region: 'US' };
  const page = () => authorizeUrl({ app: present(context.app, 'the app'), baseUrl, fields, state: randomUUID(), redirectUrl });
  const consent = { redirectUrl, fields };
  expect(await endOf(completeOAuth(context, { ...consent, query: await decide(page(), 'deny') }))).toBe('Refused auth_denied');
  const query = await decide(page(), 'approve');
  const credentials = await completeOAuth(context, { ...consent, query });
  expect(await endOf(completeOAuth(context, { ...consent, query }))).toBe('Refused auth_code_rejected');
  const renewed = await refresh(context, credentials);
  const pasted = await fromFields(context, 'access_token', { access_token: renewed.secrets.access_token ?? '' });
  for (const one of [renewed, pasted]) expect((await identify({ ...context, credentials: one })).currency).toBe('USD');
  expect(await endOf(refresh(context, credentials))).toBe('CredentialsExpired');
  const stranger = { ...present(context.app, 'the app'), clientSecret: 'the secret of another app' };
  expect(await endOf(refresh({ ...context, app: stranger }, renewed))).toBe('Refused app_rejected');
  await shop.close();
}

export async function listingsOf(session: Session): Promise<ListingRef[]> {
  const pages = await Array.fromAsync(tiktokShop.pull(session, { since: null, log: () => undefined }));
  return pages.flatMap((page) =>
    page.products.flatMap((product) =>
      product.listings.map(({ id }) => ({ productId: product.id, variantId: id, inventoryId: null })),
    ),
  );
}

async function readAndWrite(counter: TikTokShopCounter): Promise<void> {
  const session = sessionOf(counter);
  // Nothing paces these calls.
  counter.shop.control.unlimited(true);
  counter.shop.control.add(products);
  // A page of the search holds a hundred.
  counter.shop.control.add(
    Array.from({ length: 101 }, (_, at) => ({ title: `Spoon ${at}`, variants: [{ price: '2.00', quantity: 1 }] })),
  );
  const listings = await listingsOf(session);
  expect(listings).toHaveLength(104);
  const [first, second] = listings.map((listing) => present(listing, 'a listing'));
  if (first === undefined || second === undefined) throw new Error('There are too few listings');
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const changed = await Array.fromAsync(tiktokShop.pull(session, { since, log: () => undefined, productIds: [first.productId] }));
  expect(changed.flatMap((page) => page.products)).toHaveLength(1);
  const [recent] = await Array.fromAsync(tiktokShop.pull(session, { since, log: () => undefined }));
  expect(recent?.totalProducts).toBe(103);
  const at = counter.access.warehouse_id ?? '';
  const both = [first, second].map((listing) => write(listing, at, 11));
  expect(outcomes(await tiktokShop.pushQuantities(session, both))).toEqual(['applied', 'applied']);
  expect((await tiktokShop.readLevels(session, [{ listing: first, locationId: at }])).map((one) => one.available)).toEqual([11]);
  const price = { amount: '8.55', currency: 'USD' };
  expect(outcomes(await tiktokShop.pushPrices(session, [{ writeId: randomUUID(), listing: first, price }]))).toEqual(['applied']);
  expect((await tiktokShop.readPrices(session, [first])).map((one) => one.price)).toEqual([price]);
  const url = 'https://hub.example/webhooks/tiktok_shop';
  for (const topic of tiktokShop.manifest.webhookTopics) await tiktokShop.webhooks.register(session, topic, url);
  const registered = await tiktokShop.webhooks.list(session);
  expect(registered).toHaveLength(tiktokShop.manifest.webhookTopics.length);
  for (const one of registered) await tiktokShop.webhooks.unregister(session, one);
  expect(await tiktokShop.webhooks.list(session)).toEqual([]);
}

async function completeWarehouses(counter: TikTokShopCounter): Promise<void> {
  const session = sessionOf(counter);
  counter.shop.control.add(products);
  const first = present((await listingsOf(session))[0], 'a listing');
  const at = counter.access.warehouse_id ?? '';
  expect(outcomes(await tiktokShop.pushQuantities(session, [write(first, at, 5)]))).toEqual(['applied']);
  // A place that is no more does not keep the figure of another from being taken.
  const both = [write(first, '7000000000000000001', 2), write(first, at, 4)];
  expect(outcomes(await tiktokShop.pushQuantities(session, both))).toEqual(['warehouse_unknown', 'applied']);
  expect(await tiktokShop.readLevels(session, [{ listing: first, locationId: at }])).toMatchObject([{ available: 4 }]);
}

export const write = (listing: ListingRef, locationId: string, quantity: number) => ({
  writeId: randomUUID(),
  ref: { listing, locationId },
  quantity,
  replaces: null,
});

export const outcomes = (results: readonly WriteResult[]): string[] =>
  results.map((result) => (result.outcome === 'refused' ? result.refusal.code : result.outcome));
