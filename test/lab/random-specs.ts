import { hash32, uniformInteger } from '../../src/base/random.ts';
import { roundUp } from '../../src/base/integers.ts';
import { FormatError } from '../../src/formats/element-names.ts';
import { ELEMENT_NAMES } from '../../src/formats/element-names.ts';
import { PRESET_NAMES, PRESETS } from '../../src/formats/presets.ts';
import { DEFAULT_SPEC, parseSpec, type Spec, SpecError } from '../../src/io/spec.ts';
import type { DeviceCaps } from '../../src/kernels/caps.ts';
import { VARIANTS } from '../../src/kernels/registry.ts';
import type { KernelVariant } from '../../src/kernels/variant.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { PROBLEM_AXES, specFields } from '../../bench/verify-axes.ts';
import { EXECUTED } from '../support/variant-problem.ts';

/** Multiply-accumulates that an invocation is unrolled to at most: a software driver takes seconds to compile 768, minutes for more. */
const MOST_MACS = 768;
/** Of four specs three stay below so many, which compile in under a second. */
const CHEAP_MACS = 128;

/** Draws in the order in which it is asked: equal seeds give equal answers. */
class Draw {
  readonly #seed: number;
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return uniformInteger(this.#seed, this.#count++, low, high);
  }

  of<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)]!;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.whole(1, times) === 1;
  }
}

/**
 * The `index`-th of endlessly many specs that a device takes: of any kernel, sizes, format, layout, types, epilogue and tile. It does
 * not depend on those before it.
 */
export function randomSpec(seed: number, index: number, caps: DeviceCaps): Spec {
  const draw = new Draw(hash32(seed, index));
  for (;;) {
    const kernel = draw.of(EXECUTED);
    const variant: KernelVariant = VARIANTS[kernel];
    const limit = draw.once(4) ? MOST_MACS : CHEAP_MACS;
    // A few tiles of each problem: most are rejected, and a kernel with many constraints would hardly be drawn.
    const problem = validated(drawProblem(draw, variant));
    for (let i = 0; problem && i < 8; i++) {
      const spec = { ...problem, params: drawTile(draw, variant) };
      const plan = planSpec(spec, caps);
      if (plan.kind === 'plan' && plan.macsPerIteration <= limit) return spec;
    }
  }
}

/** @returns undefined where there can be no such weights. */
function validated(fields: Record<string, unknown>): Spec | undefined {
  try {
    return parseSpec({ ...DEFAULT_SPEC, weights: 'random', ...fields });
  } catch (error) {
    if (error instanceof SpecError || error instanceof FormatError) return undefined;
    throw error;
  }
}

function drawProblem(draw: Draw, { id }: KernelVariant): Record<string, unknown> {
  const row = Object.fromEntries(
    Object.entries(PROBLEM_AXES).map(([name, values]) => [name, draw.of(values)]),
  );
  const gemv = id.startsWith('gemv');
  // Many rows, of which a check may choose some; one output in a long sum, or many in a short one.
  const [m, n, k] =
    !gemv && draw.once(8)
      ? [draw.whole(131, 800), draw.whole(1, 70), draw.whole(1, 300)]
      : [
          gemv ? draw.whole(1, 4) : draw.of([draw.whole(1, 9), draw.whole(10, 130)]),
          ...(draw.once(8)
            ? ([draw.whole(1, 9), draw.whole(2000, 5000)] as const)
            : ([draw.whole(1, 150), draw.whole(1, 700)] as const)),
        ];
  const common = {
    ...specFields(row),
    m,
    n,
    k,
    kernel: id,
    ...(id.endsWith('dp4a') ? { activation: 'i8' } : {}),
  };
  if (draw.once(3)) {
    const format = draw.of(PRESET_NAMES);
    return { ...common, format, k: roundUp(k, PRESETS[format]!.format.block) };
  }
  const format = draw.of([row['element'] as string, draw.of(ELEMENT_NAMES), drawElement(draw)]);
  return { ...common, format, group: draw.once(3) ? draw.whole(1, 200) : row['group'] };
}

/** A small float or a table that has no name. */
function drawElement(draw: Draw): string {
  if (draw.once(2)) {
    const exponent = draw.whole(1, 5);
    const top = draw.of(['finite', 'nan', 'ieee']);
    return `e${exponent}m${draw.whole(1, 7 - exponent)}:bias=${draw.whole(0, 12)},top=${top}`;
  }
  const values = Array.from({ length: draw.whole(2, 40) }, () => draw.whole(-4000, 4000) / 64);
  return `table:${[...new Set(values)].sort((a, b) => a - b).join(',')}`;
}

/** Some parameters at their default, the others anywhere. */
function drawTile(draw: Draw, { parameters }: KernelVariant): Spec['params'] {
  const given = parameters.filter(() => draw.once(2));
  return Object.fromEntries(given.map(({ name, values }) => [name, draw.of(values)]));
}
