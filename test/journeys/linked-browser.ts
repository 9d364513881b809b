/** How most journeys in a browser begin: two stores, so many goods linked, and their owner signed in. */
import type { Page } from 'playwright-core';
import { type LinkedStores, linkStores } from '#test/journeys/linked-pair.ts';
import { expectUsable, type OpenBrowser, openBrowser } from '#test/journeys/open-browser.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

export interface LinkedBrowser {
  stage: Stage;
  linked: LinkedStores;
  browser: OpenBrowser;
  page: Page;
  close(): Promise<void>;
}

export async function openLinked(goods: number): Promise<LinkedBrowser> {
  const stage = await startStage();
  try {
    const linked = await linkStores(stage, goods);
    const browser = await openBrowser(stage);
    const close = async () => {
      await browser.close();
      await stage.close();
    };
    return { stage, linked, browser, page: browser.page, close };
  } catch (thrown) {
    await stage.close();
    throw thrown;
  }
}

/** As `expectUsable`, at the width of a desk and of a phone; the page is as wide as a desk then. */
export async function expectUsableAtWidths(page: Page, address: string, begin: (page: Page) => Promise<void>): Promise<void> {
  const desk = { width: 1440, height: 900 };
  for (const viewport of [desk, { width: 390, height: 844 }]) {
    await page.setViewportSize(viewport);
    await expectUsable(page, address, begin);
  }
  await page.setViewportSize(desk);
}
