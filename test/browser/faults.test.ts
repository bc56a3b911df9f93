import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VARIANT_IDS } from '../../src/kernels/registry.ts';
import type { FaultReport } from '../support/catch-faults.ts';
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

describe.each(VARIANT_IDS)('%s in Chrome', (id) => {
  test(
    'passes every check when right, and none of the fifteen faults passes',
    { timeout: 180_000 },
    async () => {
      const [right, ...faulty] = (await page.evaluate(`(async () => {
      const { openGpu } = await import('/src/device/open-gpu.ts');
      const { catchFaults } = await import('/test/support/catch-faults.ts');
      const gpu = await openGpu(navigator.gpu, 'auto');
      try { return await catchFaults(gpu, '${id}'); } finally { gpu.destroy(); }
    })()`)) as FaultReport[];
      expect(right).toMatchObject({ full: true, projection: true, sampled: true });
      expect(faulty).toHaveLength(15);
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
    },
  );
});
