import { afterAll, beforeAll, expect, test } from 'vitest';
import { ELEMENT_NAMES } from '../../src/formats/element.ts';
import type { WeightFormat } from '../../src/formats/format.ts';
import { LAYOUT_IDS } from '../../src/layouts/registry.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { locate } from '../../src/kernels/compose.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { VARIANT_IDS, type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { nullDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';

let device: GPUDevice;
beforeAll(async () => {
  const adapter = await nullDawn().requestAdapter();
  if (!adapter) throw new Error('Dawn has no null back end here');
  device = await adapter.requestDevice();
});
afterAll(() => {
  device.destroy();
});

/** Every combination of the values that a variant's parameters list. */
function tilesOf(id: VariantId): Tile[] {
  return VARIANTS[id].parameters.reduce<Tile[]>(
    (tiles, { name, values }) => tiles.flatMap((tile) => values.map((value) => ({ ...tile, [name]: value }))),
    [{}],
  );
}

/** What the compiler has against a plan, by file and line; empty where it compiles within the default limits. */
async function complaints(plan: KernelPlan): Promise<string[]> {
  const found: string[] = [];
  for (const { shader, entryPoint } of plan.passes) {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: shader.code });
    const { messages } = await module.getCompilationInfo();
    found.push(...messages.map(({ lineNum, message }) => `${locate(shader, lineNum)}: ${message}`));
    device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint } });
    const error = await device.popErrorScope();
    if (error) found.push(error.message);
  }
  return found;
}

test.each(VARIANT_IDS)('every tile that %s accepts compiles within the default limits', async (id) => {
  const formats: readonly WeightFormat[] = [
    RAGGED.format,
    { element: 'uint8', group: 16, scale: 'f32', zeroPoint: true },
  ];
  let accepted = 0;
  for (const tile of tilesOf(id)) {
    for (const [i, format] of formats.entries()) {
      const problem: GemmProblem = {
        ...RAGGED,
        M: id === 'gemv' ? 1 + 3 * i : 33,
        format,
        activation: i ? 'f16' : 'f32',
      };
      const plan = VARIANTS[id].plan(problem, tile, DEFAULT_CAPS);
      if (plan.kind === 'rejected') continue;
      accepted++;
      expect(await complaints(plan), JSON.stringify(tile)).toEqual([]);
    }
  }
  expect(accepted).toBeGreaterThan(20);
});

test.each(VARIANT_IDS)('%s compiles for every format and layout', async (id) => {
  for (const element of ELEMENT_NAMES) {
    for (const layout of LAYOUT_IDS) {
      for (const group of [16, 24, 33, 'K'] as const) {
        for (const zeroPoint of [false, true]) {
          for (const scale of ['f16', 'f32'] as const) {
            const format = { element, group, scale, zeroPoint };
            const plan = VARIANTS[id].plan({ ...RAGGED, M: 2, format, layout }, {}, DEFAULT_CAPS);
            if (plan.kind === 'rejected') throw new Error(plan.constraint);
            expect(await complaints(plan), `${element} ${layout} g${group}`).toEqual([]);
          }
        }
      }
    }
  }
});

test('the check sees an error, and says in which file it lies', async () => {
  const plan = VARIANTS.naive.plan(RAGGED, {}, DEFAULT_CAPS);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const [pass] = plan.passes;
  const code = pass!.shader.code.replace('var sum = 0.0;', 'var sum = nothing;');
  const broken = { ...plan, passes: [{ ...pass!, shader: { ...pass!.shader, code } }] };
  expect((await complaints(broken))[0]).toMatch(/^shaders\/kernels\/naive\.wgsl:\d+: .*nothing/);
});
