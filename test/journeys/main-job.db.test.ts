/** The main job, from end to end over real HTTP: two stores with the same goods under other names become and stay one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { sameAmount } from '#base/money.ts';
import type { CsvProduct } from '#catalog/csv/csv-product.ts';
import { practiceCatalog } from '#catalog/csv/practice-catalog.ts';
import type { ListingAnswer } from '#http/listing-shape.ts';
import { importCatalog } from '#listings/catalog-file/import-catalog.ts';
import type { LinkSuggestions } from '#listings/suggest-links.ts';
import { expectLedgerToAddUp } from '#test/journeys/book.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type Filled, fillShops, goodOf, type Placed, readCatalog, sampleCatalog } from '#test/journeys/filled-shops.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

// Every wait has a bound of its own; this one is for a machine that is busy with other tests.
/** The engine promises a change in the feed's lag + 2 s (I4); the rest is this machine, busy with other tests. */
const changeSeconds = 8;

const apparel = sampleCatalog('shopify-apparel.csv');
const jewelery = sampleCatalog('shopify-jewelery.csv');

describe.skipIf(apparel === null)('with the sample catalog of apparel', () => mainJob(() => readCatalog(apparel ?? '')));
describe.skipIf(jewelery === null)('with the sample catalog of jewelery', () => mainJob(() => readCatalog(jewelery ?? '')));
describe('with the practice catalog', () => mainJob(async () => practiceCatalog()));

interface ShownProduct {
  id: string;
  title: string;
}

interface ShownDetail extends ShownProduct {
  descriptionHtml: string;
  optionNames: string[];
  images: { url: string; alt: string }[];
  variants: {
    sku: string;
    barcode: string;
    optionValues: string[];
    price: string;
    tracked: boolean;
    onHand: number | null;
  }[];
}

/** Each test goes on where the one before it ended, as a day's work does. */
function mainJob(catalogOf: () => Promise<CsvProduct[]>): void {
  let stage: Stage;
  let filled: Filled;
  let sourceId = '';
  let otherId = '';

  beforeAll(async () => {
    stage = await startStage();
    filled = fillShops(stage, await catalogOf(), 11);
    sourceId = await stage.connect(stage.source);
    otherId = await stage.connect(stage.other);
  });

  afterAll(() => stage?.close());

  const pairs = () => [...filled.truth].flatMap(([id, same]) => (same === null ? [] : [{ id, same }]));
  const listingsOf = (storeId: string) => stage.person.all<ListingAnswer>(`/api/listings?storeId=${storeId}`);
  /** Our variant, by the source store's variant. */
  const variantIds = async () =>
    new Map((await listingsOf(sourceId)).map((one) => [one.platformVariantId, one.variant?.id] as const));

  test('every product of the source store is in the catalog, with all its variants, images and stock', async () => {
    const products = await stage.person.all<ShownProduct>('/api/products?sort=title');
    const details: ShownDetail[] = [];
    for (const { id } of products) details.push(await stage.person.get<ShownDetail>(`/api/products/${id}`));
    expect(inOrder(details.map(shownOf))).toEqual(inOrder(filled.catalog.map(expectedOf)));
    const onHand = details.flatMap(({ variants }) => variants.filter(({ tracked }) => tracked).map((one) => one.onHand));
    const counted = filled.placed.filter(isCounted).map(({ variant }) => variant.quantity ?? 0);
    expect(onHand.toSorted(byNumber)).toEqual(counted.toSorted(byNumber));
  });

  test('no proposal that claims certainty is wrong, and no decoy is proposed so', async () => {
    const { items } = await stage.person.post<LinkSuggestions>('/api/listings/suggestions', { storeId: otherId });
    const variants = await variantIds();
    const shown = new Map((await listingsOf(otherId)).map((one) => [one.id, one]));
    const certain = items.filter((item) => !item.ambiguous);
    for (const item of certain) {
      const listing = present(shown.get(item.listingId), 'the listing');
      const same = filled.truth.get(listing.platformVariantId) ?? null;
      const about = `"${item.listing.productTitle}" / "${item.listing.variantTitle}" to "${item.variant.productTitle}" / "${item.variant.title}" by ${item.reason}, ${item.score}`;
      expect(same, `A decoy is proposed: ${about}`).not.toBeNull();
      expect(item.variantId, `A wrong link is proposed: ${about}`).toBe(variants.get(same?.good.variantId ?? ''));
    }
    expect(certain.length / pairs().length).toBeGreaterThan(0.6);
    const links = certain.map(({ listingId, variantId }) => ({ listingId, variantId }));
    expect(await stage.person.post('/api/listings/bulk-link', { links })).toEqual({ linked: links.length, failed: [] });
  });

  test('what was left open is linked by hand, and the decoys stay unlinked', async () => {
    const variants = await variantIds();
    for (const listing of (await listingsOf(otherId)).filter(({ status }) => status === 'unlinked')) {
      const same = filled.truth.get(listing.platformVariantId) ?? null;
      if (same === null) continue;
      await stage.person.post(`/api/listings/${listing.id}/link`, { variantId: variants.get(same.good.variantId) });
    }
    const unlinked = (await listingsOf(otherId)).filter(({ status }) => status !== 'linked');
    const decoys = [...filled.truth].filter(([, same]) => same === null).map(([id]) => id);
    expect(unlinked.map(({ platformVariantId }) => platformVariantId).toSorted()).toEqual(decoys.toSorted());
  });

  test('tracking is switched on for everything untracked, and both stores then show the same', async () => {
    const untracked = filled.placed.filter(({ good }) => !good.tracked);
    const answer = await stage.person.post('/api/listings/enable-tracking', { all: true });
    expect(answer).toEqual({ requested: untracked.length, refused: [] });
    await eventually('both stores show the same', () => expectSame(stage, pairs()), 30);
    expect(stage.source.control.goods().every(({ tracked }) => tracked)).toBe(true);
    await expectLedgerToAddUp(stage);
  });

  test('a price and a quantity changed on the source store are read back from the other store within seconds', async () => {
    const changed = pairs()
      .filter(({ same }) => isSyncable(same))
      .slice(0, 6);
    expect(changed.length).toBeGreaterThan(0);
    for (const [at, { same }] of changed.entries()) {
      stage.source.control.edit(same.good.variantId, { price: `${40 + at}.90`, quantity: 60 + at });
    }
    const seconds = await eventually(
      'the other store shows them',
      () => {
        for (const [at, { id }] of changed.entries()) {
          const { price, quantity } = goodOf(stage.other, id);
          expect([price, quantity]).toEqual([`${40 + at}.90`, 60 + at]);
        }
      },
      changeSeconds,
    );
    console.log(`${changed.length} prices and quantities crossed in ${seconds.toFixed(2)} s`);
    await expectLedgerToAddUp(stage);
  });

  test('a price edited on the other store is set back by itself', async () => {
    const { id, same } = present(
      pairs().find((pair) => isSyncable(pair.same)),
      'a pair',
    );
    const { price } = goodOf(stage.source, same.good.variantId);
    stage.other.control.edit(id, { price: '1234.50' });
    expect(goodOf(stage.other, id).price).toBe('1234.50');
    await eventually('the price is back', () => expect(goodOf(stage.other, id).price).toBe(price), changeSeconds);
  });

  test('a quantity edited on the other store, of which it tells nobody, is set back by "sync now"', async () => {
    const { id, same } = present(
      pairs().find((pair) => isSyncable(pair.same)),
      'a pair',
    );
    const { quantity } = goodOf(stage.source, same.good.variantId);
    stage.other.control.edit(id, { quantity: 4321 });
    await stage.person.post(`/api/stores/${otherId}/sync`);
    await eventually('the quantity is back', () => expect(goodOf(stage.other, id).quantity).toBe(quantity), changeSeconds);
    expect(goodOf(stage.source, same.good.variantId).quantity).toBe(quantity);
    expect(await expectLedgerToAddUp(stage)).toBeGreaterThan(0);
  });

  test('an export brought in again changes nothing, here or on a store', async () => {
    await eventually('both stores show the same', () => expectSame(stage, pairs()));
    const writes = () => [stage.source, stage.other].map(({ control }) => control.writes().length);
    const before = writes();
    const { text } = await stage.person.ask('GET', '/api/products/export.csv');
    const folder = await mkdtemp(join(tmpdir(), 'storesync-export-'));
    try {
      const path = join(folder, 'products.csv');
      await writeFile(path, text);
      const products = filled.catalog.length;
      expect(await importCatalog(stage.hub, stage.actor, path)).toEqual({
        products,
        unchanged: products,
        created: 0,
        updated: 0,
        variantsCreated: 0,
        repriced: 0,
        recounted: 0,
        notes: [],
      });
    } finally {
      await rm(folder, { recursive: true });
    }
    expect((await stage.person.ask('GET', '/api/products/export.csv')).text).toBe(text);
    await expectSame(stage, pairs());
    expect(writes()).toEqual(before);
    await expectLedgerToAddUp(stage);
  });

  test('nothing was logged as an error', () => {
    expect(stage.errors).toEqual([]);
  });
}

/** Quantities where both stores count, prices wherever the other platform takes them (it refuses a price of nothing). */
async function expectSame(stage: Stage, pairs: readonly { id: string; same: Placed }[]): Promise<void> {
  const source = new Map(stage.source.control.goods().map((good) => [good.variantId, good]));
  const other = new Map(stage.other.control.goods().map((good) => [good.variantId, good]));
  for (const { id, same } of pairs) {
    const [ours, theirs] = [present(source.get(same.good.variantId), 'the original'), present(other.get(id), 'the copy')];
    const name = `${ours.title} / ${ours.variantTitle}`;
    if (!sameAmount(ours.price, '0')) expect(theirs.price, `the price of ${name}`).toBe(ours.price);
    if (isSold(same)) expect(theirs.quantity, `the quantity of ${name}`).toBe(Math.max(0, ours.quantity));
  }
}

const isCounted = ({ good, variant }: Placed): boolean => good.tracked && variant.policy !== 'continue';

/** Once tracking is on, everything is counted that may not be sold beyond what there is. */
const isSold = ({ variant }: Placed): boolean => variant.policy !== 'continue';

/** Price and quantity may both be written on the other platform: it takes prices of live products only. */
const isSyncable = ({ product, variant }: Placed): boolean => product.status === 'active' && variant.policy !== 'continue';

const byNumber = (a: number | null, b: number | null): number => (a ?? 0) - (b ?? 0);

/** A catalog has no order of its own, and titles may repeat. */
const inOrder = (products: readonly unknown[]): string[] => products.map((product) => JSON.stringify(product, null, 1)).sort();

function shownOf({ title, descriptionHtml, optionNames, images, variants }: ShownDetail) {
  return {
    title,
    description: descriptionHtml,
    options: optionNames,
    images: images.map(({ url }) => url).toSorted(),
    variants: variants.map(({ sku, barcode, optionValues, price }) => [sku, barcode, price, ...optionValues]),
  };
}

function expectedOf(product: CsvProduct) {
  const images = [...product.images.map(({ src }) => src), ...product.variants.map(({ imageSrc }) => imageSrc)];
  return {
    title: product.title,
    description: product.bodyHtml,
    options: product.optionNames,
    images: [...new Set(images.filter((url) => url !== ''))].toSorted(),
    variants: product.variants.map(({ sku, barcode, price, optionValues }) => [
      sku,
      barcode,
      Number(price ?? 0).toFixed(2),
      ...optionValues,
    ]),
  };
}
