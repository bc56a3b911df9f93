import type { Browser, BrowserContext, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { encodeLink } from '../../../src/io/permalink.ts';
import { DEFAULT_SPEC } from '../../../src/io/spec.ts';
import { launchChrome } from './chrome.ts';
import { openTab } from './page-driver.ts';
import { servePage, type Site } from './site.ts';

const BUILD_LIMIT_MS = 180_000;

/** Tabs of the built page in a Chrome with WebGPU; a test's tabs are closed after it, and what it had kept is gone. */
export interface RealPage {
  /** Opens the page; `fragment` is what follows its address, `#` included. */
  readonly open: (fragment?: string) => Promise<Page>;
  /** Where the page is served. */
  readonly url: () => string;
}

/** Starts a browser and a server for the tests of one file, and stops them after. */
export function useRealPage(): RealPage {
  let browser: Browser | undefined;
  let site: Site | undefined;
  let profile: BrowserContext | undefined;
  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChrome(true), servePage()]);
  }, BUILD_LIMIT_MS);
  afterEach(async () => {
    await profile?.close();
    profile = undefined;
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  return {
    open: async (fragment = '') => {
      profile ??= await browser!.createBrowserContext();
      const { page } = await openTab(profile, site!.url + fragment);
      return page;
    },
    url: () => site!.url,
  };
}

/** The address of a spec that differs from the default; such a card waits for *Measure*. */
export const linkTo = (change: Partial<typeof DEFAULT_SPEC>): Promise<string> =>
  encodeLink({ ...DEFAULT_SPEC, ...change });
