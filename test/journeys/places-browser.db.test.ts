/** A store with several locations: what each of them shows, who counts what, and why. In a real Chromium, by clicks. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { plainStockRule } from '#inventory/stock-rule.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type LinkedStores, linkStores } from '#test/journeys/linked-pair.ts';
import { expectUsable, type OpenBrowser, openBrowser } from '#test/journeys/open-browser.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

interface Place {
  id: string;
  name: string;
  isDefault: boolean;
  ownerStoreId: string | null;
}

let stage: Stage;
let linked: LinkedStores;
let browser: OpenBrowser;
let page: Page;
let names: { source: string; other: string; main: string };

const nameOf = async (id: string) => (await stage.person.get<{ name: string }>(`/api/stores/${id}`)).name;
const ours = async () => (await stage.person.get<{ items: Place[] }>('/api/locations')).items;
const barn = async () =>
  present(
    (await ours()).find(({ name }) => name === 'Barn'),
    'the barn',
  );

beforeAll(async () => {
  stage = await startStage();
  linked = await linkStores(stage, 3);
  const [main] = await ours();
  names = {
    source: await nameOf(linked.sourceStoreId),
    other: await nameOf(linked.otherStoreId),
    main: present(main, 'the default location').name,
  };
  await stage.person.post('/api/locations', { name: 'Barn', priority: 5 });
  await stage.person.post('/api/inventory/receipts', {
    locationId: (await barn()).id,
    lines: [{ variantId: pairOf(0).variantId, units: 7 }],
  });
  await stockInBackRoom();
  browser = await openBrowser(stage);
  page = browser.page;
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

/** The seller's staff stock everything there, with nothing on the shelf yet: what a platform does not stock it does not show. */
async function stockInBackRoom(): Promise<void> {
  const { hosted, control } = stage.source;
  const ask = async (query: string, variables: object) => {
    const answer = await fetch(`${hosted.baseUrl}/admin/api/2026-10/graphql.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-shopify-access-token': control.access().accessToken ?? '' },
      body: JSON.stringify({ query, variables }),
    });
    return ((await answer.json()) as { data: Record<string, { nodes: { id: string; name: string }[] }> }).data;
  };
  const { inventoryItems, locations: theirs } = await ask(
    '{ inventoryItems(first: 9) { nodes { id } } locations(first: 9) { nodes { id name } } }',
    {},
  );
  const location = theirs?.nodes.find(({ name }) => name === 'Back room')?.id;
  for (const { id: item } of inventoryItems?.nodes ?? [])
    await ask(
      `mutation ($item: ID!, $location: ID!, $key: String!) {
        inventoryActivate(inventoryItemId: $item, locationId: $location, available: 0) @idempotent(key: $key) { userErrors { message } } }`,
      { item, location, key: item },
    );
  await stage.person.post(`/api/stores/${linked.sourceStoreId}/sync`, {});
  await stage.pulled(linked.sourceStoreId);
}

const pairOf = (at: number) => present(linked.pairs[at], 'a pair');
const dialog = () => page.locator('dialog:modal').last();
/** Of all its locations together. */
const unitsAtSource = () => stage.source.control.goods().find(({ variantId }) => variantId === pairOf(0).sourceId)?.quantity;
const settingsOf = (storeId: string) => `${stage.origin}/integrations?settings=${storeId}`;
const section = (name: string): Locator => page.getByRole('region', { name, exact: true });
const shownBy = (place: string): Locator => section('Locations').getByLabel(`${place} shows and ships from`);
const locations = () => `${stage.origin}/inventory?locations=open`;
const changeBarn = async () => {
  await page.goto(locations());
  await page.getByRole('button', { name: 'Change Barn' }).click();
  await dialog().getByLabel('Counted by').waitFor();
};
const lineOf = (name: string): Locator => page.getByRole('listitem').filter({ hasText: name });
const why = async (listingStore: string) => {
  await page.goto(`${stage.origin}/inventory?variant=${pairOf(0).variantId}`);
  await page.getByRole('button', { name: new RegExp(`why, on ${listingStore}`) }).click();
  await page.getByRole('table', { name: 'Step by step' }).last().waitFor();
};

describe('a location of a store', () => {
  test('who counts is told; a store counts one location at one place only, said at the field before it is saved', async () => {
    await page.goto(locations());
    await lineOf(names.main).getByText(`Counted by ${names.source}`).waitFor();
    await lineOf('Barn').getByText('Counted by StoreSync').waitFor();
    await changeBarn();
    await dialog().getByLabel('Counted by').selectOption({ label: names.source });
    await dialog()
      .getByText(/counts another location at the same place there/)
      .waitFor();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await eventually('it is refused at the field', async () =>
      expect(await dialog().getByLabel('Counted by').getAttribute('aria-invalid')).toBe('true'),
    );
    expect((await barn()).ownerStoreId).toBeNull();
  });

  test('what it is to show is chosen with the effect in view, and stands there seconds later', async () => {
    await page.goto(settingsOf(linked.sourceStoreId));
    const place = section('Locations');
    await place.getByText(`${names.source} does not sell what stands at Barn`).waitFor();
    await place.getByText(`Shows ${names.main} alone, as ${names.source} counts it.`).waitFor();
    await place.getByText(/^Left alone: it keeps what it shows\./).waitFor();
    await shownBy('Back room').selectOption({ label: 'Barn' });
    await place.getByText('Shows Barn. Its orders are taken from Barn first.').waitFor();
    await place.getByText('0 prices and 1 quantity change.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('The locations that you changed are not saved yet.').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await place.getByText('Shows Barn. Its orders are taken from Barn first.').waitFor();
    await place.getByRole('button', { name: 'Save the locations' }).click();
    await eventually('both stores show all of it', () => expect(unitsAtSource()).toBe(57), 30);
  });

  test('why there are so many: location by location', async () => {
    await why(names.source);
    const table = page.getByRole('table', { name: 'Location by location' });
    await table.getByRole('row', { name: new RegExp(`^Main warehouse ${names.main}, counted there .* 50 50$`) }).waitFor();
    await table.getByRole('row', { name: /^Back room Barn read .* 7 7$/ }).waitFor();
    await page.getByRole('row', { name: 'Counted at Main warehouse by the store +50' }).waitFor();
    await page.getByRole('row', { name: 'Should be 57' }).waitFor();
  });

  test('nothing is sold at a location any more: it shows 0 there, and what it showed is not sold twice', async () => {
    await page.goto(settingsOf(linked.sourceStoreId));
    const place = section('Locations');
    await shownBy('Back room').selectOption({ label: 'Not StoreSync’s: left alone' });
    await place.getByText(/keeps what it shows now, and goes on selling it/).waitFor();
    await shownBy('Back room').selectOption({ label: 'Nothing: it shows 0' });
    await place.getByText('Nothing of yours is sold here: it shows 0.').waitFor();
    await place.getByText(/^0 prices and \d+ quantit(y|ies) change\.$/).waitFor();
    await place.getByRole('button', { name: 'Save the locations' }).click();
    await eventually('Barn is sold at no location of the store', () => expect(unitsAtSource()).toBe(50), 30);
    await why(names.source);
    const table = page.getByRole('table', { name: 'Location by location' });
    await table.getByRole('row', { name: /^Back room Nothing of yours read .* 0 0$/ }).waitFor();
    await page.goto(settingsOf(linked.sourceStoreId));
    await shownBy('Back room').selectOption({ label: 'Barn' });
    await place.getByRole('button', { name: 'Save the locations' }).click();
    await eventually('it is sold there again', () => expect(unitsAtSource()).toBe(57), 30);
  });

  test('the other store, with one location, is asked as before', async () => {
    await why(names.other);
    await page
      .getByText(/sent and accepted/)
      .first()
      .waitFor();
    expect(await page.getByRole('table', { name: 'Location by location' }).count()).toBe(0);
  });

  test('a stock rule is for what the store does not count itself', async () => {
    await page.goto(settingsOf(linked.sourceStoreId));
    await section('Stock rule').getByText('The rule is for what it shows of your other locations.').waitFor();
    await page.goto(settingsOf(linked.otherStoreId));
    await section('Stock rule').getByText("The organization's rule").waitFor();
    expect(
      await section('Stock rule')
        .getByText(/itself/)
        .count(),
    ).toBe(0);
    await section('Locations').getByLabel('Only these').check();
    await section('Locations').getByLabel('Barn', { exact: true }).uncheck();
    await section('Locations').getByText(`Shows ${names.main}.`, { exact: true }).waitFor();
    await section('Locations').getByText('0 prices and 1 quantity change.').waitFor();
    await section('Locations').getByRole('button', { name: 'Save the locations' }).scrollIntoViewIfNeeded();
  });

  test('the store counts the barn from now on, and no rule stands between any more', async () => {
    await changeBarn();
    await dialog().getByLabel('Counted by').selectOption({ label: names.source });
    await dialog()
      .getByText(/^Its figures become the count\. What is changed at its Back room is booked here/)
      .waitFor();
    await dialog().getByText('Nothing changes: every price and quantity stays as it is.').waitFor();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await lineOf('Barn').getByText(`Counted by ${names.source}`).waitFor();
    await page.goto(settingsOf(linked.sourceStoreId));
    await section('Stock rule').getByText(`counts ${names.main} and Barn itself and shows that as it is`).waitFor();
    expect(await section('Locations').getByText('Counted there', { exact: true }).count()).toBe(2);
    expect(await shownBy('Back room').isDisabled()).toBe(true);
  });

  test('a location that a store counts is not closed, and the store not left with nothing', async () => {
    await page.goto(locations());
    await page.getByRole('button', { name: 'Close Barn' }).click();
    await dialog()
      .getByText(/counts this location\. Let StoreSync count it first, then close it\./)
      .waitFor();
    await page.goto(`${stage.origin}/integrations?leave=${linked.sourceStoreId}`);
    await dialog().getByText('It counts 2 locations of yours').waitFor();
    await dialog().getByRole('button', { name: 'Next' }).click();
    await dialog().getByText('Not possible for a store that counts stock of yours.').waitFor();
    expect(await dialog().getByLabel('Set every linked quantity there to 0 first').isDisabled()).toBe(true);
  });
});

describe.each([1440, 390])('%i px wide, in light and in dark, everybody can use', (width) => {
  const height = width === 390 ? 844 : 900;
  test('the locations of a store', async () => {
    await page.setViewportSize({ width, height });
    await expectUsable(page, settingsOf(linked.sourceStoreId), async () => {
      await section('Locations').scrollIntoViewIfNeeded();
    });
    await expectUsable(page, settingsOf(linked.otherStoreId), async () => {
      await section('Locations').scrollIntoViewIfNeeded();
    });
  });

  test('the list of locations, and who counts one', async () => {
    await expectUsable(page, locations(), async () => {
      await page.getByRole('button', { name: 'Change Barn' }).click();
      await dialog().getByLabel('Counted by').selectOption({ label: 'StoreSync' });
      await dialog()
        .getByText(/Nothing changes|change\./)
        .waitFor();
    });
  });

  test('the question why', async () => {
    await expectUsable(page, `${stage.origin}/inventory?variant=${pairOf(0).variantId}`, async () => {
      await page.getByRole('button', { name: new RegExp(`why, on ${names.source}`) }).click();
      await page.getByRole('table', { name: 'Location by location' }).waitFor();
    });
  });
});

describe('taken back', () => {
  test('what changes too much waits for a person, and the dialog says so', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    const follow = (stockRule: object | null) =>
      stage.person.patch(`/api/stores/${linked.sourceStoreId}`, { settings: { stockRule } });
    await follow({ ...plainStockRule, buffer: 2 });
    await page.goto(locations());
    await page.getByRole('button', { name: `Change ${names.main}` }).click();
    await dialog().getByLabel('Counted by').selectOption({ label: 'StoreSync' });
    await dialog().getByText('0 prices and 3 quantities change.').waitFor();
    // The brake itself is tried without a browser: here is what the dialog makes of its answer.
    const pending = { title: 'Waiting for approval', detail: 'Nothing has changed yet.', code: 'brake_pending' };
    await page.route('**/api/locations/*', (route) =>
      route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(pending) }),
    );
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().getByText('Nothing has changed yet.').waitFor();
    await dialog().getByRole('link', { name: 'See it under Activity' }).click();
    await page.waitForURL('**/activity**');
    await page.unrouteAll({ behavior: 'wait' });
    await follow(null);
  });

  test('a location from which the choice is taken away keeps what it shows, and the sheet says so', async () => {
    await changeBarn();
    await dialog().getByLabel('Counted by').selectOption({ label: 'StoreSync' });
    await dialog().getByRole('button', { name: 'Save' }).click();
    await lineOf('Barn').getByText('Counted by StoreSync').waitFor();
    await page.goto(settingsOf(linked.sourceStoreId));
    await shownBy('Back room').selectOption({ label: 'Not StoreSync’s: left alone' });
    await section('Locations')
      .getByText(/^Nothing is sent here any more: it keeps what it shows now, and goes on selling it\./)
      .waitFor();
    await section('Locations').getByRole('button', { name: 'Save the locations' }).scrollIntoViewIfNeeded();
    await section('Locations').getByRole('button', { name: 'Save the locations' }).click();
    await page.getByText('Saved. The quantities that follow from it are being sent.').waitFor();
    expect(unitsAtSource()).toBe(57);
  });

  test('no page threw, or asked for what the content security policy refuses', () => {
    expect(browser.errors).toEqual([]);
  });
});
