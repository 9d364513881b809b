/** A bundle made by clicking, in a real Chromium: the other store sells as many as its components allow. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { LinkSuggestions } from '#listings/suggest-links.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsable, type OpenBrowser, openBrowser } from '#test/journeys/open-browser.ts';
import { type Stage, type StageShop, startStage } from '#test/journeys/stage.ts';

let stage: Stage;
let browser: OpenBrowser;
let setProduct: string;
let cup: string;

const ofShop = ({ control }: StageShop, sku: string) =>
  present(
    control.goods().find((good) => good.sku === sku),
    sku,
  );
const bothShow = (sku: string, quantity: number) =>
  eventually(
    `both stores show ${quantity} of ${sku}`,
    () => expect([stage.source, stage.other].map((shop) => ofShop(shop, sku).quantity)).toEqual([quantity, quantity]),
    30,
  );
const dialog = (name: string | RegExp) => browser.page.getByRole('dialog', { name });
const openSet = async () => {
  await browser.page.goto(`${stage.origin}/products?product=${setProduct}`);
  await dialog('Tea Set').getByRole('table').waitFor();
};
const act = async (name: string) => {
  await dialog('Tea Set').getByRole('button', { name: 'More acts on SET' }).click();
  await browser.page.getByRole('menuitem', { name }).click();
};
/** Finds a thing by what is typed and takes it with Enter; the figure then has the focus. */
const add = async (title: string, typed: string, units: string) => {
  const search = browser.page.getByRole('combobox', { name: /^Add a product/ });
  await search.fill(typed);
  await browser.page.getByRole('option', { name: title }).first().waitFor();
  await search.press('Enter');
  await browser.page.getByRole('textbox', { name: `Units in each of ${title}` }).fill(units);
};

beforeAll(async () => {
  stage = await startStage();
  const goods = [
    { title: 'Tea Cup', variants: [{ sku: 'CUP', price: '9.00', quantity: 9 }] },
    { title: 'Tea Pot', variants: [{ sku: 'POT', price: '29.00', quantity: 5 }] },
    { title: 'Tea Set', variants: [{ sku: 'SET', price: '42.00', quantity: 1 }] },
  ];
  for (const shop of [stage.source, stage.other]) {
    shop.control.add(goods);
    await stage.connect(shop);
  }
  const { items } = await stage.person.post<LinkSuggestions>('/api/listings/suggestions', {});
  await stage.person.post('/api/listings/bulk-link', {
    links: items.map(({ listingId, variantId }) => ({ listingId, variantId })),
  });
  await bothShow('SET', 1);
  const products = (await stage.person.get<{ items: { id: string; title: string }[] }>('/api/products')).items;
  setProduct = present(
    products.find(({ title }) => title === 'Tea Set'),
    'the set',
  ).id;
  const stock = (await stage.person.get<{ items: { variantId: string; sku: string }[] }>('/api/inventory')).items;
  cup = present(
    stock.find(({ sku }) => sku === 'CUP'),
    'the cup',
  ).variantId;
  browser = await openBrowser(stage);
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

describe('a bundle', () => {
  test('is made by clicking, says what it amounts to before it is saved, and every store follows', async () => {
    await openSet();
    await act('Make it a bundle of others');
    const made = dialog('What Tea Set is made of');
    await made.getByRole('button', { name: 'Make it a bundle' }).click();
    await made.getByText('Add at least one component.').waitFor();
    await add('Tea Cup', 'CUP', '0');
    await made.getByRole('button', { name: 'Make it a bundle' }).click();
    await made.getByText(/A whole number above 0/).waitFor();
    expect(ofShop(stage.other, 'SET').quantity).toBe(1);
    await browser.page.getByRole('textbox', { name: 'Units in each of Tea Cup' }).fill('2');
    await add('Tea Pot', 'pot', '1');
    await made.getByText('2 × Tea Cup (9 left) + 1 × Tea Pot (5 left): 4 can be sold').waitFor();
    await made.getByRole('button', { name: 'Make it a bundle' }).click();
    await dialog('Tea Set').getByText('Bundle', { exact: true }).waitFor();
    await bothShow('SET', 4);
  });

  test('is recognised in the list, and never offered as a part of another', async () => {
    await browser.page.goto(`${stage.origin}/products`);
    const row = browser.page.getByRole('row', { name: /Tea Set/ });
    await row.getByText('Bundle', { exact: true }).waitFor();
    await row.getByText('4', { exact: true }).waitFor();
    await browser.page.goto(`${stage.origin}/inventory`);
    await browser.page.getByRole('button', { name: 'Receive goods' }).click();
    await browser.page.getByRole('combobox', { name: /^Add a product/ }).fill('tea');
    await browser.page.getByRole('option', { name: 'Tea Cup' }).waitFor();
    expect(await browser.page.getByRole('option', { name: 'Tea Set' }).count()).toBe(0);
  });

  test('is not counted by hand: its number says why, and leads to what is', async () => {
    await openSet();
    await dialog('Tea Set').getByRole('button', { name: '4 of Tea Set can be sold: why?' }).click();
    const why = dialog('4 of Tea Set can be sold: why?');
    await why.getByText('how many there are follows from what it is made of').waitFor();
    await why.getByRole('link', { name: '2 × Tea Cup (9 left)' }).click();
    const stock = dialog('Stock of Tea Cup');
    await stock.getByRole('region', { name: 'Part of bundles' }).getByText('4 can be sold').waitFor();
    await stock.getByRole('link', { name: 'Tea Set' }).click();
    await dialog('Tea Set').getByRole('table').waitFor();
  });

  test("on a store tells its components' steps, each of which leads to its stock", async () => {
    await openSet();
    await dialog('Tea Set')
      .getByRole('button', { name: /^4: why, on/ })
      .first()
      .click();
    const steps = browser.page.getByRole('table', { name: 'Step by step' });
    await steps.getByRole('row', { name: 'Tea Pot: 5 left, 1 in each 5' }).waitFor();
    await steps.getByRole('link', { name: 'Tea Cup: 9 left, 2 in each' }).click();
    await dialog('Stock of Tea Cup').waitFor();
  });

  test('follows when a component is counted, while it is looked at', async () => {
    await openSet();
    await stage.person.post('/api/inventory/adjust', { variantId: cup, counted: 7, note: '' });
    await dialog('Tea Set').getByRole('button', { name: '3 of Tea Set can be sold: why?' }).waitFor();
    await bothShow('SET', 3);
  });

  test('has its own page of stock that says what it is', async () => {
    const { variants } = await stage.person.get<{ variants: { id: string }[] }>(`/api/products/${setProduct}`);
    await browser.page.goto(`${stage.origin}/inventory?variant=${variants[0]?.id}`);
    await dialog('Stock').getByRole('link', { name: '2 × Tea Cup (7 left)' }).waitFor();
  });
});

describe('every page can be used by everybody', () => {
  const widths = [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ];
  test.each(widths)('$width px wide, in light and in dark', async (viewport) => {
    await browser.page.setViewportSize(viewport);
    for (const path of ['/products', `/products?product=${setProduct}`, `/inventory?variant=${cup}`])
      await expectUsable(browser.page, `${stage.origin}${path}`);
    await expectUsable(browser.page, `${stage.origin}/products?product=${setProduct}`, async (page) => {
      await page.getByRole('button', { name: 'More acts on SET' }).click();
      await page.getByRole('menuitem', { name: 'Change what it is made of' }).click();
      await dialog('What Tea Set is made of').getByText('3 can be sold').waitFor();
    });
    await expectUsable(browser.page, `${stage.origin}/products?product=${setProduct}`, async (page) => {
      await page.getByRole('button', { name: '3 of Tea Set can be sold: why?' }).click();
      await page.getByRole('link', { name: '2 × Tea Cup (7 left)' }).waitFor();
    });
  });
});

test('a bundle is turned back after a question, and its own count applies again', async () => {
  await browser.page.setViewportSize({ width: 1440, height: 900 });
  await openSet();
  await act('Make it an ordinary variant');
  const question = dialog('Make Tea Set an ordinary variant?');
  await question.getByText('Its own count applies again: 1 instead of the 3 that its components allow now.').waitFor();
  await question.getByRole('button', { name: 'Make it an ordinary variant' }).click();
  await dialog('Tea Set').getByRole('button', { name: '1 available of Tea Set: change the stock' }).waitFor();
  await bothShow('SET', 1);
});

test('no page threw, or asked for what the content security policy refuses', () => {
  expect(browser.errors).toEqual([]);
});
