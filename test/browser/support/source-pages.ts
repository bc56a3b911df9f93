import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll } from 'vitest';
import { launchChrome } from './chrome.ts';
import { serveSources, type Sources } from './sources.ts';

const BLANK = 'test/browser/support/blank.html';

/** Blank pages from which tests import sources. */
export interface SourcePages {
  /** Opens one. */
  readonly open: () => Promise<Page>;
}

/**
 * Serves the sources and starts a browser for the tests of one file, and stops both after.
 *
 * @param webgpu whether the browser offers the software adapter.
 */
export function useSourcePages({ webgpu }: { readonly webgpu: boolean }): SourcePages {
  let sources: Sources | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    sources = await serveSources(BLANK);
    browser = await launchChrome(webgpu);
  });
  afterAll(async () => {
    await browser?.close();
    await sources?.close();
  });
  return {
    open: async () => {
      const page = await browser!.newPage();
      await page.goto(sources!.base + BLANK);
      return page;
    },
  };
}
