import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roundUp } from '../../src/base/integers.ts';
import { hash32 } from '../../src/base/random.ts';
import { ELEMENT_NAMES } from '../../src/formats/element-names.ts';
import { elementOf, formatName, type WeightFormat } from '../../src/formats/format.ts';
import { PRESET_NAMES, PRESETS } from '../../src/formats/presets.ts';
import { layoutRefusal } from '../../src/layouts/layout.ts';
import { LAYOUT_NAMES, parseLayout } from '../../src/layouts/registry.ts';
import { DEFAULT_CAPS, type DeviceCaps } from '../../src/kernels/caps.ts';
import { locate } from '../../src/kernels/compose.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { nullDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { asTaken, EXECUTED } from '../support/variant-problem.ts';
import { weightFormat } from '../support/weight-format.ts';
import { SCALE_FORMATS, WRITTEN_ELEMENTS, WRITTEN_LAYOUTS } from './decode-cases.ts';

/** Limits that every adapter has, and the language feature that kernels for int8 need. */
const CAPS: DeviceCaps = { ...DEFAULT_CAPS, packedDot: true };

/** More tiles than these are compiled for one of two formats each, drawn, instead of both. */
const MANY = 100;

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
async function complaints({ passes }: KernelPlan): Promise<string[]> {
  const { shader } = passes[0]!;
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code: shader.code });
  for (const pass of passes) {
    expect(pass.shader).toBe(shader);
    device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: pass.entryPoint } });
  }
  const [{ messages }, error] = await Promise.all([module.getCompilationInfo(), device.popErrorScope()]);
  const found = messages.map(({ lineNum, message }) => `${locate(shader, lineNum)}: ${message}`);
  return error ? [...found, error.message] : found;
}

test.each(EXECUTED)('every tile that %s accepts compiles within the default limits', async (id) => {
  const formats: readonly WeightFormat[] = [
    RAGGED.format,
    weightFormat({ element: 'uint8', group: 16, scale: 'f32', zeroPoint: true }),
  ];
  let accepted = 0;
  const tiles = tilesOf(id);
  for (const [at, tile] of tiles.entries()) {
    for (const [i, format] of formats.entries()) {
      if (tiles.length > MANY && hash32(0, at) % 2 !== i) continue;
      const problem: GemmProblem = {
        ...RAGGED,
        M: id.startsWith('gemv') ? 1 + 3 * i : 33,
        format,
        activation: i ? 'f16' : 'f32',
      };
      const plan = VARIANTS[id].plan(asTaken(id, problem), tile, CAPS);
      if (plan.kind === 'rejected') continue;
      accepted++;
      expect(await complaints(plan), JSON.stringify(tile)).toEqual([]);
    }
  }
  expect(accepted).toBeGreaterThan(5);
});

/** The layouts that take codes of a format. */
const layoutsFor = (format: WeightFormat): string[] =>
  [...LAYOUT_NAMES, ...WRITTEN_LAYOUTS].filter(
    (layout) => layoutRefusal(parseLayout(layout), elementOf(format)) === undefined,
  );

/** Every preset in every layout that takes it. */
const PRESETS_IN_LAYOUTS = PRESET_NAMES.flatMap((name) => {
  const { format } = PRESETS[name]!;
  return layoutsFor(format).map((layout) => ({ format, layout }));
});

/** Every element, and groups that end with a run, inside one, or with the column. */
const ELEMENTS_IN_GROUPS = [...ELEMENT_NAMES, ...WRITTEN_ELEMENTS].flatMap((element) =>
  ([16, 24, 33, 'K'] as const).map((group, i) => ({
    format: weightFormat({
      element,
      group,
      scale: i % 2 ? 'f32' : 'f16',
      zeroPoint: i === 2 ? 'min' : false,
    }),
    layout: i === 3 ? 'stream' : 'interleaved',
  })),
);

/** Every scale type, second level and zero point, whose groups share words or do not. */
const SCALES_IN_LAYOUTS = SCALE_FORMATS.flatMap((format) =>
  ['interleaved', 'marlin'].flatMap((layout) =>
    layoutRefusal(parseLayout(layout), elementOf(format)) ? [] : [{ format, layout }],
  ),
);

/** Of so many formats one is compiled for a kernel, others for the next: each for two kernels or more. */
const SHARE = 3;

describe.each(EXECUTED)('%s compiles for', (id) => {
  test.each([
    ['presets in layouts', PRESETS_IN_LAYOUTS],
    ['elements in groups of every kind', ELEMENTS_IN_GROUPS],
    ['scale types, second levels and zero points', SCALES_IN_LAYOUTS],
  ] as const)('its share of all %s', async (_, all) => {
    const choices = all.filter((__, i) => i % SHARE === EXECUTED.indexOf(id) % SHARE);
    let rejected = 0;
    for (const { format, layout } of choices) {
      const problem = { ...RAGGED, M: 2, K: roundUp(RAGGED.K, format.block), format, layout };
      const plan = VARIANTS[id].plan(asTaken(id, problem), {}, CAPS);
      if (plan.kind === 'rejected') {
        // Not every value is a small integer times something; all other kernels take all formats.
        if (!id.endsWith('dp4a')) throw new Error(plan.constraint);
        rejected++;
        continue;
      }
      expect(await complaints(plan), `${formatName(format)} ${layout}`).toEqual([]);
    }
    expect(rejected).toBeLessThan(choices.length / 2);
  });
});

test('the check sees an error, and says in which file it lies', async () => {
  const plan = VARIANTS.naive.plan(RAGGED, {}, DEFAULT_CAPS);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const [pass] = plan.passes;
  const code = pass!.shader.code.replace('var sum = 0.0;', 'var sum = nothing;');
  const broken = { ...plan, passes: [{ ...pass!, shader: { ...pass!.shader, code } }] };
  expect((await complaints(broken))[0]).toMatch(/^shaders\/kernels\/naive\.wgsl:\d+: .*nothing/);
});
