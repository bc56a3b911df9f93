import type { Browser } from 'puppeteer';
import { launchChrome } from './chrome.ts';

let shared: Promise<Browser> | undefined;

/**
 * The Chrome with WebGPU of all test files that this process runs one after another; to start one for each takes half a minute. It ends with
 * the process. Whoever opens a tab in it closes it.
 */
export const sharedChrome = (): Promise<Browser> => (shared ??= launchChrome(true));
