import { LayoutError } from './layout-error.ts';
import { makeLayout } from './make-layout.ts';
import { refineModes } from './refine-modes.ts';
import { axisModes, laneCount, localCount, localShape, type RegisterLayout } from './register-layout.ts';

/**
 * The order in which the codes of a tile [n, k] are stored so that each lane loads what it needs in whole vectors: first
 * the first vector of lane 0, of lane 1, …, then the second vector of each. An address counts codes:
 *
 *     address = (⌊local / vector⌋ · lanes + lane) · vector + local mod vector
 *
 * Made by {@link storageOrder}. It is how Tilus stores the registers of a weight tile that it reinterprets as bytes.
 */
export interface StorageOrder {
  /** Over [n, k]: n columns by k codes along K. Each code has one place. */
  readonly layout: RegisterLayout;
  /** Codes that a lane loads at once. */
  readonly vector: number;
  /** The same address as a sum; at most one term for each mode, and one more where a vector ends within a mode. */
  readonly terms: readonly AddressTerm[];
}

/** One summand of an address: (⌊index / divisor⌋ mod size) · stride. */
export interface AddressTerm {
  /** Whether `index` is n (0) or k (1). */
  readonly axis: number;
  readonly divisor: number;
  readonly size: number;
  readonly stride: number;
  /** Whether the index divided is below `size` anyway, so that the modulus changes nothing. */
  readonly top: boolean;
}

/** Where a code of a tile is. */
export interface CodePlace {
  readonly n: number;
  readonly k: number;
  readonly lane: number;
  /** Its number among the codes of that lane. */
  readonly local: number;
}

/**
 * Makes a storage order.
 *
 * @param layout over [n, k]
 * @param vector codes that a lane loads at once
 * @throws LayoutError if the layout has other than two axes or replicates codes, or if vectors do not fill a lane's codes or
 * end where no mode can be cut.
 */
export function storageOrder(layout: RegisterLayout, vector: number): StorageOrder {
  const canonical = makeLayout(layout);
  const { shape, spatialModes } = canonical;
  if (shape.length !== 2) {
    throw new LayoutError(`a tile of weights has two axes, n and k; this layout has ${shape.length}.`);
  }
  const copies = spatialModes.filter((mode) => mode < 0).reduce((count, mode) => count * -mode, 1);
  if (copies > 1) {
    throw new LayoutError(
      `stored weights have one place each; this layout puts them in ${copies} lanes (replicated).`,
    );
  }
  const codes = localCount(canonical);
  if (!Number.isInteger(vector) || vector < 1 || codes % vector !== 0) {
    throw new LayoutError(`a vector of ${vector} does not divide the ${codes} codes that each lane holds.`);
  }
  return { layout: canonical, vector, terms: termsOf(interleave(canonical, vector)) };
}

/** The stored tile as a layout of its own: one lane whose locals are the addresses. */
function interleave(layout: RegisterLayout, vector: number): RegisterLayout {
  const parts = layout.modeShape.map((size) => [size]);
  let inner = 1;
  for (const mode of layout.localModes.toReversed()) {
    if (inner === vector) break;
    const size = layout.modeShape[mode]!;
    const wanted = vector / inner;
    const part = Math.min(wanted, size);
    if (wanted % part !== 0 || size % part !== 0) {
      throw new LayoutError(
        `a vector of ${vector} codes would cut the mode of ${size}, which it does not divide.`,
      );
    }
    parts[mode] = [size / part, part];
    inner *= part;
  }
  const refined = refineModes(layout, parts);
  const cut = vectorStart(localShape(refined), vector);
  const { shape, modeShape, spatialModes, localModes } = refined;
  const stored = [...localModes.slice(0, cut), ...spatialModes, ...localModes.slice(cut)];
  return makeLayout({ shape, modeShape, spatialModes: [], localModes: stored });
}

/** From which of the sizes on their product is `vector`. */
function vectorStart(sizes: readonly number[], vector: number): number {
  let cut = sizes.length;
  for (let inner = 1; inner < vector;) inner *= sizes[--cut]!;
  return cut;
}

/** @param stored all local; the terms come in the order of their strides, largest first */
function termsOf(stored: RegisterLayout): AddressTerm[] {
  const { shape, modeShape, localModes } = stored;
  const terms: AddressTerm[] = [];
  for (const [axis, modes] of axisModes(stored).entries()) {
    let divisor = 1;
    for (const mode of modes.toReversed()) {
      const size = modeShape[mode]!;
      const faster = localModes.slice(localModes.indexOf(mode) + 1);
      const stride = faster.reduce((product, other) => product * modeShape[other]!, 1);
      terms.push({ axis, divisor, size, stride, top: divisor * size === shape[axis] });
      divisor *= size;
    }
  }
  return terms.sort((a, b) => b.stride - a.stride);
}

/**
 * The address of a code, counted in codes from the tile's first.
 *
 * @param n column within the tile, @param k place along K within the tile; neither is checked
 */
export function addressOf({ terms }: StorageOrder, n: number, k: number): number {
  let address = 0;
  for (const { axis, divisor, size, stride } of terms) {
    address += (Math.floor((axis === 0 ? n : k) / divisor) % size) * stride;
  }
  return address;
}

/**
 * The code at an address, and which lane loads it: the inverse of {@link addressOf}.
 *
 * @param address from 0 to the tile's codes − 1; not checked
 */
export function placeOf({ layout, vector, terms }: StorageOrder, address: number): CodePlace {
  let n = 0;
  let k = 0;
  for (const { axis, divisor, size, stride } of terms) {
    const part = (Math.floor(address / stride) % size) * divisor;
    if (axis === 0) n += part;
    else k += part;
  }
  const lanes = laneCount(layout);
  const load = Math.floor(address / vector);
  return { n, k, lane: load % lanes, local: Math.floor(load / lanes) * vector + (address % vector) };
}

/**
 * The same address in WGSL.
 *
 * @param n an u32 expression: the column within the tile, @param k the place along K within the tile
 * @returns an u32 expression, a sum without parentheses around it; `0u` for a tile of one code.
 */
export function addressExpression({ terms }: StorageOrder, n: string, k: string): string {
  const operands = [n, k].map((operand) => (/^\w+$/u.test(operand) ? operand : `(${operand})`));
  const summands = terms.map(({ axis, divisor, size, stride, top }) => {
    const quotient = divisor === 1 ? '' : ` / ${divisor}u`;
    const remainder = top ? '' : ` % ${size}u`;
    const scaled = stride === 1 ? '' : ` * ${stride}u`;
    return `${operands[axis]!}${quotient}${remainder}${scaled}`;
  });
  return summands.join(' + ') || '0u';
}
