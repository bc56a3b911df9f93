import type { Page } from 'puppeteer';
import { afterAll, beforeAll } from 'vitest';
import { sharedChrome } from './shared-chrome.ts';
import { serveSources, type Sources } from './sources.ts';

const BLANK = 'test/browser/support/blank.html';

/** Blank pages from which tests import sources. */
export interface SourcePages {
  /** Opens one. */
  readonly open: () => Promise<Page>;
}

/** Serves the sources for the tests of one file, and closes the pages and stops after. */
export function useSourcePages(): SourcePages {
  let sources: Sources | undefined;
  const pages: Page[] = [];
  beforeAll(async () => {
    sources = await serveSources(BLANK);
    // Started here, that a test's time is its own.
    await sharedChrome();
  });
  afterAll(async () => {
    for (const page of pages) await page.close();
    await sources?.close();
  });
  return {
    open: async () => {
      const page = await (await sharedChrome()).newPage();
      pages.push(page);
      await page.goto(sources!.base + BLANK);
      return page;
    },
  };
}
