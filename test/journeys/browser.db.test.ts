/** The first ten minutes as a person has them: a real Chromium, the built web app, two practice stores, clicks and keys. */
import AxeBuilder from '@axe-core/playwright';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { present } from '#base/assert.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type Stage, type StageShop, startStage } from '#test/journeys/stage.ts';

// Every wait has a bound of its own; this one is for a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

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
const alone = { title: 'Bamboo Steamer', variants: [{ sku: '', price: '27.00', quantity: 3 }] };

const stepTimeout = 15_000;

let stage: Stage;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Exceptions of the page, and what its content security policy has refused. */
const pageErrors: string[] = [];

beforeAll(async () => {
  stage = await startStage({ firstRun: true });
  stage.source.control.add(goods);
  stage.other.control.add([alone, ...goods.toReversed()]);
  browser = await playwright.launch({ args: chromium.args, executablePath: await chromium.executablePath(), headless: true });
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en-US' });
  page = await context.newPage();
  page.setDefaultTimeout(stepTimeout);
  page.on('pageerror', (error) => pageErrors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/i.test(message.text())) pageErrors.push(message.text());
  });
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

  test('the first practice store is connected on its own consent page', async () => {
    await page.getByRole('link', { name: 'Try with a practice store' }).click();
    await agreeTo(stage.source);
  });

  test('the second is connected from the list of integrations', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Integrations' }).click();
    await page.getByRole('button', { name: 'Connect a store' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Connect' });
    await dialog.getByRole('button', { name: 'TikTok Shop' }).click();
    await dialog.getByLabel('The practice store').check();
    await agreeTo(stage.other);
    await eventually('both catalogs are read', async () => {
      const jobs = await listOf<{ jobType: string; status: string }>('/api/sync-jobs');
      expect(jobs.filter(({ jobType, status }) => jobType === 'pull' && status === 'succeeded').length).toBeGreaterThanOrEqual(2);
    });
  });

  test('what belongs together is proposed and linked with one click', async () => {
    await page.goto(`${stage.origin}/product-links?tab=suggestions`);
    await page.getByRole('button', { name: 'Link 5 listings' }).click();
    await page.getByText('5 listings linked').first().waitFor();
    const linked = await listOf<{ platform: string; sku: string }>('/api/listings?status=linked');
    const skus = linked.filter(({ platform }) => platform === stage.other.platform).map(({ sku }) => sku);
    expect(skus.toSorted()).toEqual(['CAN-1', 'LAN-1', 'NAP-Sage', 'NAP-White', 'TRA-1']);
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

  test('the keyboard alone closes the sheet and opens another page', async () => {
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
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      const [product] = await listOf<{ id: string }>('/api/products?q=Napkin');
      const [store] = await listOf<{ id: string }>('/api/stores');
      await page.goto(stage.origin + path.replace('$product', product?.id ?? '').replace('$store', store?.id ?? ''));
      await settled();
      const light = await findingsOn('light');
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect(overflow, 'pixels by which the page is wider than the window').toBeLessThanOrEqual(0);
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      // Loaded anew, so that no color is on its way from one theme to the other; nothing but colors differs between them.
      await page.reload();
      await settled();
      expect([...light, ...(await findingsOn('dark', ['color-contrast', 'link-in-text-block']))]).toEqual([]);
    });
  });

  test('the sign-in page, after signing out', async () => {
    await context.clearCookies();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(`${stage.origin}/products`);
      await page.waitForURL('**/sign-in**');
      await settled();
      expect(await findingsOn(`sign-in, ${colorScheme}`)).toEqual([]);
    }
  });

  test('no page threw, or asked for what the content security policy refuses', () => {
    expect(pageErrors).toEqual([]);
  });
});

const pricesOf = (sku: string): (string | undefined)[] =>
  [stage.source, stage.other].map(({ control }) => control.goods().find((good) => good.sku === sku)?.price);

/** Asks the API as the page would, with its session. */
async function listOf<T>(path: string): Promise<T[]> {
  const answer = await context.request.get(`${stage.origin}${path}`);
  expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true);
  return ((await answer.json()) as { items: T[] }).items;
}

/** From the open dialog of a practice store to its consent page, and back. */
async function agreeTo(shop: StageShop): Promise<void> {
  const proceed = page.getByRole('button', { name: /^Continue at/ });
  await proceed.waitFor();
  for (const [name, value] of Object.entries(shop.kind.fields(shop.control.access()))) {
    await page.locator(`input[name="${name}"]`).fill(value);
  }
  await proceed.click();
  await page.waitForURL(`${shop.hosted.baseUrl}/**`);
  await page.locator('button[value="approve"]').click();
  await page.waitForURL(`${stage.origin}/integrations**`);
  await page.getByText('is connected').first().waitFor();
}

/** Nothing is being loaded any more; the stream of changes never ends, so the network is never idle. */
async function settled(): Promise<void> {
  await page.locator('h1:visible, h2:visible').first().waitFor();
  await eventually('the page is loaded', async () => expect(await page.locator('.skeleton, [aria-busy="true"]').count()).toBe(0));
}

async function findingsOn(where: string, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${where}: ${id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
}

async function expectAccessible(where: string): Promise<void> {
  expect(await findingsOn(where)).toEqual([]);
}
