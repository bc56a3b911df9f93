import { range } from '../../base/integers.ts';
import { LayoutError } from './layout-error.ts';
import { elementCount, rowMajorDigits, rowMajorIndex } from './row-major.ts';

/**
 * Which lane holds which element of a tile, and where among its own (the register layout of Tilus, https://github.com/NVIDIA/tilus).
 *
 * Each axis of the tile is cut into consecutive *modes*, the slowest first. A mode is either spread over the lanes
 * (spatial) or kept within each lane (local). A lane's number is row-major over `spatialModes`, an element's number
 * within its lane is row-major over `localModes`.
 */
export interface RegisterLayout {
  /** The size of each axis of the tile. */
  readonly shape: readonly number[];
  /** The sizes of the modes: first those of axis 0, slowest first, then those of axis 1, … */
  readonly modeShape: readonly number[];
  /** Indices into `modeShape`, slowest first; −r stands for r lanes that hold the same elements (replicated). */
  readonly spatialModes: readonly number[];
  /** Indices into `modeShape`, slowest first. Each mode is in one of the two lists, once. */
  readonly localModes: readonly number[];
}

/** Where one copy of an element is. */
export interface Place {
  readonly lane: number;
  /** Its number among the elements of that lane. */
  readonly local: number;
}

/** The size of each entry of `spatialModes`, replicated ones too. */
export const spatialShape = ({ spatialModes, modeShape }: RegisterLayout): number[] =>
  spatialModes.map((mode) => (mode < 0 ? -mode : modeShape[mode]!));

/** The size of each entry of `localModes`. */
export const localShape = ({ localModes, modeShape }: RegisterLayout): number[] =>
  localModes.map((mode) => modeShape[mode]!);

/** How many lanes hold the tile. */
export const laneCount = (layout: RegisterLayout): number => elementCount(spatialShape(layout));

/** How many elements each lane holds. */
export const localCount = (layout: RegisterLayout): number => elementCount(localShape(layout));

/**
 * The modes of each axis, slowest first. Modes of size 1 may belong to no axis.
 *
 * @throws LayoutError if the modes do not fill the axes.
 */
export function axisModes({ shape, modeShape }: Pick<RegisterLayout, 'shape' | 'modeShape'>): number[][] {
  let mode = 0;
  const axes = shape.map((size) => {
    const modes: number[] = [];
    let filled = 1;
    while (filled < size && mode < modeShape.length) {
      filled *= modeShape[mode]!;
      modes.push(mode++);
    }
    return filled === size ? modes : refuseModes(shape, modeShape);
  });
  return elementCount(modeShape.slice(mode)) === 1 ? axes : refuseModes(shape, modeShape);
}

function refuseModes(shape: readonly number[], modeShape: readonly number[]): never {
  throw new LayoutError(
    `the modes (${modeShape.join(', ')}) do not fill the axes (${shape.join(', ')}) one after the other.`,
  );
}

/**
 * The element that a lane holds at a place of its own.
 *
 * @returns one index for each axis.
 * @throws RangeError if there is no such lane or place.
 * @awaited by the picture of who holds which value.
 */
export function indexOf(layout: RegisterLayout, lane: number, local: number): number[] {
  const { modeShape, spatialModes, localModes } = layout;
  checkRange('lane', lane, laneCount(layout));
  checkRange('local', local, localCount(layout));
  const digits = modeShape.map(() => 0);
  const laneDigits = rowMajorDigits(lane, spatialShape(layout));
  for (const [i, mode] of spatialModes.entries()) if (mode >= 0) digits[mode] = laneDigits[i]!;
  const localDigits = rowMajorDigits(local, localShape(layout));
  for (const [i, mode] of localModes.entries()) digits[mode] = localDigits[i]!;
  const pick = (from: readonly number[], modes: readonly number[]) => modes.map((mode) => from[mode]!);
  return axisModes(layout).map((modes) => rowMajorIndex(pick(digits, modes), pick(modeShape, modes)));
}

/**
 * Every place of an element: as many as lanes hold copies of it, in the order of the lanes. The inverse of {@link indexOf}.
 *
 * @param index one index for each axis
 * @throws RangeError if there is no such element.
 * @awaited by the picture of who holds which value.
 */
export function placesOf(layout: RegisterLayout, index: readonly number[]): Place[] {
  const { shape, modeShape, spatialModes, localModes } = layout;
  if (index.length !== shape.length) throw new RangeError(`an element has ${shape.length} indices`);
  const digits = modeShape.map(() => 0);
  for (const [axis, modes] of axisModes(layout).entries()) {
    checkRange('index', index[axis]!, shape[axis]!);
    const sizes = modes.map((mode) => modeShape[mode]!);
    for (const [i, digit] of rowMajorDigits(index[axis]!, sizes).entries()) digits[modes[i]!] = digit;
  }
  const local = localModes.reduce((at, mode) => at * modeShape[mode]! + digits[mode]!, 0);
  let lanes = [0];
  for (const mode of spatialModes) {
    lanes =
      mode < 0
        ? lanes.flatMap((lane) => range(-mode).map((copy) => lane * -mode + copy))
        : lanes.map((lane) => lane * modeShape[mode]! + digits[mode]!);
  }
  return lanes.map((lane) => ({ lane, local }));
}

function checkRange(what: string, value: number, count: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= count) {
    throw new RangeError(`${what} ${value} is not a whole number from 0 to ${count - 1}`);
  }
}
