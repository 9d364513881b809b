/** A real Chromium on the stage's pages, signed in as its owner. */
import AxeBuilder from '@axe-core/playwright';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '#test/journeys/eventually.ts';
import { owner, type Stage } from '#test/journeys/stage.ts';
import { unpackedBrowser } from '#test/journeys/unpacked-browser.ts';

export interface OpenBrowser {
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** What pages threw, and what the content security policy refused. */
  errors: string[];
  close(): Promise<void>;
}

/** A page that has not answered by then never will: the machine may be busy with much else. */
const stepMs = 60_000;

export async function openBrowser(stage: Stage): Promise<OpenBrowser> {
  const opened = await openAsStranger();
  const { email, password } = owner;
  const signedIn = await opened.context.request.post(`${stage.origin}/api/auth/sign-in/email`, {
    data: { email, password },
    headers: { origin: stage.origin },
  });
  expect(signedIn.ok()).toBe(true);
  return opened;
}

/** Signed in nowhere. */
export async function openAsStranger(): Promise<OpenBrowser> {
  // As a browser runs at home: with its web security, and with contexts that do not share a process. Without graphics of the
  // machine's own: those are imitated here, at three times the work.
  const unlike = /disable-web-security|single-process|no-zygote|gl=|angle|gpu|swiftshader/;
  const args = [...chromium.args.filter((word) => !unlike.test(word)), '--disable-gpu'];
  const browser = await playwright.launch({ args, executablePath: await unpackedBrowser(), headless: true });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(stepMs);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/i.test(message.text())) errors.push(message.text());
  });
  return { browser, context, page, errors, close: () => browser.close() };
}

const animationsAfterTwoFrames =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(document.getAnimations().length))))';
const rulesOfColor = ['color-contrast', 'link-in-text-block'] as const;

/** No serious or critical finding of axe, and nothing wider than the window, in light and in dark. */
export async function expectUsable(
  page: Page,
  address: string,
  /** What is done there first. */
  begin: (page: Page) => Promise<void> = async () => undefined,
): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(address);
  await page.locator('h1:visible, h2:visible').first().waitFor();
  await loaded(page);
  await begin(page);
  expect(await findingsOn(page), 'light').toEqual([]);
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  expect(overflow, 'pixels by which the page is wider than the window').toBeLessThanOrEqual(0);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await eventually('no color is on its way to the other theme', async () =>
    expect(await page.evaluate<number>(animationsAfterTwoFrames)).toBe(0),
  );
  // The rest was looked at in light.
  expect(await findingsOn(page, rulesOfColor), 'dark').toEqual([]);
}

export const loaded = (page: Page): Promise<number> =>
  eventually('it is loaded', async () => expect(await page.locator('.skeleton, [aria-busy="true"]').count()).toBe(0));

/** Serious and critical findings of axe: rule, where, why. */
export async function findingsOn(page: Page, rules: readonly string[] = []): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules.length === 0 ? axe : axe.withRules([...rules])).analyze();
  const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}
