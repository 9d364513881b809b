/** The first ten minutes as a person has them: a real Chromium, the built web app, two practice stores, clicks and keys. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { expectUsable, findingsOn, loaded, type OpenBrowser, openAsStranger } from '#test/journeys/open-browser.ts';
import { type Stage, type StageShop, startStage } from '#test/journeys/stage.ts';

const owner = { name: 'Linh Tran', email: 'linh@shop.example', password: 'nine blue lanterns', business: 'Blue Lantern' };

/** Three simple things, of which one has no SKU on the other store, one thing with options, and one that stands alone. */
const goods = [
  { title: 'Paper Lantern', variants: [{ sku: 'LAN-1', price: '24.00', quantity: 12 }] },
  { title: 'Brass Candle Holder', variants: [{ sku: 'CAN-1', price: '31.00', quantity: 5 }] },
  { title: 'Rattan Tray', variants: [{ sku: 'TRA-1', price: '18.50', quantity: 0 }] },
  {
    title: 'Linen Napkin',
    options: ['Color'],
    variants: ['White', 'Sage'].map((color) => ({ optionValues: [color], sku: `NAP-${color}`, price: '9.00', quantity: 40 })),
  },
];
/** The first store sells it without counting it. */
const uncounted = { title: 'Gift Wrapping', variants: [{ sku: 'WRAP', price: '4.00', quantity: 0, tracked: false }] };
const alone = { title: 'Bamboo Steamer', variants: [{ sku: '', price: '27.00', quantity: 3 }] };

let stage: Stage;
let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  stage = await startStage({ firstRun: true });
  stage.source.control.add([...goods, uncounted]);
  stage.other.control.add([alone, ...goods.toReversed()]);
  browser = await openAsStranger();
  page = browser.page;
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

describe('the story', () => {
  test('nobody is here yet: the first page asks for the owner, and then shows the first steps', async () => {
    await page.goto(stage.origin);
    await page.waitForURL('**/setup');
    await expectAccessible('first run');
    await page.getByLabel('Your name').fill(owner.name);
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await page.getByLabel('Business name').fill(owner.business);
    await page.getByLabel('Currency').selectOption('USD');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForURL('**/start');
    await page.getByText('Your first ten minutes').waitFor();
    await expectAccessible('start, empty');
  });

  test('a practice store is connected with one click and its own consent page: nothing is typed', async () => {
    await page.getByRole('button', { name: 'Connect practice Shopify' }).click();
    await agreeOn(stage.source);
  });

  test('the first steps tell what is true: the goods of the first store are linked by nobody', async () => {
    await firstPull(1);
    await page.goto(`${stage.origin}/start`);
    await page.getByText('1 of 3 done').waitFor();
    await page.getByText('Connect a second store, and what both sell is found for you.').waitFor();
    expect(await page.getByRole('button', { name: 'Connect practice Shopify' }).count()).toBe(0);
    await expectAccessible('start, one store');
  });

  test('the second is connected by one click too', async () => {
    await page.getByRole('button', { name: 'Connect practice TikTok Shop' }).click();
    await agreeOn(stage.other);
    await firstPull(2);
    expect(await page.getByRole('button', { name: /Connect practice/ }).count()).toBe(0);
  });

  test('what belongs together is proposed and linked with one click', async () => {
    await page.goto(`${stage.origin}/product-links?tab=suggestions`);
    await page.getByRole('button', { name: 'Link 5 listings' }).click();
    await page.getByText('5 listings linked').first().waitFor();
    const linked = await listOf<{ platform: string; sku: string }>('/api/listings?status=linked');
    const skus = linked.filter(({ platform }) => platform === stage.other.platform).map(({ sku }) => sku);
    expect(skus.toSorted()).toEqual(['CAN-1', 'LAN-1', 'NAP-Sage', 'NAP-White', 'TRA-1']);
  });

  test('with links confirmed, the first steps say that only the price is left', async () => {
    await page.goto(`${stage.origin}/start`);
    await page.getByText('2 of 3 done').waitFor();
  });

  test('goods that their store does not count are told so, without alarm, and counted from a click on', async () => {
    await page.goto(`${stage.origin}/product-links?q=Wrapping`);
    await page.getByRole('button', { name: 'Not tracked: why?' }).click();
    await page.getByText('The store sells it without counting it').waitFor();
    await expectAccessible('not tracked');
    await page.getByRole('dialog', { name: 'Not tracked: why?' }).getByRole('button', { name: 'Enable tracking' }).click();
    const dialog = page.getByRole('dialog', { name: /^Enable tracking of one listing/ });
    await dialog.getByRole('button', { name: 'Enable tracking' }).click();
    await dialog.getByText('Tracking is being enabled for 1 listing.').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await eventually('the store counts it', () => {
      expect(stage.source.control.goods().find(({ sku }) => sku === 'WRAP')?.tracked).toBe(true);
    });
    await page.getByText('In sync', { exact: true }).filter({ visible: true }).first().waitFor();
  });

  test('the rules of a store show what they would do while they are typed, and do just that when saved', async () => {
    const [other] = (await listOf<{ id: string; platform: string }>('/api/stores')).filter(
      ({ platform }) => platform === stage.other.platform,
    );
    await page.goto(`${stage.origin}/integrations?settings=${other?.id ?? ''}`);
    const sheet = page.getByRole('dialog');
    await sheet.getByText('Nothing changes: every price and quantity stays as it is.').waitFor();
    for (const which of ['Price rule', 'Stock rule'])
      await sheet.getByRole('radiogroup', { name: which }).getByLabel('A rule of its own').check();
    await sheet.getByRole('button', { name: 'Percent', exact: true }).click();
    await sheet.getByText('5 prices and 0 quantities change.').waitFor();
    await sheet.getByLabel('Keep back', { exact: true }).fill('5');
    await sheet.getByText('5 prices and 4 quantities change, 1 of them to 0.').waitFor();
    await sheet.getByRole('row', { name: /Brass Candle Holder.*\$31\.00.*\$34\.10.*5.*0/ }).waitFor();
    await expectAccessible('store settings with a preview');
    expect(pricesOf('CAN-1')).toEqual(['31.00', '31.00']);
    // What is typed while the page still reads anew what it has saved is not lost.
    await page.route('**/api/stores*', async (route) => {
      await sleep(1500);
      await route.continue();
    });
    await sheet.getByRole('button', { name: 'Save' }).click();
    await eventually('the other store shows what the preview said', () => {
      expect(pricesOf('CAN-1')).toEqual(['31.00', '34.10']);
      expect(quantityOf('CAN-1')).toBe(0);
    });
    await sheet.getByRole('button', { name: 'Remove step 1' }).click();
    await sheet.getByLabel('Keep back', { exact: true }).fill('0');
    await page.unrouteAll({ behavior: 'wait' });
    await sheet.getByText('Not saved yet').waitFor();
    // Whoever leaves is asked first, by key or by cross, and finds all as it was.
    await page.keyboard.press('Escape');
    await sheet.getByText('What you changed here is not saved yet.').waitFor();
    await sheet.getByRole('button', { name: 'Go on' }).click();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await eventually('the rules are taken back', () => {
      expect(pricesOf('CAN-1')).toEqual(['31.00', '31.00']);
      expect(quantityOf('CAN-1')).toBe(5);
    });
  });

  test('a link gets a price of its own, which the question why leads back to', async () => {
    const [listing] = (await listOf<{ id: string; sku: string; platform: string }>('/api/listings?q=TRA-1')).filter(
      ({ platform }) => platform === stage.other.platform,
    );
    await page.goto(`${stage.origin}/product-links?listing=${listing?.id ?? ''}`);
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('A fixed price').check();
    await sheet.getByLabel('Fixed price in USD').fill('17.25');
    await sheet.getByRole('button', { name: 'Save' }).click();
    await eventually('the store shows it', () => expect(pricesOf('TRA-1')).toEqual(['18.50', '17.25']));
    await sheet.getByRole('button', { name: /^\$17\.25: why/ }).click();
    await page.getByRole('link', { name: 'A price of its own, set on this link' }).waitFor();
    await page.keyboard.press('Escape');
    await sheet.getByLabel('By the rule of the store').first().check();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await eventually('the price follows yours again', () => expect(pricesOf('TRA-1')).toEqual(['18.50', '18.50']));
  });

  test('a word with two letters in each other’s place still finds its product', async () => {
    await page.goto(`${stage.origin}/products`);
    await page.getByLabel('Search title, SKU or barcode').fill('tary');
    await page.getByRole('link', { name: 'Rattan Tray' }).waitFor();
  });

  test('a price changed in the product sheet stands on both stores seconds later, and the sheet says so', async () => {
    await page.goto(`${stage.origin}/products`);
    await page.getByRole('link', { name: 'Paper Lantern' }).first().click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: /change the price of LAN-1/ }).click();
    await page.getByLabel('Price in USD').fill('27.40');
    await page.getByRole('button', { name: 'Save' }).click();
    await eventually('both stores show the price', () => expect(pricesOf('LAN-1')).toEqual(['27.40', '27.40']));
    await sheet.getByRole('button', { name: /\$27\.40: change the price of LAN-1/ }).waitFor();
    await eventually('the sheet shows both stores in sync', async () => {
      const [product] = await listOf<{ cells: { state: string }[] }>('/api/products?q=LAN-1');
      expect(product?.cells.map(({ state }) => state)).toEqual(['in_sync', 'in_sync']);
    });
  });

  test('a price changed on the first store reaches the open page and the other store without a reload', async () => {
    const good = present(
      stage.source.control.goods().find(({ sku }) => sku === 'LAN-1'),
      'the lantern',
    );
    stage.source.control.edit(good.variantId, { price: '33.30' });
    await page.getByRole('button', { name: /\$33\.30: change the price of LAN-1/ }).waitFor();
    await eventually('the other store shows the price', () => expect(pricesOf('LAN-1')).toEqual(['33.30', '33.30']));
  });

  test('somebody else joins by a link, with the role that the link gives', async () => {
    await page.goto(`${stage.origin}/settings`);
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialog.getByLabel('Their e-mail').fill('an@shop.example');
    await dialog.getByLabel('Role').selectOption('viewer');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByRole('dialog', { name: 'Hand this link over' }).locator('code').textContent();
    const elsewhere = await browser.browser.newContext();
    const other = await elsewhere.newPage();
    await other.goto(link ?? '');
    await other.getByLabel('Your name').fill('An Pham');
    await other.getByLabel('Password').fill('seven red lanterns');
    await other.getByRole('button', { name: 'Join', exact: true }).click();
    await other.waitForURL(`${stage.origin}/`);
    const me = await other.evaluate<object>("fetch('/api/me').then((answer) => answer.json())");
    expect(me).toMatchObject({ role: 'viewer', user: { name: 'An Pham' }, organization: { name: owner.business } });
    await elsewhere.close();
    await page.reload();
    await page.getByLabel('Role of An Pham').waitFor();
    await page.goto(`${stage.origin}/products?product=${(await listOf<{ id: string }>('/api/products?q=LAN-1'))[0]?.id ?? ''}`);
  });

  test('the keyboard alone closes the sheet and opens another page', async () => {
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await eventually('the sheet is closed', async () => expect(await page.getByRole('dialog').count()).toBe(0));
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Activity' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/activity**');
  });
});

describe('every page can be used by everybody: no serious or critical finding of axe', () => {
  const paths = [
    '/start',
    '/products',
    '/products?product=$product',
    '/product-links',
    '/product-links?tab=unlinked',
    '/product-links?tab=suggestions',
    '/product-links?tab=ignored',
    '/integrations',
    '/integrations?connect=1',
    '/integrations?settings=$store',
    '/product-links?listing=$listing',
    '/product-links?state=not_tracked',
    '/inventory',
    '/activity',
    '/settings',
    '/nowhere',
  ];
  const widths = [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ];

  describe.each(widths)('$width px wide, in light and in dark', (viewport) => {
    test.each(paths)('%s', async (path) => {
      await page.setViewportSize(viewport);
      const [product] = await listOf<{ id: string }>('/api/products?q=Napkin');
      const [store] = await listOf<{ id: string }>('/api/stores');
      const [listing] = await listOf<{ id: string }>('/api/listings?status=linked');
      const ids = { $product: product?.id ?? '', $store: store?.id ?? '', $listing: listing?.id ?? '' };
      await expectUsable(
        page,
        stage.origin + path.replaceAll(/\$(?:product|store|listing)/g, (name) => ids[name as keyof typeof ids]),
      );
    });
  });

  test('an address with words that no page knows, or that an older version knew, opens the page as it is without them', async () => {
    await page.goto(`${stage.origin}/activity?tab=brakes&level=loud`);
    const view = page.getByRole('radio', { name: 'What happened' });
    await eventually('a view is chosen', async () => expect(await view.isChecked()).toBe(true));
  });

  test('the page of an invitation', async () => {
    await page.goto(`${stage.origin}/join?invitation=0199d0a0-0000-7000-8000-000000000000&email=an@shop.example`);
    await settled();
    await expectAccessible('join');
  });

  test('the sign-in page, after signing out', async () => {
    await browser.context.clearCookies();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(`${stage.origin}/products`);
      await page.waitForURL('**/sign-in**');
      await settled();
      await expectAccessible(`sign-in, ${colorScheme}`);
    }
  });

  test('coming back from a consent page signed out: one signs in, and goes on', async () => {
    await page.goto(`${stage.origin}/api/stores/oauth/callback/shopify?state=forgotten`);
    await page.waitForURL('**/sign-in**');
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/integrations?problem=forbidden');
    await page.getByText('The store was not connected').waitFor();
  });

  test('no page threw, or asked for what the content security policy refuses', () => {
    expect(browser.errors).toEqual([]);
  });
});

const pricesOf = (sku: string): (string | undefined)[] =>
  [stage.source, stage.other].map(({ control }) => control.goods().find((good) => good.sku === sku)?.price);

const quantityOf = (sku: string): number | undefined => stage.other.control.goods().find((good) => good.sku === sku)?.quantity;

/** Asks the API as the page would, with its session. */
async function listOf<T>(path: string): Promise<T[]> {
  const answer = await browser.context.request.get(`${stage.origin}${path}`);
  expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true);
  return ((await answer.json()) as { items: T[] }).items;
}

/** On the consent page of a practice store, and back. */
async function agreeOn(shop: StageShop): Promise<void> {
  await page.waitForURL(`${shop.hosted.baseUrl}/**`);
  await page.locator('button[value="approve"]').click();
  await page.waitForURL(`${stage.origin}/integrations**`);
  await page.getByText('is connected').first().waitFor();
}

async function firstPull(stores: number): Promise<void> {
  await eventually('the catalogs are read', async () => {
    const jobs = await listOf<{ jobType: string; status: string }>('/api/sync-jobs');
    expect(jobs.filter(({ jobType, status }) => jobType === 'pull' && status === 'succeeded').length).toBeGreaterThanOrEqual(
      stores,
    );
  });
}

/** Nothing is being loaded any more; the stream of changes never ends, so the network is never idle. */
async function settled(): Promise<void> {
  await page.locator('h1:visible, h2:visible').first().waitFor();
  await loaded(page);
}

async function expectAccessible(where: string): Promise<void> {
  expect(await findingsOn(page), where).toEqual([]);
}
