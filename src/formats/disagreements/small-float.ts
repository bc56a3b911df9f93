/** Exponent and mantissa of a small float with subnormals, and its largest finite value. */
export interface SmallFloatGrid {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  readonly max: number;
}

/** OCP E2M1: 0 0.5 1 1.5 2 3 4 6. */
export const E2M1: SmallFloatGrid = { exponentBits: 2, mantissaBits: 1, bias: 1, max: 6 };
/** OCP E3M2, up to 28. */
export const E3M2: SmallFloatGrid = { exponentBits: 3, mantissaBits: 2, bias: 3, max: 28 };
/** OCP E4M3, whose highest code is NaN: up to 448. */
export const E4M3: SmallFloatGrid = { exponentBits: 4, mantissaBits: 3, bias: 7, max: 448 };

/** Where a value half-way between two neighbours goes: `up` is towards +∞, `away` away from zero. */
export type Tie = 'even' | 'away' | 'zero' | 'up' | 'down';

/** The exponent of the largest power of two ≤ `magnitude`, which is positive and finite; exact. */
export function floorLog2(magnitude: number): number {
  const near = Math.floor(Math.log2(magnitude));
  if (2 ** near > magnitude) return near - 1;
  return 2 ** (near + 1) <= magnitude ? near + 1 : near;
}

/** `steps` ≥ 0 to a whole number. @param negative whether the value has a minus sign, for the ties that depend on it. */
export function roundSteps(steps: number, tie: Tie, negative: boolean): number {
  const floor = Math.floor(steps);
  if (steps - floor !== 0.5) return Math.round(steps);
  switch (tie) {
    case 'even':
      return floor + (floor % 2);
    case 'away':
      return floor + 1;
    case 'zero':
      return floor;
    case 'up':
      return negative ? floor : floor + 1;
    case 'down':
      return negative ? floor + 1 : floor;
  }
}

/** The nearest value of the grid if its exponents went on without end; a finite `value`. */
export function roundToGrid(value: number, grid: SmallFloatGrid, tie: Tie): number {
  if (value === 0) return 0;
  const magnitude = Math.abs(value);
  const exponent = Math.max(floorLog2(magnitude), 1 - grid.bias);
  const step = 2 ** (exponent - grid.mantissaBits);
  return Math.sign(value) * roundSteps(magnitude / step, tie, value < 0) * step;
}

/** The nearest value of the grid; beyond its largest one, infinities too, the largest. */
export function roundSaturating(value: number, grid: SmallFloatGrid, tie: Tie): number {
  if (!Number.isFinite(value)) return Math.sign(value) * grid.max;
  const rounded = roundToGrid(value, grid, tie);
  return Math.sign(rounded) * Math.min(Math.abs(rounded), grid.max);
}

/** The value of a code without a sign bit where every exponent is an ordinary one. */
export function valueOfCode(code: number, mantissaBits: number, bias: number): number {
  const exponent = code >> mantissaBits;
  const fraction = (code & (2 ** mantissaBits - 1)) / 2 ** mantissaBits;
  return exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias);
}

/** Applies `decode` to the low bits of a code and the sign bit above them. */
export const signed =
  (magnitudeBits: number, decode: (code: number) => number) =>
  (code: number): number =>
    (code >> magnitudeBits ? -1 : 1) * decode(code & (2 ** magnitudeBits - 1));
