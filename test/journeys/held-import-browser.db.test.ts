/** A product file that meets the brake: brought in, held, looked at, discarded or approved, all in the browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsableAtWidths, openLinked } from '#test/journeys/linked-browser.ts';
import type { OpenBrowser } from '#test/journeys/open-browser.ts';
import type { Stage } from '#test/journeys/stage.ts';

let stage: Stage;
let browser: OpenBrowser;
let page: Page;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ stage, browser, page, close } = await openLinked(12));
});

afterAll(() => close?.());

const activity = () => `${stage.origin}/activity`;
const waiting = () => page.getByRole('region', { name: 'Waiting for approval' });
const pricesThere = () => [...new Set(stage.other.control.goods().map(({ price }) => price))];

/** Brings in all the goods at this price. */
async function bring(price: string): Promise<void> {
  const { text } = await stage.person.ask<null>('GET', '/api/products/export.csv');
  const buffer = Buffer.from(text.replaceAll(/\b20\.0+\b/g, price));
  await page.goto(`${stage.origin}/products`);
  await page.getByRole('button', { name: 'Import CSV' }).click();
  await page.getByLabel('CSV file').setInputFiles({ name: 'spring prices.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
}

test('a file that is held says so where it was brought in, and leads to what waits', async () => {
  await bring('24.00');
  await page.getByText('24 prices and 0 quantities on your stores').waitFor();
  await page.getByRole('link', { name: 'Look at it under Activity' }).click();
  await waiting().getByText('import of spring prices.csv, 12 products').waitFor();
  await waiting()
    .getByText(/Would change 24 prices and 0 quantities, more than the brake of .* allows; held/)
    .waitFor();
  await waiting().getByRole('button', { name: 'Examples' }).click();
  await waiting()
    .getByRole('row', { name: /Lantern.*20\.00.*becomes.*24\.00/ })
    .first()
    .waitFor();
  await waiting().getByText('As it was worked out').waitFor();
  await page.goto(`${activity()}?tab=jobs&status=held`);
  await page.getByRole('row', { name: /Importing a file.*Held.*approve or discard it/ }).waitFor();
});

test('what waits can be read on every width, in light and dark, with its examples open', async () => {
  await expectUsableAtWidths(page, activity(), async (opened) => {
    await opened.getByRole('button', { name: 'Examples' }).click();
    await opened.getByText('As it was worked out').waitFor();
  });
});

test('discarded, it is gone, and nothing has changed', async () => {
  await page.goto(activity());
  await waiting().getByRole('button', { name: 'Discard' }).click();
  await waiting().waitFor({ state: 'detached' });
  expect(pricesThere()).toEqual(['20.00']);
});

test('an approved one shows how far it is, and what went wrong with it', async () => {
  await bring('25.00');
  await page.getByRole('link', { name: 'Look at it under Activity' }).waitFor();
  let job: Record<string, unknown> = { status: 'running', itemsTotal: 12, itemsProcessed: 3 };
  await page.route(/\/api\/change-sets$/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { items: { change: object }[] };
    const items = body.items.map((one) => ({ ...one, change: { jobId: 'j' }, importing: job.status === 'running' }));
    await route.fulfill({ response: answer, json: { ...body, items } });
  });
  await page.route(/\/api\/sync-jobs\/j$/, (route) => route.fulfill({ json: { id: 'j', ...job } }));
  await page.goto(stage.origin);
  await page.getByText('Nothing needs you at the moment.').waitFor();
  await page.goto(activity());
  await waiting().getByRole('progressbar', { name: 'Importing spring prices.csv' }).waitFor();
  expect(
    await waiting()
      .getByRole('button', { name: /Approve|Discard/ })
      .count(),
  ).toBe(0);
  job = { status: 'failed', errorMessage: 'Nothing was imported. The disk is full.' };
  await waiting().getByRole('alert').getByText('could not be imported: Nothing was imported. The disk is full.').waitFor();
  await waiting().getByRole('button', { name: 'Approve' }).waitFor();
  await page.goto(stage.origin);
  await page.getByText('and waits for you').waitFor();
  await page.unrouteAll({ behavior: 'wait' });
});

test('a failed job offers to be tried again only where that is possible', async () => {
  const { body } = await stage.person.ask<{ items: object[] }>('GET', '/api/sync-jobs?limit=2');
  const failed = {
    jobType: 'import',
    status: 'failed',
    errorMessage: 'The disk is full. The file is not kept: upload it again.',
  };
  const items = body.items.map((one, at) => ({
    ...one,
    ...failed,
    ...(at === 0 ? { changeSetId: null, canRetry: false } : { canRetry: true }),
  }));
  const list = /\/api\/sync-jobs\?(?!.*status)/;
  await page.route(list, (route) => route.fulfill({ json: { items, nextCursor: null } }));
  await page.goto(`${activity()}?tab=jobs`);
  const rows = page.getByRole('row', { name: /Failed.*upload it again/ });
  await rows.nth(1).getByRole('button', { name: 'Retry' }).waitFor();
  await rows.nth(0).getByRole('link', { name: 'Upload again' }).waitFor();
  expect(await rows.nth(0).getByRole('button', { name: 'Retry' }).count()).toBe(0);
  await page.unroute(list);
});

test('approved, it is imported in the background, reaches the stores, and can be undone', async () => {
  await page.goto(activity());
  await waiting().getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Approved. The file is being imported.').waitFor();
  await waiting().waitFor({ state: 'detached' });
  await eventually('the other store shows them', async () => expect(pricesThere()).toEqual(['25.00']));
  await page.getByText('2 bulk changes of the last 30 days').click();
  await page.getByText('Import of spring prices.csv, 12 products').waitFor();
  await page.getByRole('button', { name: 'Undo …' }).first().waitFor();
});

test('no page threw, nothing was refused, nothing was logged as an error', () => {
  expect(browser.errors).toEqual([]);
  expect(stage.errors).toEqual([]);
});
