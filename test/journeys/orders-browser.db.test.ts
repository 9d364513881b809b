/** A day with orders, in a real Chromium: the inbox, one order in its sheet, a parcel in two parts, and the dashboard. */
import AxeBuilder from '@axe-core/playwright';
import chromium from '@sparticuz/chromium';
import { sql } from 'drizzle-orm';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { present } from '#base/assert.ts';
import type { OrderFeed, RemoteOrder } from '#connectors/order.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import { findStore } from '#stores/stores-store.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { owner, type Stage, startStage } from '#test/journeys/stage.ts';
import { remoteOrder } from '#test/remote-order.ts';

vi.setConfig({ testTimeout: 60_000 });

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
let browser: Browser;
let context: BrowserContext;
let page: Page;
const pageErrors: string[] = [];

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
    await ingestOrders(stage.hub, tx, store, orders, { feed, isSource: false, fresh: false });
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
    await tx.execute(sql`update orders set oversold = true where number = '#1002'`);
    await tx.execute(
      sql`update order_items set oversold_units = 1 where order_id = (select id from orders where number = '#1002')`,
    );
  });
  browser = await playwright.launch({ args: chromium.args, executablePath: await chromium.executablePath(), headless: true });
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en-US' });
  const { email, password } = owner;
  const signedIn = await context.request.post(`${stage.origin}/api/auth/sign-in/email`, {
    data: { email, password },
    headers: { origin: stage.origin },
  });
  expect(signedIn.ok()).toBe(true);
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => pageErrors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/i.test(message.text())) pageErrors.push(message.text());
  });
}, 120_000);

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

  test('arrow keys and Enter open an order, Escape gives the list back', async () => {
    await page.goto(`${stage.origin}/orders`);
    await eventually('the orders are listed', async () => expect(await rows()).toHaveLength(3));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Order #1002' }).waitFor();
    await page.keyboard.press('Escape');
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
    await page.goto(`${stage.origin}/orders?tag=rush`);
    await eventually('both are listed', async () => expect(await rows()).toEqual(['#1001', '#1002']));
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
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.goto(stage.origin + path.replace('$order', items[0]?.id ?? ''));
        await page.locator('h1:visible, h2:visible').first().waitFor();
        await eventually('it is loaded', async () => expect(await page.locator('.skeleton, [aria-busy="true"]').count()).toBe(0));
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(
          found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${colorScheme}: ${id} at ${target.join(' ')}`)),
        ).toEqual([]);
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
        expect(overflow, 'pixels by which the page is wider than the window').toBeLessThanOrEqual(0);
      }
    });
  });

  test('no page threw, or asked for what the content security policy refuses', () => {
    expect(pageErrors).toEqual([]);
  });
});
