import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Check } from '../../src/io/record.ts';
import { PRECISION_CASES } from '../support/check-precision.ts';
import { launchChrome } from './support/chrome.ts';
import { serveSources, type Sources } from './support/sources.ts';

let sources: Sources;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  sources = await serveSources('test/browser/support/blank.html');
  browser = await launchChrome(true);
  page = await browser.newPage();
  await page.goto(`${sources.base}test/browser/support/blank.html`);
});
afterAll(async () => {
  await browser.close();
  await sources.close();
});

/** Faults of scales and activations, in f32 and int8, at both ends of the scales' range; the rest run under Node. */
const IN_CHROME = [1, 7, 11].map((index) => ({ index, ...PRECISION_CASES[index]! }));

describe.each(IN_CHROME)('$kernel in Chrome, $fault', ({ index }) => {
  test('is refused by its single terms, and the kernel without the fault is not', async () => {
    const { right, faulty } = (await page.evaluate(`(async () => {
      const { openGpu } = await import('/src/device/open-gpu.ts');
      const { checkFault, PRECISION_CASES } = await import('/test/support/check-precision.ts');
      const gpu = await openGpu(navigator.gpu, 'auto');
      try { return await checkFault(gpu, PRECISION_CASES[${index}]); } finally { gpu.destroy(); }
    })()`)) as Record<'right' | 'faulty', Check>;
    expect(right).toMatchObject({ outcome: 'passed' });
    expect(faulty).toMatchObject({ outcome: 'failed' });
  });
});
