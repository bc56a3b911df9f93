import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, test } from 'vitest';
import { KNOWN_MISSES, type KnownMiss, type Told } from '../support/known-misses.ts';
import { useSourcePages } from './support/source-pages.ts';

const { open } = useSourcePages();
let page: Page;
beforeAll(async () => {
  page = await open();
});

/** Faults of scales and activations, in f32 and int8, at both ends of the scales' range; the rest run under Node. */
const IN_CHROME: readonly KnownMiss[] = [0, 3, 7].map((index) => ({
  ...KNOWN_MISSES[index]!,
  faults: KNOWN_MISSES[index]!.faults.slice(0, 1),
}));

describe.each(IN_CHROME)('$spec.kernel in Chrome, $faults', (known) => {
  test('is refused by its single terms, and the kernel without the fault is right', async () => {
    const { right, faulty } = (await page.evaluate(`(async () => {
      const { openGpu } = await import('/src/device/open-gpu.ts');
      const { attack } = await import('/test/support/known-misses.ts');
      const gpu = await openGpu(navigator.gpu, 'auto');
      try { return await attack(gpu, ${JSON.stringify(known)}); } finally { gpu.destroy(); }
    })()`)) as { readonly right: Told; readonly faulty: readonly Told[] };
    expect(right).toMatchObject({ exitCode: 0, failed: [] });
    expect(faulty).toMatchObject([
      { exitCode: 2, failed: expect.arrayContaining(['precision']) as string[] },
    ]);
  });
});
