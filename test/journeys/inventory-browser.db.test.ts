/** A day in the stockroom, in a real Chromium: goods received, moved and counted, taken back, and why there are so many. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { OrderFeed } from '#connectors/order.ts';
import { holdUnexplained } from '#listings/holds.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import { findStore } from '#stores/stores-store.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsable, findingsOn, loaded, type OpenBrowser, openBrowser } from '#test/journeys/open-browser.ts';
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
  reserved: number;
}

let stage: Stage;
let storeId: string;
let lantern: string;
let browser: OpenBrowser;
let page: Page;

const items = async (query = ''): Promise<Item[]> => (await stage.person.get<{ items: Item[] }>(`/api/inventory?${query}`)).items;
/** On hand by location's name. */
const standing = async (variantId: string): Promise<Record<string, number>> => {
  const places = (await stage.person.get<{ items: { id: string; name: string }[] }>('/api/locations')).items;
  const found = await items(`variantId=${variantId}`);
  return Object.fromEntries(
    found.map(({ locationId, onHand }) => [places.find(({ id }) => id === locationId)?.name ?? '', onHand]),
  );
};

beforeAll(async () => {
  stage = await startStage();
  stage.source.control.add([
    { title: 'Paper Lantern', variants: [{ sku: 'LAN-1', price: '24.00', quantity: 12 }] },
    { title: 'Brass Candle Holder', variants: [{ sku: 'CAN-1', price: '31.00', quantity: 5 }] },
    { title: 'Rattan Tray', variants: [{ sku: 'TRA-1', price: '18.50', quantity: 0 }] },
  ]);
  storeId = await stage.connect(stage.source);
  await stage.stopWorker();
  lantern = present(
    (await items()).find(({ sku }) => sku === 'LAN-1'),
    'the lantern',
  ).variantId;
  browser = await openBrowser(stage);
  page = browser.page;
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
/** Finds a thing by what is typed and takes it with Enter; the figure then has the focus. */
async function add(title: string, typed: string, units: string): Promise<void> {
  const search = page.getByRole('combobox', { name: /^Add a product/ });
  await search.fill(typed);
  await page.getByRole('option', { name: title }).first().waitFor();
  await search.press('Enter');
  const figure = page.getByRole('textbox', { name: new RegExp(`of ${title}$`) });
  await eventually('the figure has the focus', async () =>
    expect(await figure.evaluate((element) => element.ownerDocument.activeElement === element)).toBe(true),
  );
  await page.keyboard.type(units);
}
const closed = () => eventually('the dialog is closed', async () => expect(await page.locator('dialog:modal').count()).toBe(0));
const open = async (search = '') => {
  await page.goto(`${stage.origin}/inventory${search}`);
  await page.getByRole('heading', { name: 'Inventory' }).waitFor();
};

describe('places', () => {
  test('a second location is opened; two cannot share a name', async () => {
    await open('?locations=open');
    await page.getByRole('button', { name: 'New location' }).click();
    await dialog('New location')
      .getByRole('textbox', { name: 'Name' })
      .fill((await stage.person.get<{ items: { name: string }[] }>('/api/locations')).items[0]?.name ?? '');
    await page.getByRole('button', { name: 'Add location' }).click();
    await dialog('New location')
      .getByText(/There is a location named .* already/)
      .waitFor();
    await dialog('New location').getByRole('textbox', { name: 'Name' }).fill('Barn');
    await page.getByRole('button', { name: 'Add location' }).click();
    await dialog('Locations').getByText('Barn', { exact: true }).waitFor();
  });
});

describe('documents', () => {
  test('goods are received by the keyboard, several lines at once, where they came in', async () => {
    await open();
    await page.getByRole('button', { name: 'Receive goods' }).click();
    await dialog('Receive goods').getByLabel('Location', { exact: true }).selectOption({ label: 'Barn' });
    await add('Paper Lantern', 'LAN-1', '0');
    await add('Brass Candle Holder', 'candle', '4');
    await page.getByRole('textbox', { name: /^Reference/ }).fill('PO 7');
    await page.getByRole('button', { name: 'Receive 2 lines' }).click();
    await dialog('Receive goods').getByText('A whole number above 0').waitFor();
    expect(await standing(lantern)).not.toHaveProperty('Barn');
    await page.getByRole('textbox', { name: 'Units received of Paper Lantern' }).fill('8');
    await page.getByRole('button', { name: 'Receive 2 lines' }).click();
    await closed();
    expect(await standing(lantern)).toMatchObject({ Barn: 8 });
  });

  test('what is moved is never more than there is, and is taken back with one click', async () => {
    await page.getByRole('button', { name: 'Transfer' }).click();
    const transfer = dialog('Transfer stock');
    await transfer.getByLabel('From').selectOption({ label: 'Barn' });
    await transfer.getByLabel('To', { exact: true }).selectOption({ index: 0 });
    await add('Paper Lantern', 'lantern', '9');
    await page.getByRole('button', { name: 'Transfer 1 line' }).click();
    await transfer.getByText('There are 8 here.').waitFor();
    await page.getByRole('textbox', { name: 'Units to move of Paper Lantern' }).fill('3');
    await page.getByRole('button', { name: 'Transfer 1 line' }).click();
    await closed();
    expect((await standing(lantern)).Barn).toBe(5);
    // The one that lies on top: that of the receipt may be there still.
    await page.locator('[data-sonner-toast][data-front="true"]').getByRole('button', { name: 'Undo' }).click();
    await eventually('it is taken back', async () => expect((await standing(lantern)).Barn).toBe(8));
  });

  test('a count shows what differs before it is posted', async () => {
    await open();
    await page.getByRole('button', { name: 'Count stock' }).click();
    await dialog('Count stock').getByLabel('Location', { exact: true }).selectOption({ label: 'Barn' });
    await page.getByLabel(/^The count began/).fill('2999-01-01T10:00');
    await add('Paper Lantern', 'LAN-1', '6');
    await page.getByRole('button', { name: 'Show the differences' }).click();
    await dialog('Count stock').getByText('cannot begin later than now').waitFor();
    // What was typed is not lost by a key: leaving is asked about, and may be thought better of.
    await page.keyboard.press('Escape');
    await dialog('Count stock').getByText('1 line is not posted yet.').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('textbox', { name: 'Units counted of Paper Lantern' }).inputValue()).toBe('6');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await closed();
    await page.getByRole('button', { name: 'Count stock' }).click();
    await dialog('Count stock').getByLabel('Location', { exact: true }).selectOption({ label: 'Barn' });
    await stage.person.post('/api/inventory/adjust', {
      variantId: lantern,
      locationId: (await items(`variantId=${lantern}`)).find(({ onHand }) => onHand === 8)?.locationId,
      delta: -1,
      note: 'Broke while counting',
    });
    await add('Paper Lantern', 'LAN-1', '6');
    await page.getByRole('button', { name: 'Show the differences' }).click();
    await page.getByRole('button', { name: 'Post 1 difference' }).waitFor();
    expect((await standing(lantern)).Barn).toBe(7);
    await page.getByRole('button', { name: 'Post 1 difference' }).click();
    await closed();
    // 6 of the 8 that were there when it began; the one that broke since is gone as well.
    expect((await standing(lantern)).Barn).toBe(5);
  });

  test('a count sheet is downloaded, filled in and uploaded; a file that is not whole changes nothing', async () => {
    await open();
    const before = await standing(lantern);
    await page.getByRole('button', { name: 'Count stock' }).click();
    await page.getByText('By file').click();
    await dialog('Count stock').getByLabel('Location', { exact: true }).selectOption({ label: 'Barn' });
    const href = await page.getByRole('link', { name: 'Download a count sheet' }).getAttribute('href');
    const sheet = await (await browser.context.request.get(`${stage.origin}${href}`)).text();
    const [header = '', ...rows] = sheet.trim().split('\n');
    expect(rows).toHaveLength(2);
    const upload = async (text: string) => {
      const buffer = Buffer.from(text);
      await page.getByLabel('The filled-in sheet').setInputFiles({ name: 'count.csv', mimeType: 'text/csv', buffer });
      await page.getByRole('button', { name: 'Show the differences' }).click();
    };
    await upload(`${header}\n${rows.join('\n')}\nNOPE,,,,0,3\n`);
    const wrong = page.getByRole('table', { name: 'What is wrong in the file' });
    await eventually('all lines are named', async () => expect(await wrong.getByRole('row').count()).toBeGreaterThan(0));
    expect(await standing(lantern)).toEqual(before);
    await upload(`${header}\n${rows.map((row) => `${row}2`).join('\n')}\n`);
    await page.getByRole('button', { name: /^Post 2 differences/ }).click();
    await closed();
    expect((await standing(lantern)).Barn).toBe(2);
  });
});

describe('why there are so many', () => {
  beforeAll(async () => {
    const goods = present(stage.source.control.goods()[0], 'the lantern');
    const { productId, variantId } = goods;
    const places = (await stage.person.get<{ items: { id: string; isDefault: boolean }[] }>('/api/locations')).items;
    const locationId = present(
      places.find(({ isDefault }) => isDefault),
      'the default location',
    ).id;
    // Orders of a store that counts a location book nothing there.
    await stage.person.patch(`/api/locations/${locationId}`, { ownerStoreId: null });
    const { settings } = await stage.person.get<{ settings: { remoteLocationId: string } }>(`/api/stores/${storeId}`);
    await stage.hub.db.inOrganization(stage.actor.organizationId, async (tx) => {
      const store = await findStore(tx, storeId);
      const line = { variantId, quantity: 2, change: { productId, sku: 'LAN-1', title: 'Paper Lantern', unitPrice: '24.00' } };
      const order = remoteOrder('2001', stage.hub.clock.now(), [line], { number: '#2001' });
      await ingestOrders(stage.hub, tx, store, [order], { feed, fresh: false });
    });
    const [listing] = (await stage.person.get<{ items: { id: string }[] }>('/api/listings?q=Paper%20Lantern')).items;
    const listingId = present(listing, 'a listing').id;
    const drop = {
      listingId,
      storeId,
      variantId: lantern,
      place: settings.remoteLocationId,
      locationIds: [locationId],
      units: 1,
    };
    const now = stage.hub.clock.now();
    await stage.hub.db.inOrganization(stage.actor.organizationId, (tx) =>
      holdUnexplained(tx, [drop], { until: new Date(now.getTime() + 3_600_000), settleAfter: null }, now),
    );
  });

  test('the sheet names the order that reserves, what is kept back and how it ends, and each store says why', async () => {
    await open(`?variant=${lantern}`);
    const sheet = dialog(/^Stock of Paper Lantern/);
    await sheet.getByRole('row', { name: 'Reserved by 1 order -2' }).waitFor();
    await sheet.getByText('1 unit,').waitFor();
    await sheet
      .getByText(/probably sold, the order is on its way\. Free again when an order explains them, at the latest/)
      .waitFor();
    await sheet.getByRole('button', { name: /why, on/ }).click();
    const steps = page.getByRole('table', { name: 'Step by step' }).last();
    await steps.getByText('probably sold').waitFor();
    // What reserves is named with its order, and how the stock came to be what it is.
    await steps
      .getByRole('row', { name: /^Reserved at .*Sale, / })
      .getByRole('link', { name: 'Sale' })
      .waitFor();
    await steps.getByRole('row', { name: /^On hand at .*Transfer, taken back, / }).waitFor();
    await page.keyboard.press('Escape');
    await sheet.getByRole('link', { name: '#2001', exact: true }).click();
    await page.getByRole('heading', { name: 'Order #2001' }).waitFor();
  });

  test('a document is taken back from the history, once, and both stay in it', async () => {
    await open(`?variant=${lantern}`);
    const sheet = dialog(/^Stock of Paper Lantern/);
    const before = (await standing(lantern)).Barn ?? 0;
    await sheet.getByRole('button', { name: 'Take back: Count' }).first().click();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await sheet.getByText('Count, taken back').first().waitFor();
    await sheet.getByText('taken back later').first().waitFor();
    expect((await standing(lantern)).Barn).toBeGreaterThan(before);
  });

  test('a reorder point makes it low, and suggests what to receive', async () => {
    const sheet = dialog(/^Stock of Paper Lantern/);
    await sheet.getByRole('button', { name: 'Reorder point' }).first().click();
    await page.getByRole('textbox', { name: 'Low at' }).fill('500');
    await page.getByRole('textbox', { name: 'Then order' }).fill('600');
    await page.getByRole('button', { name: 'Save' }).click();
    await sheet.getByText('Low at 500, then order 600').waitFor();
    await open('?low=true');
    await page.getByRole('link', { name: 'Paper Lantern' }).first().waitFor();
    const low = present((await items(`variantId=${lantern}&state=low`))[0], 'it is low');
    await page.getByRole('button', { name: 'Receive goods' }).click();
    await dialog('Receive goods').getByLabel('Location', { exact: true }).selectOption(low.locationId);
    await page.getByRole('button', { name: 'Add them in the suggested amounts' }).click();
    expect(await page.getByRole('textbox', { name: 'Units received of Paper Lantern' }).inputValue()).toBe('600');
    await page.keyboard.press('Escape');
  });

  test('closing a location says what stands there', async () => {
    await open('?locations=open');
    await page.getByRole('button', { name: 'Close Barn' }).click();
    await dialog('Close Barn')
      .getByText(/units of 2 things stand at Barn/)
      .waitFor();
    await page.getByRole('button', { name: 'Close it' }).click();
    await dialog('Locations').getByText('Closed').waitFor();
    await page.getByRole('button', { name: 'Open it again: Barn' }).click();
    await dialog('Open Barn again').getByRole('button', { name: 'Open it' }).click();
    await page.getByRole('button', { name: 'Close Barn' }).waitFor();
  });

  test('a correction below nothing asks first; another figure asks anew, and what is meant is made', async () => {
    await open('?q=TRA-1');
    await page.getByRole('button', { name: 'Adjust Rattan Tray' }).first().click();
    const adjust = dialog('Stock of Rattan Tray');
    await adjust.getByText('Came in or went out').click();
    const units = adjust.getByRole('textbox', { name: 'Units, with + or -' });
    const meant = adjust.getByRole('button', { name: 'It is meant' });
    await units.fill('-6');
    await adjust.getByRole('button', { name: 'Save' }).click();
    await adjust.getByText(/a change by -6 would leave -6\./).waitFor();
    // The key that saved does not also confirm.
    await page.keyboard.press('Enter');
    await units.fill('-2');
    expect(await meant.count()).toBe(0);
    await units.press('Enter');
    await adjust.getByText(/a change by -2 would leave -2\./).waitFor();
    const tray = async () => (await items('q=TRA-1'))[0]?.onHand;
    expect(await tray()).toBe(0);
    expect(await findingsOn(page)).toEqual([]);
    await meant.click();
    await closed();
    expect(await tray()).toBe(-2);
  });
});

describe('every page can be used by everybody: no serious or critical finding of axe', () => {
  const acts = { receive: 'Receive goods', transfer: 'Transfer', count: 'Count stock' } as const;
  const views = ['', '?state=oversold', '?locations=open', '?variant=$lantern', 'receive', 'transfer', 'count'] as const;
  const widths = [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ];
  describe.each(widths)('$width px wide, in light and in dark', (viewport) => {
    test.each(views)('%s', async (view) => {
      await page.setViewportSize(viewport);
      const act = view in acts ? acts[view as keyof typeof acts] : null;
      const address = `${stage.origin}/inventory${act === null ? view.replace('$lantern', lantern) : ''}`;
      await expectUsable(page, address, async () => {
        if (act === null) return;
        if (viewport.width < 768) await page.getByRole('button', { name: 'Acts on stock' }).click();
        await page.locator('button:visible', { hasText: act }).first().click();
        await add('Paper Lantern', 'LAN-1', '0');
        await loaded(page);
      });
    });
  });

  test('no page threw, or asked for what the content security policy refuses', () => {
    expect(browser.errors).toEqual([]);
  });
});
