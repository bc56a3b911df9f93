import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, test } from 'vitest';
import { DECODE_FAULTS } from '../kernels/decode-faults.ts';
import { useSourcePages } from './support/source-pages.ts';

const { open } = useSourcePages();
let page: Page;
beforeAll(async () => {
  page = await open();
});

/** Runs statements that return something, with a device and what the decode tests know at hand. */
const inPage = (statements: string): Promise<unknown> =>
  page.evaluate(`(async () => {
    const { openGpu } = await import('/src/device/open-gpu.ts');
    const { PRESET_NAMES } = await import('/src/formats/presets.ts');
    const cases = await import('/test/kernels/decode-cases.ts');
    const { difference, differences } = await import('/test/kernels/decode-difference.ts');
    const { DECODE_FAULTS } = await import('/test/kernels/decode-faults.ts');
    const gpu = await openGpu(navigator.gpu, 'software');
    const work = async () => { ${statements} };
    try { return await work(); } finally { gpu.destroy(); }
  })()`);

test('SwiftShader flushes subnormal f32 results and operands, but not the subnormal f16 that it unpacks', async () => {
  const rules = await page.evaluate(`(async () => {
    const { probeSubnormals } = await import('/test/device/numeric-probe.ts');
    const adapter = await navigator.gpu.requestAdapter({ forceFallbackAdapter: true });
    const device = await adapter.requestDevice();
    try { return await probeSubnormals(device); } finally { device.destroy(); }
  })()`);
  expect(rules).toEqual({ results: 'flushed', operands: 'flushed', halves: 'kept' });
});

describe('decoding in Chrome gives what the CPU gives, bit for bit:', () => {
  test('every code of every element', async () => {
    expect(await inPage('return differences(gpu, cases.ELEMENTS.map(cases.elementCase));')).toEqual([]);
  });

  test('five widths in every layout that takes them', async () => {
    const some = `(layout) => cases.layoutCases(layout, 24, ['int3', 'int4', 'int5', 'int6', 'int7'])`;
    expect(await inPage(`return differences(gpu, cases.LAYOUTS.flatMap(${some}));`)).toEqual([]);
  });

  test('every scale and minimum', async () => {
    const some = `cases.SCALE_FORMATS.filter(({ zeroPoint }) => zeroPoint === false || zeroPoint === 'min')`;
    expect(
      await inPage(`return differences(gpu, ${some}.map((format) => cases.scaleCase(format)));`),
    ).toEqual([]);
  });

  test('every f16, as a scale and as a minimum', async () => {
    expect(await inPage('return differences(gpu, cases.halfScaleCases());')).toEqual([]);
  });

  test('random blocks of every preset', async () => {
    expect(await inPage('return differences(gpu, PRESET_NAMES.map(cases.presetCase));')).toEqual([]);
  });
});

test('SwiftShader has no shader-f16, so that all of this is without it, and f16 is refused', async () => {
  expect(await inPage('return gpu.caps.shaderF16;')).toBe(false);
  expect(await inPage("return difference(gpu, cases.halfCase('int4'));")).toMatch(
    /lacks the feature shader-f16/,
  );
});

test.each(DECODE_FAULTS.map(([what], i) => [what, i] as const))('%s is found', async (_, i) => {
  const found = await inPage(
    `const [, makeCase, change] = DECODE_FAULTS[${i}]; return difference(gpu, makeCase(), change);`,
  );
  expect(found).toMatch(/^.*: \d+ of \d+ differ/);
});
