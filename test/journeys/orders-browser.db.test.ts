/** A day with orders, in a real Chromium: the inbox, one order in its sheet, a parcel in two parts, and the dashboard. */
import { sql } from 'drizzle-orm';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { OrderFeed, RemoteOrder } from '#connectors/order.ts';
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
  statuses: { open: 'open', unpaid: 'unpaid', shipped: 'shipped' },
};

let stage: Stage;
let storeId: string;
let browser: OpenBrowser;
let context: BrowserContext;
let page: Page;

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

/** Units of the lantern are on sale; what is called "extra" is no listing of the store. */
function order(id: string, hours: number, quantity: number, change: Partial<RemoteOrder> = {}): RemoteOrder {
  const { productId, variantId } = present(stage.source.control.goods()[0], 'the lantern');
  return remoteOrder(
    id,
    hoursAgo(hours),
    [{ variantId, quantity, change: { productId, sku: 'LAN-1', title: 'Paper Lantern', unitPrice: '24.00' } }],
    { number: `#${id}`, ...change },
  );
}

async function arrive(...orders: RemoteOrder[]): Promise<void> {
  await stage.hub.db.inOrganization(stage.actor.organizationId, async (tx) => {
    const store = await findStore(tx, storeId);
    await ingestOrders(stage.hub, tx, store, orders, { feed, fresh: false });
  });
}

beforeAll(async () => {
  stage = await startStage();
  stage.source.control.add([{ title: 'Paper Lantern', variants: [{ sku: 'LAN-1', price: '24.00', quantity: 12 }] }]);
  storeId = await stage.connect(stage.source);
  // Nothing is sent or read any more: what is reported stays "waiting to be sent".
  await stage.stopWorker();
  takeShipments();
  const totals = { subtotal: '24.00', discount: '0', shipping: '0', tax: '0', total: '24.10', refunded: '0' };
  const buyer = { name: 'Sophie Dubois', email: 'sophie@example.com', phone: '' };
  const extra = present(order('1004', 1, 1).items[0], 'an item');
  await arrive(
    order('1001', 30, 3, { totals, buyer }),
    order('1002', 5, 1, { totals: { ...totals, total: '0.20' } }),
    order('1003', 4, 1, { nativeStatus: 'unpaid', financialStatus: 'pending' }),
    order('1004', 1, 1, { items: [extra, { ...extra, id: 'extra', variantId: 'gone', title: 'Gift wrapping', sku: '' }] }),
  );
  await stage.hub.db.inOrganization(stage.actor.organizationId, async (tx) => {
    await tx.execute(sql`update orders set oversold = true where number in ('#1002', '#1004')`);
    await tx.execute(
      sql`update order_items set oversold_units = 1 where order_id in (select id from orders where number = '#1002')`,
    );
  });
  browser = await openBrowser(stage);
  ({ context, page } = browser);
});

/** The store takes shipments, and has no list of carriers. */
function takeShipments(): void {
  const { platform } = stage.source;
  const connector = present(stage.hub.connectors[platform], platform);
  const nothing = async () => {
    throw new Error('No turn runs in this test.');
  };
  const orders = { pull: () => present(undefined, 'No turn runs in this test'), read: nothing, ship: nothing };
  const connectors = {
    ...stage.hub.connectors,
    [platform]: { ...connector, manifest: { ...connector.manifest, orders: feed }, orders },
  };
  Object.assign(stage.hub, { connectors });
}

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const rows = () => page.locator('tbody [data-row-action]').allTextContents();
const sheet = () => page.getByRole('dialog').first();

describe('the inbox', () => {
  test('shows what is to be shipped, the longest waiting first, and counts what waits elsewhere', async () => {
    await page.goto(`${stage.origin}/orders`);
    await eventually('the orders are listed', async () => expect(await rows()).toEqual(['#1001', '#1002', '#1004']));
    const views = page.getByRole('radiogroup', { name: 'Orders' });
    await eventually('what waits is counted', async () =>
      expect(await views.locator('label').allTextContents()).toEqual(['To ship3', 'Unpaid1', 'Attention2', 'All']),
    );
  });

  test('"/" searches by the buyer, the address keeps it, and a reload shows the same', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('sophie@example.com');
    await eventually('one order is found', async () => expect(await rows()).toEqual(['#1001']));
    expect(new URL(page.url()).searchParams.get('q')).toBe('sophie@example.com');
    await page.reload();
    await eventually('the same order is found', async () => expect(await rows()).toEqual(['#1001']));
    const csv = await context.request.get(`${stage.origin}${await page.getByTitle('Export CSV').getAttribute('href')}`);
    expect(csv.status()).toBe(200);
    expect((await csv.text()).trim().split('\n')).toHaveLength(2);
  });

  test('what is not found says how to find it, and leads back', async () => {
    await page.goto(`${stage.origin}/orders?view=all&q=nothing-of-this`);
    await page.getByText('No order fits').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await eventually('all orders are listed', async () => expect(await rows()).toHaveLength(4));
  });

  test('arrow keys and Enter open an order, J and K go on to the next but not while one types, Escape gives the list back', async () => {
    await page.goto(`${stage.origin}/orders`);
    await eventually('the orders are listed', async () => expect(await rows()).toHaveLength(3));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Order #1002' }).waitFor();
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'Order #1004' }).waitFor();
    expect(await sheet().getByRole('button', { name: 'The order below' }).isDisabled()).toBe(true);
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    await page.getByRole('heading', { name: 'Order #1001' }).waitFor();
    await page.getByRole('textbox', { name: 'New tag' }).press('j');
    await page.getByRole('heading', { name: 'Order #1001' }).waitFor();
    await page.getByRole('textbox', { name: 'New tag' }).press('Escape');
    await eventually('the sheet is closed', async () => expect(await page.getByRole('dialog').count()).toBe(0));
  });

  test('an order that arrives stands in the open list without a reload', async () => {
    await arrive(order('1005', 0, 1));
    await eventually('it is listed', async () => expect(await rows()).toContain('#1005'));
  });

  test('several orders are tagged at once, and found by the tag', async () => {
    const boxes = page.getByRole('checkbox', { name: 'Select this row' });
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await page.getByRole('button', { name: 'Change tags' }).click();
    await page.getByRole('textbox', { name: 'Add' }).fill('gift, rush');
    await page.getByRole('button', { name: 'Change 2 orders' }).click();
    await eventually('the dialog is closed', async () => expect(await page.getByRole('dialog').count()).toBe(0));
    await page.getByRole('button', { name: 'Tag: Any tag' }).click();
    await page.getByRole('list', { name: 'Tags in use' }).getByRole('button', { name: 'rush 2' }).click();
    await eventually('both are listed', async () => expect(await rows()).toEqual(['#1001', '#1002']));
    expect(new URL(page.url()).searchParams.get('tag')).toBe('rush');
  });

  test('those that are chosen are marked as settled and exported, and no others', async () => {
    await page.goto(`${stage.origin}/orders?view=attention`);
    await eventually('they are listed', async () => expect(await rows()).toEqual(['#1004', '#1002']));
    await page.getByRole('checkbox', { name: 'Select this row' }).first().check();
    const bar = page.getByRole('region', { name: 'Selected orders' });
    const address = await bar.getByRole('link', { name: 'Export these' }).getAttribute('href');
    const lines = (await (await context.request.get(`${stage.origin}${address}`)).text()).trim().split('\n');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['#1004', '#1004']);
    await bar.getByRole('button', { name: 'Mark as settled' }).click();
    await page.getByRole('dialog').getByText('#1004 no longer count').waitFor();
    await page.getByRole('button', { name: 'Mark 1 order' }).click();
    await eventually('the dialog is closed', async () => expect(await page.getByRole('dialog').count()).toBe(0));
    await page.goto(`${stage.origin}/orders?view=attention&attention=oversold`);
    await eventually('the other one is left', async () => expect(await rows()).toEqual(['#1002']));
  });

  test('what cannot be read says so, that nothing is lost, and is tried again', async () => {
    const problem = { type: 'about:blank', title: 'Something went wrong', status: 500, code: 'internal', detail: 'It did.' };
    const broken = { status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) };
    // Once the stream is open all is read again, by itself.
    await page.route('**/api/events', (route) => route.abort());
    await page.route('**/api/orders?*', (route) => route.fulfill(broken));
    await page.goto(`${stage.origin}/orders?view=all`);
    const alert = page.getByRole('alert');
    await alert.getByText('nothing is lost').waitFor();
    await page.unroute('**/api/orders?*');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await eventually('all are listed', async () => expect(await rows()).toHaveLength(5));
    await page.unroute('**/api/events');
  });
});

describe('one order', () => {
  const open = async (number: string) => {
    await page.goto(`${stage.origin}/orders?view=all`);
    await page.getByRole('link', { name: number }).click();
    await page.getByRole('heading', { name: `Order ${number}` }).waitFor();
  };

  test('tells who bought and where it goes, and a note is kept', async () => {
    await open('#1001');
    await sheet().getByText('Sophie Dubois').first().waitFor();
    await sheet().getByRole('textbox', { name: 'Note' }).fill('Call before delivery');
    await sheet().getByRole('button', { name: 'Save the note' }).click();
    await sheet().getByText('The note was changed').waitFor();
    await page.reload();
    expect(await sheet().getByRole('textbox', { name: 'Note' }).inputValue()).toBe('Call before delivery');
  });

  test('one that sold too much says how much and what to do, until somebody says that it is settled', async () => {
    await open('#1002');
    await sheet().getByText('Paper Lantern: 1 unit too many').waitFor();
    await sheet().getByRole('button', { name: 'It is settled' }).click();
    await eventually('the mark is gone', async () => expect(await sheet().getByText('too many').count()).toBe(0));
    await sheet().getByText('were marked as settled').waitFor();
  });

  test('an item that is not linked says why the stock is left alone', async () => {
    await open('#1004');
    await sheet().getByText('nothing is taken off the stock').first().waitFor();
  });

  test('is shipped in two parts, never with more than is left, and a parcel not sent yet is called off', async () => {
    await open('#1001');
    await sheet().getByRole('button', { name: 'Ship 3 units' }).click();
    const dialog = page.getByRole('dialog', { name: 'Ship order #1001' });
    const units = dialog.getByRole('textbox', { name: /^Units of/ });
    await units.fill('4');
    await dialog.getByRole('button', { name: 'Report the shipment' }).click();
    await dialog.getByText('Only 3 can be shipped.').waitFor();
    await units.fill('2');
    await dialog.getByRole('textbox', { name: /^Tracking number/ }).fill('GHN-77');
    await dialog.getByRole('combobox', { name: /^Carrier/ }).fill('GHN');
    await dialog.getByRole('button', { name: 'Report the shipment' }).click();
    await sheet().getByText('Waiting to be sent').waitFor();
    await sheet().getByRole('button', { name: 'Ship 1 unit' }).waitFor();
    await sheet().getByRole('button', { name: 'Call off' }).click();
    await page.getByRole('dialog', { name: 'Call off the shipment' }).getByRole('button', { name: 'Call off' }).click();
    await sheet().getByRole('button', { name: 'Ship 3 units' }).waitFor();
    await sheet().getByText('was called off before it was sent').waitFor();
  });
});

describe('the dashboard', () => {
  test('stands where one arrives, counts the orders, and says what needs somebody', async () => {
    await page.goto(stage.origin);
    await page.getByRole('heading', { name: /^Dashboard/ }).waitFor();
    await page.getByRole('link', { name: 'To ship 4' }).waitFor();
    await page.getByRole('link', { name: /1 order has items that are not linked/ }).click();
    await eventually('it is listed', async () => expect(await rows()).toEqual(['#1004']));
  });

  test('its table says exactly what was sold, without the unpaid order', async () => {
    await page.goto(`${stage.origin}/?days=7&show=table`);
    await page
      .getByRole('row', { name: /^All days/ })
      .getByText('$44.30')
      .first()
      .waitFor();
  });

  test('what was sold in another currency stands beside it and is never added', async () => {
    const totals = { subtotal: '9.90', discount: '0', shipping: '0', tax: '0', total: '9.90', refunded: '0' };
    const effect = { reserved: 0, shipped: 1 };
    await arrive(
      remoteOrder('E1', hoursAgo(2), [{ variantId: 'euro', effect }], { nativeStatus: 'shipped', currency: 'EUR', totals }),
    );
    await page.goto(`${stage.origin}/?days=7&show=table`);
    const currencies = page.getByRole('radiogroup', { name: 'Currency' });
    await eventually('both are shown', async () =>
      expect(await currencies.locator('label').allTextContents()).toEqual(['$44.30USD, 4 orders', '€9.90EUR, 1 order']),
    );
    await currencies.getByText('€9.90').click();
    await page
      .getByRole('row', { name: /^All days/ })
      .getByText('€9.90')
      .first()
      .waitFor();
    expect(new URL(page.url()).searchParams.get('currency')).toBe('EUR');
  });
});

describe('many orders', () => {
  test('are loaded a page at a time, the rest on the way down', async () => {
    const effect = { reserved: 0, shipped: 1 };
    const many = Array.from({ length: 120 }, (_, at) =>
      remoteOrder(`M${at}`, hoursAgo(100 + at), [{ variantId: `m${at}`, effect }], { nativeStatus: 'shipped' }),
    );
    await arrive(...many);
    await page.goto(`${stage.origin}/orders?view=all`);
    await page.getByText('50 orders loaded').waitFor();
    await eventually('the end is reached', async () => {
      await page
        .locator('main .overflow-auto')
        .last()
        .evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
      expect(await page.getByText('126 orders').count()).toBe(1);
      expect(await rows()).toContain('#M119');
    });
  });
});

describe('every page can be used by everybody: no serious or critical finding of axe', () => {
  const paths = [
    '/',
    '/?show=table',
    '/orders',
    '/orders?view=all',
    '/orders?view=all&q=nothing',
    '/orders?view=all&order=$order',
  ];
  const widths = [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ];
  describe.each(widths)('$width px wide, in light and in dark', (viewport) => {
    test.each(paths)('%s', async (path) => {
      await page.setViewportSize(viewport);
      const answer = await context.request.get(`${stage.origin}/api/orders?q=1002`);
      const { items } = (await answer.json()) as { items: { id: string }[] };
      await expectUsable(page, stage.origin + path.replace('$order', items[0]?.id ?? ''));
    });
  });

  test('no page threw, or asked for what the content security policy refuses', () => {
    expect(browser.errors).toEqual([]);
  });
});
