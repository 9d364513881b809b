// Takes the README's pictures anew, from the demo: node scripts/take-screenshots.js
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import chromiumInPackage from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const dataFolder = mkdtempSync(join(tmpdir(), 'storesync-screenshots-'));
const demo = spawn(process.execPath, [join(root, 'bin/storesync.js'), 'demo', '--json'], {
  env: { ...process.env, DATA_DIR: dataFolder, LOG_LEVEL: 'silent' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => demo.once('exit', resolve));

try {
  await takePictures(await whenReady());
} finally {
  demo.kill('SIGINT');
  await ended;
  rmSync(dataFolder, { recursive: true, force: true });
}

async function whenReady() {
  for await (const line of createInterface({ input: demo.stdout })) {
    const said = line.startsWith('{') ? JSON.parse(line) : {};
    if (said.address !== undefined) return said;
  }
  throw new Error('The demo ended before it was ready.');
}

async function takePictures({ address, email, password }) {
  // The package's arguments for servers without a screen, but those that would keep the page from saying where it is from.
  const args = chromiumInPackage.args.filter((word) => !/web-security|isolate-origins|site-isolation/i.test(word));
  const browser = await chromium.launch({ executablePath: await chromiumInPackage.executablePath(), args });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${address}/sign-in`);
    await page.fill('input[type=email]', email);
    await page.fill('input[type=password]', password);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    const ask = async (path) => (await page.request.get(`${address}${path}`)).json();
    // Some of the demo's orders, of which one holds a part of what is there.
    const reserved = await eventually(async () => {
      const { today } = await ask('/api/orders/counts');
      const { items } = await ask('/api/inventory?sort=-updatedAt&limit=50');
      return today < 15 ? undefined : items.find((item) => item.reserved > 0 && item.onHand > item.reserved && item.sku !== '');
    });
    const picture = async (name) => page.screenshot({ path: join(root, `docs/screenshots/${name}.png`) });
    await page.goto(`${address}/?days=7`);
    await page.getByRole('img', { name: /Sales/ }).or(page.locator('main svg')).first().waitFor();
    await whenLoaded(page);
    // The packaged browser has no Chinese, Japanese or Korean letters: wait until no such order is shown.
    await eventually(async () =>
      /[\u2e80-\u9fff\uac00-\ud7af]/.test(await page.locator('main').textContent()) ? undefined : true,
    );
    await picture('dashboard');
    await page.goto(`${address}/products?product=${reserved.productId}`);
    await whenLoaded(page);
    const row = page.getByRole('dialog').getByRole('row').filter({ hasText: reserved.sku });
    await row
      .getByRole('button', { name: /: why, on/ })
      .nth(1)
      .click();
    await page.getByText('Should be').waitFor();
    await whenLoaded(page);
    await picture('products');
  } finally {
    await browser.close();
  }
}

/** Tries again, for two minutes at most. */
async function eventually(find) {
  for (let tries = 0; tries < 120; tries++) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error('The demo has not come to what the pictures show.');
}

async function whenLoaded(page) {
  await page.waitForFunction(() => document.querySelectorAll('.skeleton, [aria-busy="true"]').length === 0);
  // Fonts.
  await page.waitForTimeout(800);
}
