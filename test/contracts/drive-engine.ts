/** The engine's own traffic: connect by consent, pull, link, push, drift, webhooks, renewed tokens, the end of a connection. */
import { inspect } from 'node:util';
import { expect } from 'vitest';
import { present } from '#base/assert.ts';
import { messageOf } from '#base/errors.ts';
import type { PracticeControl, PracticeProduct, PracticeShop } from '#connectors/practice.ts';
import type { ShopifySandbox } from '#connectors/shopify/sandbox.ts';
import type { TikTokShopSandbox } from '#connectors/tiktok_shop/sandbox.ts';
import type { Recorder } from '#test/contracts/record.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { goodOf } from '#test/journeys/filled-shops.ts';
import { change, expectAgreement, linkStores } from '#test/journeys/linked-pair.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

/** From this many products on a Shopify catalog is pulled by an export. */
const exportFrom = 20;

export async function driveEngine(recorder: Recorder): Promise<void> {
  const shops: { shopify?: ShopifySandbox; tiktokShop?: TikTokShopSandbox } = {};
  const stage = await startStage({
    around: (shop: PracticeShop) => {
      if (shop.platform === 'shopify') shops.shopify = shop as ShopifySandbox;
      else shops.tiktokShop = shop as TikTokShopSandbox;
      return recorder.around(shop);
    },
  });
  try {
    await trade(stage, recorder);
    for (const { control } of [stage.source, stage.other]) serveBuyers(control);
    editAnOrder(stage.source.control);
    const shopify = present(shops.shopify, 'the practice Shopify shop');
    shopify.admin.renameShop('Blue Lantern & Co');
    shopify.admin.renameLocation(shopify.control.access().locationId ?? '', 'Front store');
    await renew(stage);
    present(shops.tiktokShop, 'the practice TikTok shop').sellerCenter.deauthorize();
    await uninstall(shopify);
    await allTopicsHeard(stage);
  } catch (thrown) {
    const logged = stage.errors.map(({ message, details }) => `${message} ${inspect(details)}`);
    throw new Error(`The engine stopped. ${messageOf(thrown)}\n${logged.join('\n')}`, { cause: thrown });
  } finally {
    await stage.close();
    for (const { hosted, traffic } of [stage.source, stage.other])
      for (const entry of traffic) recorder.webhook(hosted.shop, entry);
  }
}

/** Both stores are pulled page by page, linked, written to, drift apart and agree again; then one is large enough for an export. */
async function trade(stage: Stage, recorder: Recorder): Promise<void> {
  const { pairs, sourceStoreId } = await linkStores(stage, 4);
  const [first, second, third] = pairs.map((pair) => present(pair, 'a pair'));
  if (first === undefined || second === undefined || third === undefined) throw new Error('There are too few pairs');
  await change(stage, first, { price: '23.50', quantity: 17 });
  stage.source.control.edit(second.sourceId, { price: '31.00', quantity: 9 });
  stage.other.control.edit(third.otherId, { price: '1.00', quantity: 1 });
  stage.other.control.sell(second.otherId, 2);
  await expectAgreement(stage, [first]);
  await eventually('the drift is set right', () => {
    expect(goodOf(stage.other, third.otherId)).toMatchObject({ price: '20.00' });
  });
  const more = Array.from(
    { length: exportFrom },
    (_, at): PracticeProduct => ({
      title: `Bowl ${at}`,
      images: [{ url: `https://images.example/bowl-${at}.jpg`, alt: 'A bowl' }],
      options: ['Size'],
      variants: ['S', 'L'].map((size) => ({
        optionValues: [size],
        sku: `BOWL-${at}-${size}`,
        price: '7.00',
        cost: '3.00',
        grams: 250,
        quantity: 5,
        imageUrl: `https://images.example/bowl-${at}-${size}.jpg`,
      })),
    }),
  );
  for (const { control } of [stage.source, stage.other]) control.add(more);
  const gone = present(
    stage.source.control.goods().find(({ sku }) => sku === 'BOWL-0-S'),
    'a bowl',
  );
  stage.source.control.remove(gone.productId);
  stage.source.control.edit(second.sourceId, { tracked: true, title: 'Lantern, renamed' });
  stage.other.control.edit(second.otherId, { title: 'Lantern, renamed there too' });
  const before = recorder.exchanges.length;
  await stage.person.post(`/api/stores/${sourceStoreId}/sync`);
  await eventually(
    'the large catalog is exported',
    () => {
      const files = recorder.exchanges.slice(before).filter(({ url }) => url.pathname.startsWith('/practice-files/'));
      // The file of products is read twice, those of levels and of variants' images once.
      expect(files.length).toBeGreaterThanOrEqual(4);
    },
    15,
  );
  await stage.pulled(sourceStoreId);
}

/** An order that is shipped and comes back, and one that is called off and deleted: every topic that tells of orders. */
function serveBuyers({ orders, goods }: PracticeControl): void {
  const [good] = goods().filter(({ quantity }) => quantity > 2);
  const line = { variantId: present(good, 'a good in stock').variantId, units: 1 };
  const people = present(orders, 'orders');
  const returned = present(people.place([line]), 'an order');
  people.ship(returned);
  people.refund(returned, [{ ...line, restock: true }]);
  const cancelled = present(people.place([line]), 'an order');
  people.cancel(cancelled);
  people.remove?.(cancelled);
}

/** Which only Shopify's sellers can. */
function editAnOrder({ orders, goods }: PracticeControl): void {
  const [good] = goods().filter(({ quantity }) => quantity > 3);
  const { variantId } = present(good, 'a good in stock');
  const people = present(orders, 'orders');
  people.edit(present(people.place([{ variantId, units: 2 }]), 'an order'), { variantId, units: 1 });
}

/** Shopify's tokens live an hour, TikTok Shop's a week; a month before a TikTok authorization ends, the platform says so. */
async function renew(stage: Stage): Promise<void> {
  // Between two turns, as nearly always: a token that ends in the middle of one is the engine's own tests' matter.
  await stage.stopWorker();
  stage.advance(8 * 86_400);
  stage.startWorker();
  for (const { id } of await stage.person.all<{ id: string }>('/api/stores')) {
    await stage.person.post(`/api/stores/${id}/sync`);
    await stage.pulled(id);
  }
  stage.other.control.advanceClock(330 * 86_400);
}

/** The seller removes the app in the admin: no call of ours, so it goes past the recorder. */
async function uninstall(shop: PracticeShop): Promise<void> {
  const { baseUrl, accessToken } = shop.control.access();
  const headers = { 'X-Shopify-Access-Token': accessToken ?? '' };
  const answer = await shop.handle(new Request(`${baseUrl}/admin/api_permissions/current.json`, { method: 'DELETE', headers }));
  expect(answer.status).toBe(200);
}

async function allTopicsHeard(stage: Stage): Promise<void> {
  await eventually('the last webhooks have arrived', () => {
    const topics = new Set(
      [stage.source, stage.other].flatMap(({ traffic }) =>
        traffic.filter(({ direction }) => direction === 'webhook').map(({ operation }) => operation),
      ),
    );
    for (const topic of [
      'shop/update',
      'locations/update',
      'app/uninstalled',
      'ORDER_STATUS_CHANGE',
      'PACKAGE_UPDATE',
      'CANCELLATION_STATUS_CHANGE',
      'RETURN_STATUS_CHANGE',
      'SELLER_DEAUTHORIZATION',
      'UPCOMING_AUTHORIZATION_EXPIRATION',
    ])
      expect([...topics]).toContain(topic);
  });
}
