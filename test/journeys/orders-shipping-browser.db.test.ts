/**
 * Orders that buyers place on the TikTok Shop practice store, from the first empty page to the last parcel, in a real
 * Chromium: everything between the buyer and the pages is real, and the platform itself is asked what it was told.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { PracticeOrder, PracticeOrders } from '#connectors/practice.ts';
import type { LinkSuggestions } from '#listings/suggest-links.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsable, type OpenBrowser, openBrowser } from '#test/journeys/open-browser.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

let stage: Stage;
let browser: OpenBrowser;
let page: Page;
let buyers: PracticeOrders;

beforeAll(async () => {
  stage = await startStage();
  const goods = ['Lantern', 'Teapot', 'Kite'].map((title) => ({
    title,
    variants: [{ sku: title.toUpperCase(), price: '20.00', quantity: 50 }],
  }));
  for (const { control } of [stage.source, stage.other]) control.add(goods);
  buyers = present(stage.other.control.orders, 'orders of the practice store');
  browser = await openBrowser(stage);
  ({ page } = browser);
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const variantOf = (sku: string) =>
  present(
    stage.other.control.goods().find((good) => good.sku === sku),
    sku,
  ).variantId;
const place = (units: Record<string, number>, options: Parameters<PracticeOrders['place']>[1] = {}): string =>
  present(
    buyers.place(
      Object.entries(units).map(([sku, count]) => ({ variantId: variantOf(sku), units: count })),
      options,
    ),
    'an order',
  );
const placed = (id: string): PracticeOrder =>
  present(
    buyers.list().find((order) => order.id === id),
    id,
  );
const parcels = (id: string) => placed(id).shipments.map(({ carrier, trackingNumber, by }) => [carrier, trackingNumber, by]);

/** The machine may be busy with other tests; and an order whose notice is lost comes with the next reading, a minute later. */
const inTime = (what: string, check: () => Promise<void>) => eventually(what, check, 75);

const takenIn = (number: string) =>
  inTime('the order is taken in', async () => {
    const orders = await stage.person.all<{ number: string }>('/api/orders');
    expect(orders.map((order) => order.number)).toContain(number);
  });

const sheet = () => page.getByRole('dialog').first();
const rows = () => page.locator('tbody [data-row-action]').allTextContents();
const heading = (number: string) => page.getByRole('heading', { name: `Order ${number}` });

async function open(number: string, view = 'all'): Promise<void> {
  await page.goto(`${stage.origin}/orders?view=${view}`);
  await page.getByRole('link', { name: number }).click();
  await heading(number).waitFor();
}

async function report(carrier: string, trackingNumber: string, units: Record<string, string> = {}): Promise<void> {
  const dialog = page.getByRole('dialog', { name: /^Ship order/ });
  for (const [name, count] of Object.entries(units)) await dialog.getByRole('textbox', { name: `Units of ${name}` }).fill(count);
  await dialog.getByRole('combobox', { name: 'Carrier' }).selectOption(carrier);
  await dialog.getByRole('textbox', { name: 'Tracking number' }).fill(trackingNumber);
  await dialog.getByRole('button', { name: 'Report the shipment' }).click();
}

describe('before anything is sold', () => {
  test('without a store the dashboard leads to the first steps, and the inbox says what belongs there', async () => {
    await page.goto(stage.origin);
    await page.waitForURL(`${stage.origin}/start`);
    await page.goto(`${stage.origin}/orders`);
    await page.getByText('No store is connected yet').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Connect a store' }).waitFor();
  });

  test('with a store, every part of the dashboard and of the inbox says that there is nothing yet', async () => {
    await stage.connect(stage.source);
    await page.goto(stage.origin);
    await page.getByText('Nothing was sold in these 30 days').waitFor();
    await page.getByText('Nothing waits to be shipped.').waitFor();
    await page.getByText('Nothing is at or below its reorder point.').waitFor();
    await page.getByRole('link', { name: 'To ship 0' }).click();
    await page.getByText('Nothing waits to be shipped').waitFor();
    await page.getByRole('button', { name: 'See all orders' }).click();
    await page.getByText('No order yet').waitFor();
  });

  test.each([1440, 390])('both can be used at %s px', async (width) => {
    await page.setViewportSize({ width, height: 844 });
    for (const path of ['/', '/orders']) await expectUsable(page, stage.origin + path);
  });
});

describe('an order from its buyer to its parcels', () => {
  let old: string;
  let first: string;

  test('that is older than the first count says that nothing more is taken off for it', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    old = place({ KITE: 2 }, { buyer: 'Early Bird', placedAt: new Date(Date.now() - 5 * 3_600_000).toISOString() });
    const storeId = await stage.connect(stage.other);
    // What is sold before its webhooks are registered comes with the next reading, up to a minute later.
    await inTime('it tells of its orders', async () => {
      const { webhooks } = await stage.person.get<{ webhooks: string }>(`/api/stores/${storeId}`);
      expect(webhooks).toBe('on');
    });
    const { items } = await stage.person.post<LinkSuggestions>('/api/listings/suggestions', {});
    const links = items.map(({ listingId, variantId }) => ({ listingId, variantId }));
    await stage.person.post('/api/listings/bulk-link', { links });
    await takenIn(old);
    await open(old);
    await sheet().getByText('Sold before your stock was first counted').waitFor();
  });

  test('stands in the inbox moments after it is placed, with what is reserved for it and what the buyer wrote', async () => {
    first = place({ LANTERN: 3, TEAPOT: 1 }, { buyer: 'Sophie Dubois', note: 'Ring twice' });
    await page.goto(`${stage.origin}/orders`);
    await inTime('it is listed', async () => expect(await rows()).toEqual([old, first]));
    await open(first);
    await sheet().getByText('3 reserved in').waitFor();
    await sheet().getByText('Ring twice').waitFor();
    await sheet().getByText('Sophie Dubois').first().waitFor();
  });

  test("is shipped in two parcels by the platform's own carriers; the platform has both, and the stock has left", async () => {
    await sheet().getByRole('button', { name: 'Ship 4 units' }).click();
    await report('UPS', '1Z-1', { Lantern: '2', Teapot: '0' });
    await sheet().getByText('2 shipped from').waitFor();
    await sheet().getByText('Part shipped').waitFor();
    expect(parcels(first)).toEqual([['UPS', '1Z-1', 'api']]);
    await sheet().getByRole('button', { name: 'Ship 2 units' }).click();
    await report('USPS', '9400-2');
    await sheet().getByText('Everything of this order has been shipped.').waitFor();
    expect(parcels(first)).toEqual([
      ['UPS', '1Z-1', 'api'],
      ['USPS', '9400-2', 'api'],
    ]);
    const story = await sheet().getByRole('region', { name: 'What happened' }).getByRole('listitem').allTextContents();
    expect(story.map((line) => line.replace(/just now.*|\d+ min.*/, '')).toReversed()).toEqual(
      expect.arrayContaining([
        `Order ${first} was placed`,
        '4 units were reserved',
        'A shipment of 2 units was reported, tracking number 1Z-1',
        'The platform took the shipment 1Z-1',
        '2 units left the stock',
      ]),
    );
  });

  test('that was shipped leaves the list while it is open, and J goes on to what came after it', async () => {
    const [second, third] = [place({ LANTERN: 1 }), place({ TEAPOT: 1 })];
    await page.goto(`${stage.origin}/orders`);
    await inTime('both are listed', async () => expect(await rows()).toEqual([old, second, third]));
    await page.getByRole('link', { name: second }).click();
    await sheet().getByRole('button', { name: 'Ship 1 unit' }).click();
    await report('UPS', '1Z-2');
    await inTime('it left the list', async () => expect(await rows()).toEqual([old, third]));
    await heading(second).waitFor();
    await page.keyboard.press('j');
    await heading(third).waitFor();
  });
});

describe('a shipment that does not go through at once', () => {
  test('is shown with the reason of its refusal, needs somebody, and is tried again with what was typed', async () => {
    const number = place({ KITE: 2 });
    await takenIn(number);
    const { items } = await stage.person.get<{ items: { id: string }[] }>(`/api/orders?q=${number}`);
    const id = present(items[0], number).id;
    const detail = await stage.person.get<{ items: { id: string }[] }>(`/api/orders/${id}`);
    const parcel = { items: [{ itemId: present(detail.items[0], 'an item').id, quantity: 1 }], carrier: 'Nobody Express' };
    await stage.person.post(`/api/orders/${id}/shipments`, { ...parcel, trackingNumber: 'NE-1', notifyBuyer: false });
    await page.goto(stage.origin);
    await page.getByRole('link', { name: /1 shipment was refused/ }).click();
    await inTime('it is listed', async () => expect(await rows()).toEqual([number]));
    await page.getByRole('link', { name: number }).click();
    await sheet().getByText('does not offer the carrier "Nobody Express"').first().waitFor();
    await sheet().getByRole('button', { name: 'Try again' }).click();
    const dialog = page.getByRole('dialog', { name: /^Ship order/ });
    await inTime('the number is there, and the unknown carrier is not', async () =>
      expect([
        await dialog.getByRole('textbox', { name: 'Tracking number' }).inputValue(),
        await dialog.getByRole('textbox', { name: 'Units of Kite' }).inputValue(),
        await dialog.getByRole('combobox', { name: 'Carrier' }).inputValue(),
      ]).toEqual(['NE-1', '1', '']),
    );
    await report('FedEx', 'NE-1');
    await sheet().getByText('1 shipped from').waitFor();
    expect(parcels(number)).toEqual([['FedEx', 'NE-1', 'api']]);
    await inTime('nobody is needed any more', async () => expect(await rows()).toEqual([]));
  });

  test('and got no answer is looked for before it is tried again, and is made once', async () => {
    const number = place({ TEAPOT: 2 });
    await takenIn(number);
    stage.other.control.fault({ kind: 'timeout_after', match: 'packages', times: 1 });
    await open(number);
    await sheet().getByRole('button', { name: 'Ship 2 units' }).click();
    await report('UPS', '1Z-LOST');
    await sheet().getByText('The platform shows the shipment 1Z-LOST').waitFor();
    await sheet().getByText('2 shipped from').waitFor();
    expect(parcels(number)).toEqual([['UPS', '1Z-LOST', 'api']]);
  });
});

describe('what happens on the platform', () => {
  test('is shown as it comes: paid, shipped by staff, returned, called off; and the stock follows', async () => {
    const unpaid = place({ LANTERN: 2 }, { paid: false });
    await takenIn(unpaid);
    await page.goto(`${stage.origin}/orders?view=unpaid`);
    await inTime('it waits for payment', async () => expect(await rows()).toEqual([unpaid]));
    await page.getByRole('link', { name: unpaid }).click();
    await sheet().getByText('It can be shipped when it is.').waitFor();
    buyers.pay(unpaid);
    await sheet().getByRole('button', { name: 'Ship 2 units' }).waitFor();
    buyers.ship(unpaid);
    await sheet().getByText('2 shipped from').waitFor();
    await sheet().getByText('Told by').waitFor();
    buyers.refund(unpaid, [{ variantId: variantOf('LANTERN'), units: 1, restock: true }]);
    await sheet().getByText('1 returned to').waitFor();
    await sheet().getByText('Refunded in part').waitFor();
    const cancelled = place({ KITE: 1 });
    await takenIn(cancelled);
    await open(cancelled);
    buyers.cancel(cancelled);
    await sheet().getByText('This order was cancelled', { exact: true }).waitFor();
    await sheet().getByText('1 unit was given free').waitFor();
  });

  test('is shown also when it happened while the page was loading and did not hear of changes yet', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/events', async (route) => {
      await released;
      await route.continue();
    });
    const before = place({ KITE: 1 }, { paid: false });
    await takenIn(before);
    await page.goto(`${stage.origin}/orders?view=unpaid`);
    await inTime('one is listed', async () => expect(await rows()).toEqual([before]));
    const meanwhile = place({ KITE: 1 }, { paid: false });
    await takenIn(meanwhile);
    expect(await rows()).toEqual([before]);
    release();
    await inTime('both are listed', async () => expect(new Set(await rows())).toEqual(new Set([before, meanwhile])));
    await page.unroute('**/api/events');
  });

  test.each([1440, 390])('and every sheet can be used at %s px', async (width) => {
    await page.setViewportSize({ width, height: 844 });
    const { items } = await stage.person.get<{ items: { id: string }[] }>('/api/orders?status=shipped,delivered&limit=1');
    for (const path of ['/', `/orders?view=all&order=${present(items[0], 'an order').id}`])
      await expectUsable(page, stage.origin + path);
  });

  test('no page threw, or asked for what the content security policy refuses, and the server failed at nothing', () => {
    expect(browser.errors).toEqual([]);
    expect(stage.errors).toEqual([]);
  });
});
