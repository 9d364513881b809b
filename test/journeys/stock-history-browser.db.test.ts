/** What changed in the stock, where, when, by whom and why, in a real Chromium. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { OrderFeed } from '#connectors/order.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import { findStore } from '#stores/stores-store.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsable, type OpenBrowser, openBrowser } from '#test/journeys/open-browser.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';
import { remoteOrder } from '#test/remote-order.ts';

const feed: OrderFeed = {
  feedLagSeconds: 60,
  historyDays: null,
  readingBoundSeconds: 60,
  ordersPerRead: 50,
  fulfils: true,
  statuses: { open: 'open' },
};

interface Item {
  variantId: string;
  locationId: string;
  sku: string;
  onHand: number;
}

let stage: Stage;
let lantern: Item;
let browser: OpenBrowser;
let page: Page;

const items = async (): Promise<Item[]> => (await stage.person.get<{ items: Item[] }>('/api/inventory')).items;
const itemOf = async (wanted: string): Promise<Item> =>
  present(
    (await items()).find(({ sku }) => sku === wanted),
    wanted,
  );
const receive = (note: string, units: number) =>
  stage.person.post('/api/inventory/receipts', { note, lines: [{ variantId: lantern.variantId, units }] });

/** An order for two lanterns, as a reading of the store would take it in. */
async function takeOrder(storeId: string): Promise<void> {
  const { productId, variantId } = present(stage.source.control.goods()[0], 'the lantern');
  // Orders of a store that counts a location book nothing there.
  await stage.person.patch(`/api/locations/${lantern.locationId}`, { ownerStoreId: null });
  await stage.hub.db.inOrganization(stage.actor.organizationId, async (tx) => {
    const line = { variantId, quantity: 2, change: { productId, sku: 'LAN-1', title: 'Paper Lantern', unitPrice: '24.00' } };
    const order = remoteOrder('2001', stage.hub.clock.now(), [line], { number: '#2001' });
    await ingestOrders(stage.hub, tx, await findStore(tx, storeId), [order], { feed, fresh: false });
  });
}

beforeAll(async () => {
  stage = await startStage();
  stage.source.control.add([
    { title: 'Paper Lantern', variants: [{ sku: 'LAN-1', price: '24.00', quantity: 12 }] },
    { title: 'Brass Candle Holder', variants: [{ sku: 'CAN-1', price: '31.00', quantity: 5 }] },
  ]);
  const storeId = await stage.connect(stage.source);
  await stage.connect(stage.other);
  await stage.stopWorker();
  lantern = await itemOf('LAN-1');
  await takeOrder(storeId);
  await receive('PO 7', 8);
  browser = await openBrowser(stage);
  page = browser.page;
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const history = () => page.getByRole('table', { name: 'changes' });
const row = (name: RegExp) => history().getByRole('row', { name });
/** Every row that is shown has these words, and there are some. */
const only = (what: string, words: RegExp) =>
  eventually(what, async () => {
    const found = await history().locator('tbody tr[data-index]').allInnerTexts();
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((text) => !words.test(text))).toEqual([]);
  });
const open = async (search = '') => {
  await page.goto(`${stage.origin}/inventory/history${search}`);
  await history().waitFor();
};

describe('the history', () => {
  test('stands beside the levels, and says what is narrowed in its address and in its file', async () => {
    await page.goto(`${stage.origin}/inventory`);
    await page.getByText('History', { exact: true }).click();
    await row(/Delivery.*PO 7.*Paper Lantern.*\+8/).waitFor();
    const search = page.getByRole('searchbox', { name: 'Product, SKU, order or note' });
    await search.fill('po 7');
    await only('the delivery alone is shown', /PO 7/);
    await search.fill('#2001');
    await only('the order alone is shown', /Reserved, order #2001.*Paper Lantern/s);
    const file = await page.getByRole('link', { name: 'Export CSV' }).getAttribute('href');
    const text = await (await browser.context.request.get(`${stage.origin}${file}`)).text();
    expect(text.trim().split('\n').slice(1)).toEqual([expect.stringMatching(/,reservation,order,.*,#2001,Paper Lantern,/)]);
    await page.reload();
    await only('the order alone is shown still', /order #2001/);
    await history().getByRole('link', { name: 'order #2001' }).click();
    await page.getByRole('heading', { name: 'Order #2001' }).waitFor();
  });

  test('shows what is booked meanwhile by itself, and leads to the stock of the thing', async () => {
    await open('?by=person');
    const { variantId, locationId } = lantern;
    await stage.person.post('/api/inventory/adjust', { variantId, locationId, delta: 2, note: 'Found behind the door' });
    await row(/Correction.*Found behind the door/).waitFor();
    await row(/Found behind the door/)
      .getByRole('link', { name: 'Paper Lantern' })
      .click();
    await page
      .getByRole('dialog', { name: /^Stock of Paper Lantern/ })
      .getByText('Found behind the door')
      .waitFor();
    expect(page.url()).toContain(`variant=${variantId}`);
  });

  test('a document is taken back from it, and both stay in it', async () => {
    const before = (await itemOf('LAN-1')).onHand;
    await open('?kind=receipt');
    await row(/PO 7/).getByRole('button', { name: 'Take back: Delivery' }).click();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await row(/Delivery, taken back later.*PO 7/).waitFor();
    await row(/Delivery, taken back .*-8/).waitFor();
    expect((await itemOf('LAN-1')).onHand).toBe(before - 8);
    await page.getByRole('combobox', { name: 'What' }).selectOption({ label: 'Taken back' });
    await only('the reverse alone is shown', /taken back.*-8/s);
  });

  test('a store is picked by its name', async () => {
    await open('?kind=reservation');
    const store = page.getByRole('combobox', { name: 'Store' });
    await store.selectOption({ label: 'practice-main' });
    await only('its order alone is shown', /order #2001/);
    await store.selectOption({ label: 'practice-tiktok' });
    await page.getByText('Nothing fits').waitFor();
  });

  test('says when nothing fits, and leads back', async () => {
    await open('?kind=reversal');
    await page.getByRole('combobox', { name: 'By', exact: true }).selectOption({ label: 'By an order' });
    await page.getByText('Nothing fits').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await row(/First count.*Brass Candle Holder/).waitFor();
    await page.getByRole('button', { name: 'When' }).click();
    await eventually('the oldest is on top', async () =>
      expect(await history().locator('tbody tr[data-index="0"]').textContent()).toContain('First count'),
    );
  });

  test('reads on by itself where a page has few of many, and says when that fails', async () => {
    const answers: object[] = [
      { status: 200, json: { items: [], nextCursor: 'further' } },
      { status: 500, json: { code: 'internal', title: 'Something went wrong here', detail: 'It was not read.' } },
    ];
    await page.route('**/api/inventory/transactions?*', async (route) => {
      const next = answers.shift();
      await (next === undefined ? route.continue() : route.fulfill(next));
    });
    // Reads are repeated when the event stream opens: here they would use up the answers.
    await page.route('**/api/events', (route) => route.abort());
    await page.goto(`${stage.origin}/inventory/history?q=PO%207`);
    await page.getByText('It was not read.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await row(/Delivery, taken back later.*PO 7/).waitFor();
    await page.unroute('**/api/inventory/transactions?*');
    await page.unroute('**/api/events');
  });
});

describe('every page can be used by everybody: no serious or critical finding of axe', () => {
  const widths = [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ];
  describe.each(widths)('$width px wide, in light and in dark', (viewport) => {
    test.each(['', '?q=nothing-like-it', '?locations=open'])('%s', async (search) => {
      await page.setViewportSize(viewport);
      await expectUsable(page, `${stage.origin}/inventory/history${search}`);
    });
  });

  test('no page threw, or asked for what the content security policy refuses', () => {
    expect(browser.errors).toEqual([]);
  });
});
