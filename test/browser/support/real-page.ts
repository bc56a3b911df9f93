import type { Browser, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { encodeLink } from '../../../src/io/permalink.ts';
import { DEFAULT_SPEC } from '../../../src/io/spec.ts';
import { launchChrome } from './chrome.ts';
import { openIn } from './page-driver.ts';
import { sharedChrome } from './shared-chrome.ts';
import { servePage, type Site } from './site.ts';

const BUILD_LIMIT_MS = 180_000;

/** Tabs of the built page in a Chrome with WebGPU; a test's pages are left after it, and what they had kept is gone. */
export interface RealPage {
  /** Opens the page; `fragment` is what follows its address, `#` included. */
  readonly open: (fragment?: string) => Promise<Page>;
  /** Where the page is served. */
  readonly url: () => string;
}

/**
 * Serves the page for the tests of one file, and stops after.
 *
 * @param chrome `own` starts a Chrome for this file: where one that has shown the page before would be quicker, or would not be the
 *   same to the files after.
 */
export function useRealPage(chrome: 'shared' | 'own' = 'shared'): RealPage {
  let browser: Browser | undefined;
  let site: Site | undefined;
  /** The first tab is there from the start: one more takes the browser as long as the page. */
  let first: Page | undefined;
  let used = false;
  beforeAll(async () => {
    [browser, site] = await Promise.all([
      chrome === 'own' ? launchChrome(true) : sharedChrome(),
      servePage(),
    ]);
    [first] = await browser.pages();
  }, BUILD_LIMIT_MS);
  afterEach(async () => {
    for (const page of await browser!.pages()) if (page !== first) await page.close();
    first!.removeAllListeners('pageerror');
    await first!.goto('about:blank');
    const session = await first!.createCDPSession();
    await session.send('Storage.clearDataForOrigin', {
      origin: new URL(site!.url).origin,
      storageTypes: 'all',
    });
    await session.detach();
    used = false;
  });
  afterAll(async () => {
    if (chrome === 'own') await browser?.close();
    site?.close();
  });
  return {
    open: async (fragment = '') => {
      const tab = used ? await browser!.newPage() : first!;
      used = true;
      const { page } = await openIn(tab, site!.url + fragment);
      return page;
    },
    url: () => site!.url,
  };
}

/** The address of a spec that differs from the default; such a card waits for *Measure*. */
export const linkTo = (change: Partial<typeof DEFAULT_SPEC>): Promise<string> =>
  encodeLink({ ...DEFAULT_SPEC, ...change });
