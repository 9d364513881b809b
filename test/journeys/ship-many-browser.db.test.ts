/** Several orders of two stores shipped at once, in a real Chromium: each platform itself is asked what it was told. */
import type { Locator, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsableAtWidths, type LinkedBrowser, openLinked } from '#test/journeys/linked-browser.ts';
import type { Pair } from '#test/journeys/linked-pair.ts';
import type { StageShop } from '#test/journeys/stage.ts';

let opened: LinkedBrowser;
let page: Page;
let pair: Pair;

beforeAll(async () => {
  opened = await openLinked(1);
  ({ page } = opened);
  pair = present(opened.linked.pairs[0], 'a linked pair');
});

afterAll(async () => {
  await opened?.close();
});

interface Placed {
  shop: StageShop;
  id: string;
  number: string;
}

function place(shop: StageShop, options: { paid?: boolean; units?: number } = {}): Placed {
  const { units = 1, ...rest } = options;
  const variantId = shop === opened.stage.source ? pair.sourceId : pair.otherId;
  const id = present(shop.control.orders.place([{ variantId, units }], rest), 'an order');
  return { shop, id, number: onPlatform({ shop, id }).number };
}

const onPlatform = ({ shop, id }: Pick<Placed, 'shop' | 'id'>) =>
  present(
    shop.control.orders.list().find((order) => order.id === id),
    id,
  );
const parcels = (order: Placed) =>
  onPlatform(order).shipments.map(({ carrier, trackingNumber, by }) => [carrier, trackingNumber, by]);

/** The machine may be busy with other tests; and an order whose notice is lost comes with the next reading, a minute later. */
const inTime = (what: string, check: () => Promise<void>) => eventually(what, check, 75);

interface Listed {
  id: string;
  number: string;
  status: string;
}
const listed = () => opened.stage.person.all<Listed>('/api/orders');
const takenIn = (orders: readonly Placed[]) =>
  inTime('the orders are taken in', async () => {
    const numbers = (await listed()).map(({ number }) => number);
    expect(numbers).toEqual(expect.arrayContaining(orders.map(({ number }) => number)));
  });
const told = (order: Placed, ...expected: string[][]) =>
  inTime(`the platform of ${order.number} is told`, async () => expect(parcels(order)).toEqual(expected));

const dialog = () => page.getByRole('dialog', { name: /^Ship \d+ orders?$/ });
const line = ({ number }: Placed) => dialog().locator(`[data-order="${number}"]`);
const carrierOf = ({ number }: Placed) => dialog().getByRole('combobox', { name: `Carrier of order ${number}` });
const numberOf = ({ number }: Placed) => dialog().getByRole('textbox', { name: `Tracking number of order ${number}` });
const button = (name: string) => dialog().getByRole('button', { name });
const closed = () => eventually('the dialog is closed', async () => expect(await dialog().count()).toBe(0));

async function select(orders: readonly Placed[]): Promise<void> {
  for (const { number } of orders) {
    const row = page.locator('tbody tr, main li').filter({ has: page.getByText(number, { exact: true }) });
    await row.getByRole('checkbox').check();
  }
  await page.getByRole('button', { name: /^Ship \d+ order/ }).click();
  await dialog().waitFor();
  await eventually('all is read', async () => expect(await dialog().locator('.skeleton, select:disabled').count()).toBe(0));
}

async function openDialog(orders: readonly Placed[], view = 'to_ship'): Promise<void> {
  await takenIn(orders);
  await page.goto(`${opened.stage.origin}/orders?view=${view}`);
  await select(orders);
}

/** As out of a spreadsheet. */
async function pasteInto(field: Locator, ...rows: string[]): Promise<void> {
  await field.focus();
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(rows.join('\r\n'))});
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }`);
}
const paste = (order: Placed, ...rows: string[]): Promise<void> => pasteInto(numberOf(order), ...rows);

const fillCarrier = async (name: string): Promise<void> => {
  await dialog().getByRole('combobox', { name: 'Carrier for the orders that have none' }).fill(name);
  await button('Fill in').click();
};

const isShipment = (url: URL) => url.pathname.endsWith('/shipments');

describe('orders of two stores', () => {
  let shopify: Placed;
  let tiktok: Placed;
  let unpaid: Placed;
  const keys: string[] = [];

  test('stand in one dialog, with what is to be shipped; one that is not paid is not sent, and says why', async () => {
    const { source, other } = opened.stage;
    [shopify, tiktok, unpaid] = [place(source, { units: 2 }), place(other), place(other, { paid: false })];
    await openDialog([shopify, tiktok, unpaid], 'all');
    await line(shopify).getByText('2 units: 2 × Lantern 0').waitFor();
    await line(unpaid).getByText('It can be shipped when it is.').waitFor();
    expect(await numberOf(unpaid).count()).toBe(0);
    await dialog().getByText('2 shipments to report, 3 units; 2 without a tracking number; 1 order is not sent.').waitFor();
  });

  test("each store's own rules hold, are said when a field is left, and keep everything from being sent", async () => {
    await numberOf(tiktok).focus();
    await page.keyboard.press('Tab');
    await line(tiktok).getByText('Give the tracking number that the carrier gave you.').waitFor();
    expect(await line(tiktok).getByText('Say who carries it.').count()).toBe(0);
    await button('Report 2 shipments').click();
    await dialog().getByText('Nothing was sent: 1 order still needs a carrier or a number.').waitFor();
    await line(tiktok).getByText('Say who carries it.').waitFor();
    expect(await line(shopify).getByRole('alert').count()).toBe(0);
  });

  test('one carrier fills those that have none, and numbers are matched by order, or fill downwards', async () => {
    await fillCarrier('ups');
    await dialog().getByText('ups is filled in for 2 orders.').waitFor();
    expect([await carrierOf(shopify).inputValue(), await carrierOf(tiktok).inputValue()]).toEqual(['ups', 'UPS']);
    await pasteInto(dialog().locator('[data-tracking]').first(), 'SAME-1', 'SAME-1');
    await line(shopify).getByText(`Also the number of order ${tiktok.number}.`).waitFor();
    await button('Undo').click();
    expect([await numberOf(shopify).inputValue(), await numberOf(tiktok).inputValue()]).toEqual(['', '']);
    await paste(shopify, 'Order\tTracking', `${tiktok.number}\t1Z-B`, `${shopify.number.replace('#', '')}\t1Z-A`, '4711\tX1');
    await dialog().getByText('2 tracking numbers filled in. Not among these orders: 4711.').waitFor();
    expect([await numberOf(shopify).inputValue(), await numberOf(tiktok).inputValue()]).toEqual(['1Z-A', '1Z-B']);
  });

  test('leaving with something typed asks first, and a scanner sends nothing with its Enter', async () => {
    await page.keyboard.press('Escape');
    await dialog().getByText('What you typed for 2 orders is not reported yet.').waitFor();
    await button('Go on').click();
    await dialog().locator('[data-tracking]').first().press('Enter');
    const second = await dialog().locator('[data-tracking]').nth(1).getAttribute('aria-label');
    expect(await page.evaluate<string>('document.activeElement.getAttribute("aria-label")')).toBe(second);
    expect([parcels(shopify), parcels(tiktok)]).toEqual([[], []]);
  });

  test('one whose answer is lost stays with its text, and trying it again reports it once, under the same key', async () => {
    const answering = (await listed()).find(({ number }) => number === tiktok.number);
    const lost = async (route: Route) => {
      const [key, first] = [route.request().headers()['idempotency-key'], keys.length === 0];
      if (!route.request().url().includes(present(answering, 'the order').id)) return await route.continue();
      keys.push(present(key, 'a key'));
      if (!first) return await route.continue();
      await route.fetch();
      await route.abort();
    };
    await page.route(isShipment, lost);
    await button('Report 2 shipments').click();
    await line(shopify).getByText('Reported').waitFor();
    await line(tiktok).getByText('Trying again reports it once').waitFor();
    expect(await numberOf(tiktok).inputValue()).toBe('1Z-B');
    await dialog().getByText('1 shipment reported; 1 shipment to report, 1 unit; 1 order is not sent.').waitFor();
    await button('Try 1 shipment again').click();
    await line(tiktok).getByText('Reported').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
  });

  test('each platform has its parcel, once, and the list goes on behind the dialog', async () => {
    await told(shopify, ['UPS', '1Z-A', 'api']);
    await told(tiktok, ['UPS', '1Z-B', 'api']);
    await inTime('both are shipped here, too', async () => {
      const shipped = (await listed()).filter(({ status }) => status === 'shipped').map(({ number }) => number);
      expect(shipped).toEqual(expect.arrayContaining([shopify.number, tiktok.number]));
    });
    await button('Done').click();
    await closed();
    expect([parcels(shopify), parcels(tiktok), parcels(unpaid)]).toEqual([
      [['UPS', '1Z-A', 'api']],
      [['UPS', '1Z-B', 'api']],
      [],
    ]);
    expect(await page.getByRole('region', { name: 'Selected orders' }).count()).toBe(0);
  });
});

describe('what does not go as planned', () => {
  test('an order that was cancelled meanwhile keeps its line with the refusal, and the others go', async () => {
    const { source, other } = opened.stage;
    const [going, gone] = [place(source), place(other)];
    await openDialog([going, gone]);
    await fillCarrier('FedEx');
    await paste(going, `${going.number}\tF-1`, `${gone.number}\tF-2`);
    gone.shop.control.orders.cancel(gone.id);
    await inTime('it is cancelled here, too', async () =>
      expect((await listed()).find(({ number }) => number === gone.number)?.status).toBe('cancelled'),
    );
    await button('Report 2 shipments').click();
    await line(gone).getByText('This order was cancelled. There is nothing to ship.').waitFor();
    await line(gone).getByRole('link', { name: 'Open the order' }).first().waitFor();
    await line(going).getByText('Reported').waitFor();
    await button('Done').click();
    await closed();
    await told(going, ['FedEx', 'F-1', 'api']);
    expect(parcels(gone)).toEqual([]);
  });

  test('one that a store refuses afterwards is said at its line', async () => {
    const order = place(opened.stage.other, { units: 2 });
    await openDialog([order]);
    await carrierOf(order).selectOption('USPS');
    await numberOf(order).fill('U-1');
    // Staff ship a part of it there, and nobody here knows when all of it is reported.
    await opened.stage.stopWorker();
    opened.stage.other.control.orders.ship(order.id, [{ variantId: pair.otherId, units: 1 }]);
    await button('Report 1 shipment').click();
    await line(order).getByText('Reported').waitFor();
    opened.stage.startWorker();
    await line(order).getByText('refused it').waitFor();
    await line(order).getByRole('link', { name: 'Open the order' }).waitFor();
    expect(parcels(order).filter(([, , by]) => by === 'api')).toEqual([]);
    await button('Done').click();
    await closed();
  });

  test('after a stop those under way go on, the rest stays as typed, and can be reported later', async () => {
    const orders = Array.from({ length: 6 }, () => place(opened.stage.source));
    await openDialog(orders);
    await fillCarrier('DHL');
    await button('Leave out order').first().click();
    await button('Ship it after all').first().click();
    await pasteInto(dialog().locator('[data-tracking]').first(), 'D-1', 'D-2', 'D-3', 'D-4', 'D-5', 'D-6');
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hold = async (route: Route) => {
      await released;
      await route.continue();
    };
    await page.route(isShipment, hold);
    await button('Report 6 shipments').click();
    await dialog().getByText('0 of 6').waitFor();
    await page.keyboard.press('Escape');
    await dialog().getByText('Those that wait would not be sent any more.').waitFor();
    await button('Go on').click();
    await button('Stop').click();
    release();
    await dialog().getByText('4 shipments reported; 2 shipments to report, 2 units.').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    const typed = await dialog().locator('[data-tracking]').all();
    expect(await Promise.all(typed.map((field) => field.inputValue()))).toEqual(['D-5', 'D-6']);
    await button('Report 2 shipments').click();
    // All of them have left the list by then, and with it the selection.
    await inTime('nothing of it is listed', async () => {
      const rows = await page.locator('tbody [data-row-action]').allTextContents();
      expect(rows.filter((number) => orders.some((order) => order.number === number))).toEqual([]);
    });
    await dialog().getByText('6 shipments reported.').waitFor();
    await button('Done').click();
    await closed();
    await inTime('every number is there once', async () => {
      const numbers = orders.flatMap((order) => parcels(order).map(([, number]) => number));
      expect(numbers.toSorted()).toEqual(['D-1', 'D-2', 'D-3', 'D-4', 'D-5', 'D-6']);
    });
  });
});

describe('every width', () => {
  test('can be used, in light and in dark, with what is wrong, what is shared and what is not sent', async () => {
    const { source, other } = opened.stage;
    const orders = [place(source), place(other), place(other, { paid: false })];
    await takenIn(orders);
    await expectUsableAtWidths(page, `${opened.stage.origin}/orders?view=all`, async () => {
      await select(orders);
      await pasteInto(dialog().locator('[data-tracking]').first(), 'S-1', 'S-1');
      await button('Report 2 shipments').click();
      await dialog().getByText('Nothing was sent').waitFor();
    });
  });

  test('no page threw, or asked for what the content security policy refuses, and the server failed at nothing', () => {
    expect(opened.browser.errors).toEqual([]);
    expect(opened.stage.errors).toEqual([]);
  });
});
