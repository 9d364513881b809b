/** What the brake holds: seen with what would become of what, and decided upon; and the settings that say how much it lets pass. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsableAtWidths, openLinked } from '#test/journeys/linked-browser.ts';
import type { LinkedStores } from '#test/journeys/linked-pair.ts';
import type { OpenBrowser } from '#test/journeys/open-browser.ts';
import type { Stage } from '#test/journeys/stage.ts';

let stage: Stage;
let linked: LinkedStores;
let browser: OpenBrowser;
let page: Page;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ stage, linked, browser, page, close } = await openLinked(12));
});

afterAll(() => close?.());

const activity = () => `${stage.origin}/activity`;
const waiting = () => page.getByRole('region', { name: 'Waiting for approval' });
const settingsOf = async () =>
  (await stage.person.get<{ settings: { brakePercent: number | null } }>(`/api/stores/${linked.otherStoreId}`)).settings;
/** A rule that would set all that the other store shows to 0. */
const sellNothing = () =>
  stage.person.ask('PATCH', `/api/stores/${linked.otherStoreId}`, {
    settings: { stockRule: { buffer: 1000, percent: 100, cap: null } },
  });

describe('the settings of a store', () => {
  const field = () => page.getByLabel('Bulk brake, %');

  test('say which share may change at once, and what a share is', async () => {
    await page.goto(`${stage.origin}/integrations?settings=${linked.otherStoreId}`);
    expect(await field().inputValue()).toBe('50');
    await field().fill('120');
    await field().blur();
    await page.getByText('must be a whole number from 1 to 100; you typed 120').waitFor();
    await field().fill('25');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await eventually('it is saved', async () => expect((await settingsOf()).brakePercent).toBe(25));
  });
});

describe('what waits for approval', () => {
  test('is shown with examples, which name the goods, what they are and what they would be', async () => {
    expect((await sellNothing()).status).toBe(409);
    await page.goto(activity());
    await waiting().getByText('12 quantities, 12 of them to 0').waitFor();
    await waiting().getByRole('button', { name: 'Examples' }).click();
    await waiting()
      .getByRole('row', { name: /Lantern.*50.*becomes.*0/ })
      .first()
      .waitFor();
  });

  test('can be read on every width, in light and dark, with its examples open', async () => {
    await expectUsableAtWidths(page, activity(), async (opened) => {
      await opened.getByRole('button', { name: 'Examples' }).click();
      await opened
        .getByRole('row', { name: /Lantern/ })
        .first()
        .waitFor();
    });
  });

  test('says that it is being read, and what went wrong; nothing is not taken for none', async () => {
    const lists = /\/api\/change-sets(\/applied)?$/;
    const body = JSON.stringify({ title: 'Bad input', detail: 'Not now.', code: 'invalid_input' });
    await page.route(lists, (route) =>
      setTimeout(() => void route.fulfill({ status: 400, contentType: 'application/problem+json', body }), 1500),
    );
    await page.goto(activity());
    await page.getByRole('status', { name: 'Loading what waits for approval' }).waitFor();
    await page.getByRole('status', { name: 'Loading bulk changes' }).waitFor();
    await eventually('both say so', async () => expect(await page.getByRole('alert').count()).toBe(2));
    await page.unroute(lists);
    await page.getByRole('alert').first().getByRole('button', { name: 'Try again' }).click();
    await waiting().waitFor();
  });

  test('is approved where it stands, and stands among what can be undone', async () => {
    await page.goto(activity());
    await waiting().getByRole('button', { name: 'Approve' }).click();
    await page.getByText('2 bulk changes of the last 30 days').waitFor();
    await waiting().waitFor({ state: 'detached' });
  });
});

test('no page threw, nothing was refused, nothing was logged as an error', () => {
  expect(browser.errors).toEqual([]);
  expect(stage.errors).toEqual([]);
});
