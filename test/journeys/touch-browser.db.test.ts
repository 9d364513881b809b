/** What explains a figure, a word or a time is reached by finger and by keyboard alone, on a screen of 390 px. In a real Chromium. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type LinkedStores, linkStores } from '#test/journeys/linked-pair.ts';
import { expectUsable, type OpenBrowser, openBrowser } from '#test/journeys/open-browser.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

const phone = { width: 390, height: 844 };

let stage: Stage;
let linked: LinkedStores;
let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  stage = await startStage();
  linked = await linkStores(stage, 2);
  browser = await openBrowser(stage);
  const browserOf = present(browser.context.browser(), 'its browser');
  const context = await browserOf.newContext({
    viewport: phone,
    hasTouch: true,
    isMobile: true,
    reducedMotion: 'reduce',
    locale: 'en-US',
    timezoneId: 'Asia/Ho_Chi_Minh',
    storageState: await browser.context.storageState(),
  });
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const panel = () => page.locator(':popover-open');

/** The panel that opens lies within the window, and says so much; Escape closes it and gives the focus back. */
async function readIn(open: () => Promise<void>, trigger: Locator, words: RegExp): Promise<void> {
  await open();
  await panel().getByText(words).first().waitFor();
  await eventually('it lies within the window', async () => {
    const box = present(await panel().boundingBox(), 'its place');
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(phone.width);
  });
  await page.keyboard.press('Escape');
  await panel().waitFor({ state: 'hidden' });
  await trigger.and(page.locator(':focus')).waitFor();
}

const byFinger = (trigger: Locator, words: RegExp) => readIn(() => trigger.tap(), trigger, words);
const byKey = (trigger: Locator, words: RegExp) =>
  readIn(
    async () => {
      await trigger.focus();
      await page.keyboard.press('Enter');
    },
    trigger,
    words,
  );

describe('on a phone', () => {
  test('a number tells why it is what it is', async () => {
    await page.goto(`${stage.origin}/product-links`);
    const quantity = page.getByRole('button', { name: /^50: why, on/ }).first();
    await byFinger(quantity, /Why is the quantity of/);
    await byKey(quantity, /On hand at/);
  });

  test('a word on a store tells what it means, and a time which moment it was', async () => {
    await page.goto(`${stage.origin}/integrations`);
    const held = page.getByRole('button', { name: 'Held' }).first();
    await byFinger(held, /Nothing is sent for these/);
    await byKey(held, /Nothing is sent for these/);
    const source = page.getByRole('button', { name: 'Owns products and prices' });
    await byFinger(source, /other stores follow/);
    const synced = page.getByRole('button', { name: /ago|just now/ }).first();
    await byFinger(synced, /^\w{3} \d{1,2}, \d{4}, \d{2}:\d{2}:\d{2} GMT\+7$/);
  });

  test('the whole name of a listing is read in its sheet', async () => {
    const { items } = await stage.person.get<{ items: { id: string; productTitle: string }[] }>(
      `/api/listings?storeId=${linked.otherStoreId}`,
    );
    const listing = present(items[0], 'a listing');
    await page.goto(`${stage.origin}/product-links?listing=${listing.id}`);
    const heading = page.getByRole('dialog').getByRole('heading', { name: listing.productTitle });
    await heading.waitFor();
    expect(await heading.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
  });

  test('an open panel has no serious finding of axe', async () => {
    await expectUsable(page, `${stage.origin}/integrations`, async () => {
      await page.getByRole('button', { name: 'Held' }).first().tap();
      await panel().waitFor();
    });
  });
});

describe('a right that is missing', () => {
  test('is told in plain words beside the platform’s own, with the way to grant it', async () => {
    const stores = /\/api\/stores\?/;
    await page.route(stores, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { items: { scopesMissing: string[] }[] };
      const [first] = body.items;
      if (first !== undefined) first.scopesMissing = ['read_orders', 'something_new'];
      await route.fulfill({ response: answer, json: body });
    });
    await page.goto(`${stage.origin}/integrations`);
    const card = page.getByRole('article').first();
    await card.getByText('see orders read_orders').waitFor();
    await card.getByText('something_new', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Reconnect' }).tap();
    await page.getByRole('dialog', { name: /^Connect / }).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
  });
});
