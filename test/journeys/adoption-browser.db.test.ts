/** The store that counts shows 0 for nearly everything: what waits, what had been taken over, and a person's no, in the browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsableAtWidths, openLinked } from '#test/journeys/linked-browser.ts';
import { startQuantity } from '#test/journeys/linked-pair.ts';
import type { OpenBrowser } from '#test/journeys/open-browser.ts';
import type { Stage } from '#test/journeys/stage.ts';

let stage: Stage;
let browser: OpenBrowser;
let page: Page;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ stage, browser, page, close } = await openLinked(14));
});

afterAll(() => close?.());

const activity = () => `${stage.origin}/activity`;
const waiting = () => page.getByRole('region', { name: 'Waiting for approval' });
const unitsAt = (shop: 'source' | 'other') => stage[shop].control.goods().map(({ quantity }) => quantity);
const zeros = (units: readonly number[]) => units.filter((one) => one === 0).length;
/** Goods of the source store that show what they did at first. */
const left = () => unitsAt('source').filter((units) => units === startQuantity).length;

test('beyond the limit nothing is taken over, and the dashboard and what waits say so', async () => {
  const goods = stage.source.control.goods();
  const empty = (some: typeof goods) => {
    for (const { variantId } of some) stage.source.control.edit(variantId, { quantity: 0 });
  };
  empty(goods.slice(0, 6));
  await eventually('these are taken over', async () => expect(zeros(unitsAt('other'))).toBe(6));
  empty(goods.slice(6));
  await page.goto(stage.origin);
  await page.getByRole('button', { name: /^Freshness: All true but \d+ listings$/ }).waitFor();
  await page.getByRole('link', { name: /Very many figures changed at once on .*: would change \d+ listings/ }).click();
  await waiting()
    .getByText(/shows 0 for \d+ quantities. None of it is taken over, .* \d+ set to 0 had been taken over within the hour/)
    .waitFor();
  await waiting().getByRole('button', { name: 'Examples' }).click();
  await waiting()
    .getByRole('row', { name: /Lantern.*50.*becomes.*0/ })
    .first()
    .waitFor();
});

test('what waits can be read on every width, in light and dark', async () => {
  await expectUsableAtWidths(page, activity(), async (opened) => {
    await opened.getByRole('button', { name: 'Examples' }).click();
    await opened.getByText('becomes').first().waitFor({ state: 'attached' });
  });
});

test('one is decided among the differences, in words that say what becomes of it', async () => {
  const before = left();
  await page.goto(`${activity()}?tab=differences&cause=too_many`);
  await page
    .getByRole('button', { name: /^Decide: Lantern/ })
    .first()
    .click();
  const dialog = page.locator('dialog:modal');
  await dialog.getByText(/Very many were set to 0 there within an hour; nothing of it is taken over until you decide/).waitFor();
  await dialog.getByRole('button', { name: 'Put ours back' }).click();
  await eventually('it stands there again', async () => expect(left()).toBe(before + 1));
});

test('discarded, ours is put back there', async () => {
  const taken = zeros(unitsAt('other'));
  await page.goto(activity());
  await waiting().getByRole('button', { name: 'Discard' }).click();
  await page.getByText('Discarded. Yours are put back there.').waitFor();
  await waiting().waitFor({ state: 'detached' });
  await eventually('they stand there again', async () => expect(left()).toBe(14 - taken));
  expect(zeros(unitsAt('other'))).toBe(taken);
  await page.getByRole('button', { name: /^Freshness: All stores true/ }).waitFor();
  expect(browser.errors).toEqual([]);
});
