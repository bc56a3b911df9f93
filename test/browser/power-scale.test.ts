import type { Page } from 'puppeteer';
import { beforeAll, expect, test } from 'vitest';
import { useSourcePages } from './support/source-pages.ts';

const { open } = useSourcePages();
let page: Page;
beforeAll(async () => {
  page = await open();
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
