import { range } from '../../base/integers.ts';
import { LayoutError } from './layout-error.ts';
import { axisModes, type RegisterLayout } from './register-layout.ts';
import { elementCount } from './row-major.ts';

/** A tile has at most this many elements, and its lanes times their elements are at most as many. */
export const MAX_ELEMENTS = 2 ** 24;

/**
 * Checks a layout and brings it into canonical form: without modes of size 1, and with neighbouring modes merged where
 * they are neighbours in their list too. Two layouts are the same mapping exactly if their canonical forms are equal.
 *
 * @throws LayoutError saying what is wrong: sizes, modes that do not fill the axes, a mode listed twice or never.
 */
export function makeLayout(parts: RegisterLayout): RegisterLayout {
  checkSizes(parts.shape);
  checkModes(parts);
  return mergeModes(dropUnitModes(parts));
}

/**
 * Whether two layouts have the same shape and put every element in the same place.
 *
 * @throws LayoutError if one of them is no layout.
 */
export function sameLayout(a: RegisterLayout, b: RegisterLayout): boolean {
  return JSON.stringify(listParts(makeLayout(a))) === JSON.stringify(listParts(makeLayout(b)));
}

const listParts = ({ shape, modeShape, spatialModes, localModes }: RegisterLayout) => [
  shape,
  modeShape,
  spatialModes,
  localModes,
];

/**
 * Checks the sizes of a tile, before anything of that size is made.
 *
 * @throws LayoutError if there is none, one is not a whole number of at least 1, or their product is beyond {@link MAX_ELEMENTS}.
 */
export function checkSizes(shape: readonly number[]): void {
  if (shape.length === 0) throw new LayoutError('a layout has at least one axis.');
  let count = 1;
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 1) {
      throw new LayoutError(`a size is a whole number of at least 1, not ${size}.`);
    }
    count *= size;
    if (count > MAX_ELEMENTS) {
      throw new LayoutError(
        `the tile (${shape.join(', ')}) is too large: a layout has at most ${MAX_ELEMENTS} elements.`,
      );
    }
  }
}

function checkModes({ modeShape, spatialModes, localModes }: RegisterLayout): void {
  const replicated = spatialModes.filter((mode) => mode < 0).map((mode) => -mode);
  checkSizes([1, ...modeShape, ...replicated]);
  const listed = [...spatialModes.filter((mode) => !(mode < 0)), ...localModes].sort((a, b) => a - b);
  if (listed.length !== modeShape.length || listed.some((mode, i) => mode !== i)) {
    throw new LayoutError(
      `each mode 0 … ${modeShape.length - 1} is spatial or local, once: ` +
        `spatial (${spatialModes.join(', ')}), local (${localModes.join(', ')}).`,
    );
  }
}

function dropUnitModes({ shape, modeShape, spatialModes, localModes }: RegisterLayout): RegisterLayout {
  const kept = range(modeShape.length).filter((mode) => modeShape[mode] !== 1);
  const rename = new Map(kept.map((mode, i) => [mode, i]));
  const renamed = (mode: number) => (mode < -1 ? mode : (rename.get(mode) ?? []));
  return {
    shape: [...shape],
    modeShape: kept.map((mode) => modeShape[mode]!),
    spatialModes: spatialModes.flatMap(renamed),
    localModes: localModes.flatMap(renamed),
  };
}

/** @param layout without modes of size 1 */
function mergeModes(layout: RegisterLayout): RegisterLayout {
  const { shape, modeShape, spatialModes, localModes } = layout;
  const follows = new Set<string>();
  for (const list of [spatialModes, localModes]) {
    for (let i = 1; i < list.length; i++) follows.add(`${list[i - 1]!} ${list[i]!}`);
  }
  const runs: number[][] = [];
  for (const modes of axisModes(layout)) {
    for (const [i, mode] of modes.entries()) {
      if (i > 0 && follows.has(`${mode - 1} ${mode}`)) runs.at(-1)!.push(mode);
      else runs.push([mode]);
    }
  }
  const runOf = new Map(runs.map((run, i) => [run[0]!, i]));
  const merged = (mode: number) => runOf.get(mode) ?? [];
  return {
    shape,
    modeShape: runs.map((run) => elementCount(run.map((mode) => modeShape[mode]!))),
    spatialModes: mergeReplicated(spatialModes).flatMap((mode) => (mode < 0 ? mode : merged(mode))),
    localModes: localModes.flatMap(merged),
  };
}

function mergeReplicated(spatialModes: readonly number[]): number[] {
  const merged: number[] = [];
  for (const mode of spatialModes) {
    const last = merged.at(-1) ?? 0;
    if (mode < 0 && last < 0) merged[merged.length - 1] = -(last * mode);
    else merged.push(mode);
  }
  return merged;
}
