/** Filters kept under a name, in a real Chromium: saved, found again, opened, replaced, shared, renamed and deleted. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { type ListName, saveView } from '#organizations/saved-views.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsableAtWidths } from '#test/journeys/linked-browser.ts';
import { findingsOn, loaded, type OpenBrowser, openBrowser } from '#test/journeys/open-browser.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

let stage: Stage;
let storeId: string;
let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  stage = await startStage();
  stage.source.control.add([
    { title: 'Paper Lantern', variants: [{ sku: 'LAN-1', price: '24.00', quantity: 12 }] },
    { title: 'Silk Lantern', variants: [{ sku: 'LAN-2', price: '80.00', quantity: 3 }] },
    { title: 'Candle', variants: [{ sku: 'CAN-1', price: '2.00', quantity: 50 }] },
  ]);
  storeId = await stage.connect(stage.source);
  await stage.stopWorker();
  browser = await openBrowser(stage);
  ({ page } = browser);
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const rows = () => page.locator('tbody [data-row-action]').allTextContents();
const dialog = (name: string) => page.getByRole('dialog', { name });
const parameters = (): Record<string, string> => Object.fromEntries(new URL(page.url()).searchParams);
const visit = async (path: string): Promise<void> => {
  await page.goto(`${stage.origin}${path}`);
  await loaded(page);
};

/** Opens the menu of views. */
async function openViews(): Promise<void> {
  await page.getByRole('button', { name: /^Views/ }).click();
  await page.getByRole('button', { name: 'Save these filters…' }).waitFor();
  await loaded(page);
}

/** Does something with the view of this name. */
async function act(view: string, name: string): Promise<void> {
  await page.getByRole('button', { name: `Change ${view}` }).click();
  await page.getByRole('menuitem', { name }).click();
}

describe('one list', () => {
  test('without a view it says how one comes to be, and offers to save only what is filtered', async () => {
    await visit('/products?sort=-updatedAt');
    await openViews();
    await page.getByText('No saved views yet.').waitFor();
    await page.getByText('Filter the list, then save it here.').waitFor();
    expect(await page.getByRole('button', { name: 'Save these filters…' }).isDisabled()).toBe(true);
  });

  test('filters are saved under a name, which is asked for, and the list shows at once which view it is', async () => {
    await visit('/products?q=lantern&sort=-updatedAt');
    await openViews();
    await page.getByRole('button', { name: 'Save these filters…' }).click();
    const asked = dialog('Save these filters');
    await asked.getByRole('button', { name: 'Save' }).click();
    await asked.getByText('A view needs a name.').waitFor();
    await asked.getByRole('textbox', { name: 'Name' }).fill('Đèn lồng');
    await page.keyboard.press('Enter');
    await page.getByText('Đèn lồng is saved.').waitFor();
    await page.getByRole('button', { name: 'Views: Đèn lồng' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Views: Đèn lồng' }).waitFor();
  });

  test('by keyboard it is opened with exactly its filters and sort, whatever was shown before', async () => {
    await visit('/products?q=candle&status=active');
    await eventually('the candle is listed', async () => expect(await rows()).toHaveLength(1));
    await page.getByRole('button', { name: 'Views' }).focus();
    await page.keyboard.press('Enter');
    const row = page.locator('[data-view]', { hasText: 'Đèn lồng' });
    await row.waitFor();
    const focused = (on: Locator) => on.evaluate((element) => element.matches(':focus'));
    await eventually('the first view has the focus', async () => expect(await focused(row)).toBe(true));
    // Round the list once: the way to save, and back to the view.
    await page.keyboard.press('ArrowDown');
    expect(await focused(page.getByRole('button', { name: 'Save these filters…' }))).toBe(true);
    await page.keyboard.press('ArrowDown');
    expect(await focused(row)).toBe(true);
    await page.keyboard.press('Enter');
    await eventually('the lanterns are listed', async () => expect((await rows()).sort()).toHaveLength(2));
    expect(parameters()).toEqual({ q: 'lantern', sort: '-updatedAt' });
    await eventually('the menu is closed', async () => expect(await page.locator('[data-view]').count()).toBe(0));
    expect(await page.getByRole('searchbox').inputValue()).toBe('lantern');
  });

  test('the same name in other capitals is refused where it was typed, and what was typed stays', async () => {
    await visit('/products?q=candle');
    await openViews();
    await page.getByRole('button', { name: 'Save these filters…' }).click();
    const name = dialog('Save these filters').getByRole('textbox', { name: 'Name' });
    await name.fill('ĐÈN LỒNG');
    await page.keyboard.press('Enter');
    await page.getByText('There is a view named "ĐÈN LỒNG" already. Choose another name.').waitFor();
    expect(await name.inputValue()).toBe('ĐÈN LỒNG');
    await name.fill('Candles');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Views: Candles' }).waitFor();
  });

  test('a view takes the present filters in place of its own, and back', async () => {
    await visit('/products?q=silk');
    await openViews();
    await act('Candles', 'Replace with these filters');
    await page.getByRole('button', { name: 'Views: Candles' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Candles is as it was.').waitFor();
    await page.getByRole('button', { name: 'Views', exact: true }).waitFor();
    await visit('/products?q=candle');
    await page.getByRole('button', { name: 'Views: Candles' }).waitFor();
  });

  test('it is shared and renamed, and another page that is open hears of it', async () => {
    const other = await browser.context.newPage();
    await other.goto(`${stage.origin}/products?q=candle`);
    await other.getByRole('button', { name: 'Views: Candles' }).waitFor();
    await openViews();
    await act('Candles', 'Share with everybody here');
    await page.getByText('Shared with everybody here').waitFor();
    await act('Candles', 'Rename…');
    const name = dialog('Rename the view').getByRole('textbox', { name: 'Name' });
    expect(await name.inputValue()).toBe('Candles');
    await name.fill('Wax');
    await dialog('Rename the view').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('button', { name: 'Views: Wax' }).waitFor();
    await other.getByRole('button', { name: 'Views: Wax' }).waitFor();
    await other.close();
  });

  test('deleting one asks first, and says that everybody loses it', async () => {
    await visit('/products?q=candle');
    await openViews();
    await act('Wax', 'Delete…');
    await dialog('Delete the view').getByText('Wax is deleted for everybody here.').waitFor();
    await dialog('Delete the view').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Views: Wax' }).waitFor();
    await openViews();
    await act('Wax', 'Delete…');
    await dialog('Delete the view').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Views', exact: true }).waitFor();
    await page.reload();
    await openViews();
    expect(await page.locator('[data-view]').allTextContents()).toEqual(['Đèn lồng']);
  });
});

describe('every list', () => {
  const share = async (list: ListName, name: string, search: Record<string, string>) => {
    const gone = { organizationId: stage.actor.organizationId, userId: newId(), kind: 'user', role: 'member' } as const;
    await saveView(stage.hub, gone, { list, name, search, isShared: true });
  };

  test("shows what others share below one's own, with who shared it", async () => {
    await share('products', 'Of the old hand', { q: 'silk', product: newId(), colour: 'red' });
    await visit('/products');
    await openViews();
    const shared = page.getByRole('region', { name: 'Shared by others' });
    await shared.getByText('By somebody who has left').waitFor();
    await shared.getByRole('button', { name: /^Of the old hand/ }).click();
    await eventually('the silk lantern is listed', async () => expect(await rows()).toHaveLength(1));
    // Neither the row that was open nor what the list does not know.
    expect(parameters()).toEqual({ q: 'silk', sort: 'title' });
  });

  test('opens a view that names a store that is gone with what is left of it, and says so', async () => {
    await share('listings', 'Old store', { storeId: newId(), q: 'silk', tab: 'linked' });
    await visit(`/product-links?tab=ignored&storeId=${storeId}`);
    await openViews();
    await page.getByRole('button', { name: /^Old store/ }).click();
    await page.getByText('Old store was narrowed to something that is gone.').waitFor();
    await page.getByRole('button', { name: 'Views: Old store' }).waitFor();
    expect(parameters()).toEqual({ q: 'silk', tab: 'linked' });
    await eventually('the silk lantern is listed', async () => expect(await rows()).toHaveLength(1));
  });

  test('keeps of the history what is asked for, and nothing that is open over it', async () => {
    await share('stock_history', 'Deliveries of May', {
      kind: 'receipt',
      from: '2026-05-01',
      to: '2026-05-31',
      variant: newId(),
    });
    await visit('/inventory/history?by=order');
    await openViews();
    await page.getByRole('button', { name: /^Deliveries of May/ }).click();
    await page.getByRole('button', { name: 'Views: Deliveries of May' }).waitFor();
    expect(parameters()).toEqual({ kind: 'receipt', from: '2026-05-01', to: '2026-05-31', sort: '-createdAt' });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('says when views cannot be read, that nothing is lost, and reads them again', async () => {
    const problem = { type: 'about:blank', title: 'Something went wrong', status: 500, code: 'internal', detail: 'It did.' };
    const body = JSON.stringify(problem);
    // Once the stream is open all is read again, by itself.
    await page.route('**/api/events', (route) => route.abort());
    await page.route('**/api/saved-views?*', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body }),
    );
    await visit('/inventory?state=low');
    await page.getByRole('button', { name: 'Views' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('nothing is lost').waitFor();
    await page.unroute('**/api/saved-views?*');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No saved views yet.').waitFor();
    await page.unroute('**/api/events');
  });

  test.each([
    '/orders?view=all&tag=gift',
    '/products?q=lantern&sort=-updatedAt',
    '/product-links?q=silk',
    '/inventory?state=low',
    '/inventory/history?kind=receipt',
  ])('can be used with its views open, wide and narrow, in light and in dark: %s', async (path) => {
    await expectUsableAtWidths(page, stage.origin + path, openViews);
  });

  test('what is asked for and what can be done with a view can be used, too', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await visit('/products?q=candle');
    await openViews();
    await page.getByRole('button', { name: 'Change Đèn lồng' }).click();
    await page.getByRole('menuitem', { name: 'Rename…' }).waitFor();
    expect(await findingsOn(page)).toEqual([]);
    await page.getByRole('menuitem', { name: 'Rename…' }).click();
    await dialog('Rename the view').waitFor();
    expect(await findingsOn(page)).toEqual([]);
  });

  test('no page threw, or asked for what the content security policy refuses', () => {
    expect(browser.errors).toEqual([]);
  });
});
