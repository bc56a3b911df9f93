import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

/** The differences of some cases on SwiftShader, which flushes subnormals. @param cases an expression. @param change the name of one. */
const differences = (cases: string, change = 'undefined'): Promise<unknown> =>
  page.evaluate(`(async () => {
    const { openGpu } = await import('/src/device/open-gpu.ts');
    const { POWER_SCALE_CASES, powerScaleDifferences, dropLeastScale, multiplyByLeastScale } =
      await import('/test/kernels/power-scale-products.ts');
    const gpu = await openGpu(navigator.gpu, 'software');
    try { return await powerScaleDifferences(gpu, ${cases}, ${change}); } finally { gpu.destroy(); }
  })()`);

test('every kernel multiplies by scales from 2⁻¹²⁷ to 2¹²⁷ where subnormals are flushed, exactly', async () => {
  expect(await differences('POWER_SCALE_CASES')).toEqual([]);
});

test.each(['dropLeastScale', 'multiplyByLeastScale'])('%s is found', async (change) => {
  expect(await differences('POWER_SCALE_CASES.slice(0, 1)', change)).toEqual([
    expect.stringMatching(/ differ, /),
  ]);
});
