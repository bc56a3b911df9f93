import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultReport } from '../support/catch-faults.ts';
import { EXECUTED } from '../support/variant-problem.ts';
import { launchChrome } from './support/chrome.ts';
import { serveSources, type Sources } from './support/sources.ts';

let sources: Sources;
let browser: Browser;

beforeAll(async () => {
  sources = await serveSources('test/browser/support/blank.html');
  browser = await launchChrome(true);
});
afterAll(async () => {
  await browser.close();
  await sources.close();
});

/** Each test has a page of its own, for two run at a time. */
async function openPage(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${sources.base}test/browser/support/blank.html`);
  return page;
}

/** A pipeline takes SwiftShader a second or two: all faults are planted in three kernels, and in the others two. */
const ALL_FAULTS = ['naive', 'gemv', 'tiled'];
const SOME_FAULTS = ['last 16 k dropped', 'scale index off by one group'];

describe.concurrent.each(EXECUTED)('%s in Chrome', (id) => {
  const faults = ALL_FAULTS.includes(id) ? undefined : SOME_FAULTS;
  test('passes every check when right, and no fault passes', { timeout: 240_000 }, async () => {
    const page = await openPage();
    const [right, ...faulty] = (await page.evaluate(`(async () => {
      const { openGpu } = await import('/src/device/open-gpu.ts');
      const { catchFaults } = await import('/test/support/catch-faults.ts');
      const gpu = await openGpu(navigator.gpu, 'auto');
      try { return await catchFaults(gpu, '${id}', ${JSON.stringify({ faults })}); } finally { gpu.destroy(); }
    })()`)) as FaultReport[];
    expect(right).toMatchObject({ full: true, projection: true, sampled: true });
    expect(faulty).toHaveLength(faults?.length ?? 15);
    for (const report of faulty) {
      const { fault, detectable, sampled } = report;
      expect(report).toEqual({
        fault,
        full: false,
        projection: false,
        sampled: detectable ? false : sampled,
        detectable,
      });
    }
  });
});
