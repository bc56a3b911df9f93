import { elementOf, formatName } from '../formats/format.ts';
import { layoutRefusal } from '../layouts/layout.ts';
import { parseLayout } from '../layouts/registry.ts';
import type { DeviceCaps } from './caps.ts';
import type { KernelPlan, Rejection } from './plan.ts';
import { storeRefusal } from './epilogue.ts';
import type { AccumulatorType, ActivationType, GemmProblem } from './problem.ts';
import type { Tile } from './tile.ts';
import type { KernelVariant } from './variant.ts';

/** One condition of a variant; the planner, the page and a search read the same list. */
export interface Constraint<T extends Tile = Tile> {
  /** The condition with the values that break it and what would do, as a sentence for users. */
  says(tile: T, problem: GemmProblem, caps: DeviceCaps): string;
  holds(tile: T, problem: GemmProblem, caps: DeviceCaps): boolean;
}

/**
 * The invocations of a workgroup fit the device.
 *
 * @param formula how the parameters make them, for users.
 * @param remedy what to change.
 */
export const fitsInvocations = <T extends Tile>(
  formula: string,
  invocations: (tile: T) => number,
  remedy: string,
): Constraint<T> => {
  const limitOf = (caps: DeviceCaps): number =>
    Math.min(caps.maxComputeInvocationsPerWorkgroup, caps.maxComputeWorkgroupSizeX);
  return {
    says: (tile, _, caps) => {
      const names = ['maxComputeInvocationsPerWorkgroup', 'maxComputeWorkgroupSizeX'] as const;
      const name = names.find((each) => caps[each] === limitOf(caps))!;
      return `${formula} is ${invocations(tile)} invocations, more than ${name} (${limitOf(caps)}) of this adapter; ${remedy}`;
    },
    holds: (tile, _, caps) => invocations(tile) <= limitOf(caps),
  };
};

/** The workgroup memory of a workgroup fits the device; `formula` and `remedy` as in {@link fitsInvocations}. */
export const fitsWorkgroupMemory = <T extends Tile>(
  formula: string,
  size: (tile: T, problem: GemmProblem) => number,
  remedy: string,
): Constraint<T> => ({
  says: (tile, problem, { maxComputeWorkgroupStorageSize: limit }) =>
    `${formula} is ${size(tile, problem)} bytes of workgroup memory, more than maxComputeWorkgroupStorageSize (${limit}) of ` +
    `this adapter; ${remedy}`,
  holds: (tile, problem, caps) => size(tile, problem) <= caps.maxComputeWorkgroupStorageSize,
});

/** What a variant takes of a problem's types. */
export interface TypesTaken {
  readonly activations: readonly ActivationType[];
  readonly accumulators: readonly AccumulatorType[];
  /** Whether it stores four outputs along N at a time. */
  readonly stores4: boolean;
}

/** Activations are multiplied as they are, and sums kept in f32. */
export const FLOAT_TYPES: Pick<TypesTaken, 'activations' | 'accumulators'> = {
  activations: ['f32', 'f16'],
  accumulators: ['f32'],
};

/** Why a variant cannot take a problem's types. @returns undefined where it can. */
export function typesRefusal(
  id: string,
  problem: GemmProblem,
  { activations, accumulators, stores4 }: TypesTaken,
  caps: DeviceCaps,
): string | undefined {
  const { activation, accumulator } = problem;
  if (!activations.includes(activation)) {
    return activation === 'i8'
      ? `${id} multiplies floats; int8 activations (--act i8) are for dp4a and gemv-dp4a`
      : `${id} multiplies int8 activations; take --act i8, or another kernel for ${activation}`;
  }
  if (!accumulators.includes(accumulator)) {
    return `${id} keeps its sums in ${accumulators.join(' or ')}; ${accumulator} (--acc ${accumulator}) is for tiled and subgroup-matrix`;
  }
  return storeRefusal(problem, stores4, caps);
}

/** Why no kernel can take a problem's weights. @returns undefined where any can. */
export function weightsRefusal({ format, N, K, layout }: GemmProblem): string | undefined {
  if (K % format.block !== 0) {
    return `${formatName(format)} has blocks of ${format.block} weights: K must be a multiple of that, and is ${K}`;
  }
  const { bits } = elementOf(format);
  if (parseLayout(layout).placement.kind === 'tiles' && N * K * bits > MOST_TILE_BITS) {
    return `the layout ${layout} counts single bits, and ${N} × ${K} weights have more than fit an index; take interleaved`;
  }
  return layoutRefusal(parseLayout(layout), { bits });
}

/** Places of bits are u32 in tiles; half of their range leaves room for any padding. */
const MOST_TILE_BITS = 2 ** 31;

/** A rejection with its reason. */
export const reject = (constraint: string): Rejection => ({ kind: 'rejected', constraint });

/**
 * The tile of a variant: its defaults with the overrides on top, if every constraint holds.
 *
 * @returns a rejection where an override names no parameter of the variant or is no whole number, or with the first
 *   constraint that does not hold.
 */
export function acceptTile<T extends Tile>(
  { id, parameters, defaults }: Pick<KernelVariant, 'id' | 'parameters' | 'defaults'>,
  constraints: readonly Constraint<T>[],
  problem: GemmProblem,
  overrides: Tile,
  caps: DeviceCaps,
  types: TypesTaken,
): { readonly kind: 'tile'; readonly tile: T } | Rejection {
  const refusal = weightsRefusal(problem) ?? typesRefusal(id, problem, types, caps);
  if (refusal) return reject(refusal);
  const names = parameters.map(({ name }) => name);
  for (const [name, value] of Object.entries(overrides)) {
    if (!names.includes(name)) {
      return reject(`there is no parameter ${name} here; there is ${names.join(', ') || 'none'}`);
    }
    if (!Number.isInteger(value) || value < 0)
      return reject(`${name} must be a whole number, and is ${value}`);
  }
  const tile = { ...defaults(problem), ...overrides } as T;
  const broken = constraints.find((constraint) => !constraint.holds(tile, problem, caps));
  return broken ? reject(broken.says(tile, problem, caps)) : { kind: 'tile', tile };
}

/** One dimension of a dispatch must fit the device. */
export function checkPlan(plan: KernelPlan, caps: DeviceCaps): KernelPlan | Rejection {
  for (const pass of plan.passes) {
    const widest = Math.max(...pass.dispatch);
    if (widest > caps.maxComputeWorkgroupsPerDimension) {
      return reject(
        `${widest} workgroups in one dimension exceed maxComputeWorkgroupsPerDimension ` +
          `(${caps.maxComputeWorkgroupsPerDimension}); take larger tiles or a smaller problem`,
      );
    }
  }
  for (const [role, size] of Object.entries(plan.buffers)) {
    const limit = Math.min(caps.maxStorageBufferBindingSize, caps.maxBufferSize);
    if (size > limit) {
      const name =
        caps.maxBufferSize < caps.maxStorageBufferBindingSize
          ? 'maxBufferSize'
          : 'maxStorageBufferBindingSize';
      return reject(
        `the ${role} take ${size} bytes, more than ${name} (${limit}) of this adapter; ` +
          `take a smaller problem or fewer bits than ${formatName(plan.problem.format)}`,
      );
    }
  }
  return plan;
}
