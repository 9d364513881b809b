/**
 * What a platform may show that no rule foresees: text that no database takes, figures that are none, names of every length.
 * One strange product must not keep the others from being pulled, linked and followed, nor leave a wrong figure anywhere.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { PracticeProduct, PracticeShop } from '#connectors/practice.ts';
import type { ListingAnswer } from '#http/listing-shape.ts';
import type { LinkSuggestions } from '#listings/suggest-links.ts';
import { expectLedgerToAddUp } from '#test/journeys/book.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { goodOf } from '#test/journeys/filled-shops.ts';
import { type Stage, type StageShop, startStage } from '#test/journeys/stage.ts';
import { standingRows } from '#test/journeys/standing-rows.ts';

/** A family, a flag and 4,000 different signs: 20,000 bytes that nothing can compress away. */
const family = '👨‍👩‍👧‍👦';
const emoji = `${family}🇻🇳${Array.from({ length: 4988 }, (_, at) => String.fromCodePoint(0x1f300 + ((at * 7919) % 1500))).join('')}`;

const one = (title: string, sku: string, price = '5.00', quantity = 5): PracticeProduct => ({
  title,
  variants: [{ ...(sku === '' ? {} : { sku }), price, quantity }],
});

const goods: PracticeProduct[] = [
  one('Plain', 'PLAIN'),
  one('A NUL_MARK in it', 'NUL'),
  one('Half HALF_MARK of it', 'HALF'),
  one('<script>alert(1)</script><img src=x onerror=alert(2)>', 'HTML'),
  one('\u202eمصباح أزرق\u202c', 'RTL'),
  one('=HYPERLINK("http://evil.example","Lamp")', '=1+1'),
  one(emoji, 'EMOJI'),
  one('Priced with commas', 'COMMAS', '666.01'),
  one('Priced at no number', 'NAN', '666.02'),
  one('Priced below zero', 'NEGATIVE', '666.03'),
  one('Priced beyond all bounds', 'HUGE', '666.04'),
  one('Counted beyond all bounds', 'TRILLION', '5.00', 66_605),
  one('Without a SKU', ''),
  one('Also without', ''),
  one('Twin', 'TWIN'),
  one('Other twin', 'twin '),
];
/** As many variants as the platform allows, and one whose variants do not tell of the same options. */
const manySided: PracticeProduct[] = [
  {
    title: 'Many',
    options: ['Number'],
    variants: Array.from({ length: 2048 }, (_, at) => ({
      optionValues: [`No ${at}`],
      sku: `MANY-${at}`,
      price: '1.00',
      quantity: at,
    })),
  },
  {
    title: 'Uneven',
    options: ['Color', 'Size'],
    variants: [
      { optionValues: ['Red', 'Large'], sku: 'UNEVEN-1', price: '5.00', quantity: 5 },
      { optionValues: ['Red', 'UNSAID'], sku: 'UNEVEN-2', price: '5.00', quantity: 5 },
    ],
  },
];
const titles = goods.map(({ title }) => title.replace('NUL_MARK', '').replace('HALF_MARK', '�'));
const strangePrices = ['COMMAS', 'NAN', 'NEGATIVE', 'HUGE'];

let strange = true;

/** Says it in the platform's answers: a store that really held such a thing could not be built. */
function around(shop: PracticeShop): PracticeShop {
  const replaced: [RegExp, string][] = [
    [/NUL_MARK/g, '\\u0000'],
    [/HALF_MARK/g, '\\ud83c'],
    [/"666\.01"/g, '"1,299.00"'],
    [/"666\.02"/g, '"NaN"'],
    [/"666\.03"/g, '"-666.03"'],
    [/"666\.04"/g, `"${'9'.repeat(30)}.99"`],
    [/:66605(?=[,}])/g, ':1000000000000'],
    [/,\{"name":"Size","value":"UNSAID"\}/g, ''],
  ];
  return {
    ...shop,
    async handle(request) {
      const answer = await shop.handle(request);
      if (!strange || !(answer.headers.get('content-type') ?? '').includes('json')) return answer;
      const text = replaced.reduce((said, [what, by]) => said.replace(what, by), await answer.text());
      return new Response(text, { status: answer.status, headers: answer.headers });
    },
  };
}

let stage: Stage;
const storeIds = new Map<StageShop, string>();

beforeAll(async () => {
  stage = await startStage({ around });
  for (const shop of [stage.source, stage.other]) shop.control.add(goods);
  stage.source.control.add(manySided);
  // By the platform's own limits it takes minutes.
  stage.source.control.unlimited(true);
  for (const shop of [stage.source, stage.other]) storeIds.set(shop, await stage.connect(shop));
});
afterAll(() => stage.close());
beforeEach(() => {
  expect(stage.errors).toEqual([]);
});

const listingsOf = (shop: StageShop) => stage.person.all<ListingAnswer>(`/api/listings?storeId=${storeIds.get(shop)}`);
const bySku = async (shop: StageShop) => new Map((await listingsOf(shop)).map((listing) => [listing.sku, listing]));
async function catalogRows() {
  const { products, product_variants, inventory_items, inventory_transactions } = await standingRows(stage.appUrl);
  return { products, product_variants, inventory_items, inventory_transactions };
}
const soldAs = (shop: StageShop, sku: string) =>
  present(
    shop.control.goods().find((good) => good.sku === sku),
    sku,
  );

describe.each([
  ['the source store', () => stage.source],
  ['another store', () => stage.other],
] as const)('of %s', (_which, shopOf) => {
  test('every product is here, its title as it was shown but for what no database takes', async () => {
    const listings = await listingsOf(shopOf());
    const shown = listings.map(({ productTitle }) => productTitle).filter((title) => !/^(Many|Uneven)$/.test(title));
    expect(shown.toSorted()).toEqual(titles.toSorted());
  });

  test('a price that is no price is not known, in the list and in the catalog: never NaN, never a guess', async () => {
    const listings = await bySku(shopOf());
    for (const sku of strangePrices) expect([sku, listings.get(sku)?.price.remote]).toEqual([sku, null]);
    expect(listings.get('PLAIN')?.price.remote).toBe('5.00');
    const { text } = await stage.person.ask('GET', '/api/products?limit=200');
    expect(text).not.toMatch(/"(NaN|-?Infinity|-[\d.]+)"/);
  });

  test('a count of 10^12 is not known, and nothing is booked from it', async () => {
    const listing = (await bySku(shopOf())).get('TRILLION');
    expect(listing?.quantity.remote).toBeNull();
    const items = await stage.person.all<{ sku: string; onHand: number }>('/api/inventory');
    expect(items.find(({ sku }) => sku === 'TRILLION')?.onHand ?? 0).toBe(0);
    expect(items.find(({ sku }) => sku === 'PLAIN')?.onHand).toBe(5);
    await expectLedgerToAddUp(stage);
  });
});

test('a product of 2,048 variants is here with every one of them, and one whose variants differ in their options as well', async () => {
  const listings = await listingsOf(stage.source);
  expect(new Set(listings.flatMap(({ sku }) => (sku.startsWith('MANY-') ? [sku] : []))).size).toBe(2048);
  expect(listings.filter(({ sku }) => sku.startsWith('UNEVEN-')).map(({ status }) => status)).toEqual(['linked', 'linked']);
});

test('a title of 5,000 emoji is cut for the catalog at a whole character, and stands whole on its listing', async () => {
  const products = await stage.person.all<{ title: string }>('/api/products');
  const cut = present(
    products.find(({ title }) => title.startsWith(family)),
    'the product',
  ).title;
  expect([...cut].length).toBeLessThanOrEqual(255);
  expect(cut.endsWith('…') && emoji.startsWith(cut.slice(0, -1))).toBe(true);
});

test('lists in the order of titles show each thing once, page by page, however long its title is', async () => {
  for (const [path, idOf] of [
    ['/api/products?sort=title', 'id'],
    ['/api/listings?sort=title', 'id'],
    ['/api/inventory?sort=title', 'variantId'],
  ] as const) {
    const ids = (items: readonly Record<string, unknown>[]) => items.map((item) => item[idOf]);
    const whole = ids(await stage.person.all(path));
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: { items: Record<string, unknown>[]; nextCursor: string | null } = await stage.person.get(
        `${path}&limit=7${after}`,
      );
      seen.push(...ids(page.items));
      cursor = page.nextCursor;
    }
    expect(seen, path).toEqual(whole);
    expect(new Set(seen).size).toBe(whole.length);
  }
});

test('a missing SKU is like no other missing one, and of two equal ones none is chosen', async () => {
  const { items } = await stage.person.post<LinkSuggestions>('/api/listings/suggestions', {});
  const proposed = new Map(items.map((item) => [item.listing.productTitle, item]));
  for (const title of ['Without a SKU', 'Also without']) {
    const item = proposed.get(title);
    expect([title, item?.reason, item?.variant.productTitle]).toEqual([title, 'title', title]);
  }
  for (const title of ['Twin', 'Other twin']) expect([title, proposed.get(title)?.ambiguous]).toEqual([title, true]);
});

test('a formula leaves as text, and the whole catalog and all links come back in without changing anything', async () => {
  const csv = (await stage.person.ask('GET', '/api/products/export.csv')).text;
  expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"",""Lamp"")"`);
  expect(csv).toContain(`'=1+1`);
  expect(csv).not.toMatch(/(^|,)"?[=+@]/m);
  const before = await catalogRows();
  const job = await stage.person.upload<{ id: string }>('/api/products/import.csv', csv);
  await eventually('the file is brought in', async () => {
    const { status, errorMessage } = await stage.person.get<{ status: string; errorMessage: string | null }>(
      `/api/sync-jobs/${job.id}`,
    );
    expect([status, errorMessage]).toEqual(['succeeded', null]);
  });
  expect(await catalogRows()).toEqual(before);
  const links = await stage.person.ask('GET', '/api/listings/export.csv');
  expect(links.headers.get('content-disposition')).toBe('attachment; filename="product-links.csv"');
  const back = await stage.person.upload<object>('/api/listings/import.csv', links.text);
  expect(back).toEqual({ linked: 0, unlinked: 0, ignored: 0, unchanged: goods.length * 2 + 2050 });
});

test('what is linked among all this is followed', async () => {
  const { items } = await stage.person.post<LinkSuggestions>('/api/listings/suggestions', {});
  const links = items.filter(({ ambiguous }) => !ambiguous).map(({ listingId, variantId }) => ({ listingId, variantId }));
  expect(await stage.person.post('/api/listings/bulk-link', { links })).toMatchObject({ linked: links.length, failed: [] });
  for (const sku of ['PLAIN', 'NUL', 'EMOJI', '=1+1']) {
    stage.source.control.edit(soldAs(stage.source, sku).variantId, { price: '7.00', quantity: 3 });
  }
  await eventually('the other store shows it', () => {
    for (const sku of ['PLAIN', 'NUL', 'EMOJI', '=1+1'])
      expect(goodOf(stage.other, soldAs(stage.other, sku).variantId)).toMatchObject({ price: '7.00', quantity: 3 });
  });
  // Nothing is known of the master's price and count, so nothing was sent in their place.
  for (const sku of strangePrices) expect(soldAs(stage.other, sku).price).toMatch(/^666\.0\d$/);
  expect(soldAs(stage.other, 'TRILLION').quantity).toBe(66_605);
});

test('once the platform shows real figures they are taken over, here and on the other store', async () => {
  strange = false;
  stage.source.control.edit(soldAs(stage.source, 'COMMAS').variantId, { price: '12.99' });
  for (const id of storeIds.values()) await stage.person.post(`/api/stores/${id}/sync`);
  await eventually('the catalog has them', async () => {
    const listings = await bySku(stage.source);
    expect(['COMMAS', 'NAN', 'NEGATIVE', 'HUGE'].map((sku) => listings.get(sku)?.price.remote)).toEqual([
      '12.99',
      '666.02',
      '666.03',
      '666.04',
    ]);
    expect(listings.get('TRILLION')?.quantity.remote).toBe(66_605);
  });
  await eventually('the other store follows', () => {
    expect(soldAs(stage.other, 'COMMAS').price).toBe('12.99');
    expect(soldAs(stage.other, 'NAN').price).toBe('666.02');
    expect(soldAs(stage.other, 'TRILLION').quantity).toBe(66_605);
  });
  await expectLedgerToAddUp(stage);
});
