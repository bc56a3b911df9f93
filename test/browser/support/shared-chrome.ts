import puppeteer, { type Browser } from 'puppeteer';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { launchChrome } from './chrome.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the Chrome that test files share is spoken to. */
    readonly sharedChrome: string;
  }
}

/** Starts a Chrome with WebGPU for all test files of a project, one after another; to start one for each takes half a minute. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const browser = await launchChrome(true);
  project.provide('sharedChrome', browser.wsEndpoint());
  return () => browser.close();
}

/** The shared Chrome, to be left with `disconnect()` and with no tab more than the first. */
export const connectToChrome = (): Promise<Browser> =>
  puppeteer.connect({ browserWSEndpoint: inject('sharedChrome') });
