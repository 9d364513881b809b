// Takes the README's picture anew, from the demo: node scripts/take-screenshots.js
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
    await page.goto(`${address}/products`);
    await page.getByText('In sync', { exact: true }).filter({ visible: true }).first().waitFor();
    // Fonts, and the first of the demo's small changes.
    await page.waitForTimeout(3000);
    await page.screenshot({ path: join(root, 'docs/screenshots/products.png') });
  } finally {
    await browser.close();
  }
}
