import puppeteer, { type Browser } from 'puppeteer';
import { findChrome } from '../../../bench/env/chrome.mjs';

/** What a Chrome needs on a machine without a network, a screen or a sandbox. */
const QUIET = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A page that was left is gone, and what it was at.
  '--disable-features=BackForwardCache',
];

/**
 * Starts a headless Chrome with a profile of its own.
 *
 * @param webgpu whether it offers the software adapter; without it, `requestAdapter()` finds none.
 * @throws Error if there is no Chrome on this machine.
 */
export function launchChrome(webgpu: boolean, ...flags: readonly string[]): Promise<Browser> {
  const executablePath = findChrome();
  if (executablePath === undefined) {
    throw new Error(
      'There is no Chrome here: set CHROME_PATH, or run `npx puppeteer browsers install chrome`.',
    );
  }
  return puppeteer.launch({
    executablePath,
    args: [
      ...QUIET,
      ...(webgpu ? ['--enable-unsafe-webgpu', '--enable-webgpu-developer-features'] : []),
      ...flags,
    ],
  });
}
