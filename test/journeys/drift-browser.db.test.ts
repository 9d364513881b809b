/** Somebody changes figures on a store that follows ours; then the store is left. In a real Chromium, by clicks and keys. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type LinkedStores, linkStores, startQuantity } from '#test/journeys/linked-pair.ts';
import { expectUsable, type OpenBrowser, openBrowser } from '#test/journeys/open-browser.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

let stage: Stage;
let linked: LinkedStores;
let browser: OpenBrowser;
let page: Page;
let storeName: string;

beforeAll(async () => {
  stage = await startStage();
  linked = await linkStores(stage, 3);
  storeName = (await stage.person.get<{ name: string }>(`/api/stores/${linked.otherStoreId}`)).name;
  browser = await openBrowser(stage);
  page = browser.page;
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const differences = (search = '') => `${stage.origin}/activity?tab=differences${search}`;
const dialog = () => page.locator('dialog:modal');
const pairOf = (at: number) => present(linked.pairs[at], 'a pair');
const thereOf = (at: number) =>
  present(
    stage.other.control.goods().find(({ variantId }) => variantId === pairOf(at).otherId),
    'it is there',
  );
const onHandOf = async (at: number): Promise<number | undefined> =>
  (await stage.person.get<{ items: { onHand: number }[] }>(`/api/inventory?variantId=${pairOf(at).variantId}`)).items[0]?.onHand;
const priceOf = async (id: string) => stage.source.control.goods().find(({ variantId }) => variantId === id)?.price ?? `no ${id}`;
/** The platform tells nobody of an edit: the store is read. */
const readAgain = () => stage.person.post(`/api/stores/${linked.otherStoreId}/sync`, {});
const row = (field: string) => page.getByRole('row', { name: new RegExp(field) }).filter({ visible: true });

describe('what is changed on a store', () => {
  test('nothing yet: the page says what belongs there', async () => {
    await page.goto(differences());
    await page.getByText('Every store shows what it should').waitFor();
  });

  test('the settings of a store ask what is to become of it, and those of the owner of the figures do not', async () => {
    await page.goto(`${stage.origin}/integrations?settings=${linked.sourceStoreId}`);
    await page.getByRole('heading', { name: 'Brakes' }).waitFor();
    expect(await page.getByRole('group', { name: 'A quantity' }).count()).toBe(0);
    await page.goto(`${stage.origin}/integrations?settings=${linked.otherStoreId}`);
    for (const field of ['A price', 'A quantity']) await page.getByRole('group', { name: field }).getByLabel('Ask me').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await eventually('it is saved', async () => {
      const { settings } = await stage.person.get<{ settings: object }>(`/api/stores/${linked.otherStoreId}`);
      expect(settings).toMatchObject({ drift: { price: 'ask', quantity: 'ask' } });
    });
  });

  test('a price changed there comes to the open page, waits, and is taken over for that listing alone', async () => {
    await page.goto(differences());
    await page.getByText('Every store shows what it should').waitFor();
    stage.other.control.edit(pairOf(0).otherId, { price: '26.50' });
    await readAgain();
    await row('Price').getByText('Waits for you').waitFor();
    await row('Price').getByText('$26.50').waitFor();
    await page.goto(stage.origin);
    await page.getByRole('link', { name: /1 price or quantity was changed on a store/ }).click();
    await row('Price')
      .getByRole('button', { name: /^Decide.*: Lantern/ })
      .click();
    await dialog()
      .getByText(/is to count|Put ours back/)
      .first()
      .waitFor();
    await dialog().getByText('gets your price again: $20.00').waitFor();
    await dialog().getByLabel('Take theirs over').check();
    await dialog().getByText('$26.50 stands on this listing alone').waitFor();
    await dialog().getByRole('button', { name: 'Take theirs over' }).click();
    await page.getByText('1 difference taken over').waitFor();
    await page.goto(differences());
    await row('Price').getByText('Taken over').waitFor();
    await row('Price')
      .getByText(/Linh Tran/)
      .waitFor();
    expect([thereOf(0).price, await priceOf(pairOf(0).sourceId)]).toEqual(['26.50', '20.00']);
  });

  test('it is found by its title, and what is not found says so', async () => {
    const search = page.getByRole('searchbox', { name: 'Search title, SKU or barcode' });
    await search.fill('kettle');
    await row('Price').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear' }).first().waitFor();
    await search.fill('lantern');
    await row('Price').getByText('Taken over').waitFor();
    await search.fill('');
    await page.waitForURL(differences());
  });

  test('later it may be decided otherwise: ours is put back', async () => {
    await row('Price')
      .getByRole('button', { name: /^Decide.*: Lantern/ })
      .click();
    await dialog().getByText('The listing loses its own price of $26.50').waitFor();
    await dialog().getByRole('button', { name: 'Put ours back' }).click();
    await eventually('ours stands there again', () => expect(thereOf(0).price).toBe('20.00'), 30);
  });

  test('quantities are put back at once, wait for a word about the stock, and many are decided together', async () => {
    stage.other.control.edit(pairOf(1).otherId, { quantity: startQuantity + 4 });
    stage.other.control.edit(pairOf(2).otherId, { quantity: startQuantity + 2 });
    await readAgain();
    await eventually('ours are put back', () => expect([thereOf(1).quantity, thereOf(2).quantity]).toEqual([50, 50]), 30);
    await eventually(
      'orders had their time',
      async () => {
        stage.advance(30);
        expect((await stage.person.get<{ waiting: number }>('/api/drifts')).waiting).toBe(2);
      },
      40,
    );
    await page.goto(differences('&drift=waiting&field=quantity'));
    await eventually('both are shown', async () => expect(await row('Quantity').count()).toBe(2));
    for (const each of await row('Quantity').all()) await each.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Take theirs over' }).click();
    await dialog().getByText('6 units in all are added to your stock.').waitFor();
    await dialog().getByRole('button', { name: 'Take theirs over' }).click();
    await page.getByText('2 differences taken over').waitFor();
    expect([await onHandOf(1), await onHandOf(2)]).toEqual([54, 52]);
    await eventually('both stores follow', () => expect(thereOf(1).quantity).toBe(54), 30);
  });
});

describe.each([1440, 390])('%i px wide, in light and in dark, everybody can use', (width) => {
  const height = width === 390 ? 844 : 900;
  test('the differences', async () => {
    await page.setViewportSize({ width, height });
    await expectUsable(page, differences());
  });

  test('the question that decides one', async () => {
    await expectUsable(page, differences(), async () => {
      await page
        .getByRole('button', { name: /^Decide.*: Lantern/ })
        .filter({ visible: true })
        .first()
        .click();
      await dialog().waitFor();
    });
  });

  test('the policy of a store', async () => {
    await expectUsable(page, `${stage.origin}/integrations?settings=${linked.otherStoreId}`, async () =>
      page.getByRole('group', { name: 'A quantity' }).scrollIntoViewIfNeeded(),
    );
  });

  test('the way out of a store', async () => {
    await expectUsable(page, `${stage.origin}/integrations`, async () => {
      await openLeaving();
      await dialog().getByRole('button', { name: 'Next' }).click();
      await dialog().getByText('linked listings').waitFor();
    });
  });
});

async function openLeaving(): Promise<void> {
  const card = page.getByRole('article', { name: storeName, exact: true });
  await card.getByRole('button', { name: `More for ${storeName}` }).click();
  await page.getByRole('menuitem', { name: 'Disconnect' }).click();
  await dialog().waitFor();
}

describe('leaving a store', () => {
  const toQuantities = async () => {
    await page.goto(`${stage.origin}/integrations`);
    await openLeaving();
    await dialog().getByText('Its new orders no longer arrive here').waitFor();
    await dialog().getByRole('button', { name: 'Next' }).click();
  };
  const toZero = async () => {
    await dialog().getByLabel('Set every linked quantity there to 0 first').check();
    await dialog().getByRole('button', { name: 'Set them to 0' }).click();
    await dialog().getByText('3 quantities are known to be 0 there.').waitFor();
    expect([0, 1, 2].map((at) => thereOf(at).quantity)).toEqual([0, 0, 0]);
  };

  test('every quantity there is set to 0, and who stops then has them back', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await toQuantities();
    await toZero();
    await dialog().getByRole('button', { name: 'Stop, and send quantities again' }).click();
    await dialog().getByLabel('Leave the quantities as they are now').waitFor();
    await eventually('they are back', () => expect([0, 1, 2].map((at) => thereOf(at).quantity)).toEqual([50, 54, 52]), 30);
    expect([await onHandOf(0), await onHandOf(1)]).toEqual([50, 54]);
  });

  test('its name is typed to leave it; links can be kept as a file, and stay', async () => {
    await toQuantities();
    await toZero();
    await dialog().getByRole('button', { name: 'Next' }).click();
    const file = present(await dialog().getByRole('link', { name: 'Download the links' }).getAttribute('href'), 'an address');
    const links = await (await browser.context.request.get(`${stage.origin}${file}`)).text();
    expect(links.trim().split('\n')).toHaveLength(4);
    const button = dialog().getByRole('button', { name: 'Disconnect', exact: true });
    expect(await button.isDisabled()).toBe(true);
    await dialog().getByLabel("Type the store's name to confirm").fill(storeName);
    await button.click();
    await dialog().getByText('When it was left, 3 quantities were right.').waitFor();
    const left = await stage.person.get<{ status: string; counts: { linked: number } }>(`/api/stores/${linked.otherStoreId}`);
    expect(left).toMatchObject({ status: 'disconnected', counts: { linked: 3 } });
    expect([await onHandOf(0), await onHandOf(1)]).toEqual([50, 54]);
  });

  test('an address that leads to the way out says that the store is left already', async () => {
    await page.goto(`${stage.origin}/integrations?leave=${linked.otherStoreId}`);
    await dialog()
      .getByRole('heading', { name: `${storeName} is disconnected` })
      .waitFor();
    expect(await dialog().getByRole('button', { name: 'Next' }).count()).toBe(0);
    await dialog().getByRole('link', { name: 'Show its card' }).click();
    await page.getByRole('article', { name: storeName, exact: true }).waitFor();
    expect(await dialog().count()).toBe(0);
  });

  test('no page threw, or asked for what the content security policy refuses', () => {
    expect(browser.errors).toEqual([]);
  });
});
