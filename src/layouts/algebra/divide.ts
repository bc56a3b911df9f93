import { alignRanks, compose } from './compose.ts';
import { formatLayout } from './format-layout.ts';
import { LayoutError } from './layout-error.ts';
import { makeLayout, sameLayout } from './make-layout.ts';
import { axisModes, type RegisterLayout, spatialShape } from './register-layout.ts';
import { elementCount } from './row-major.ts';

/**
 * Takes the innermost part off a layout: compose(result, divisor) is the dividend.
 *
 * @throws LayoutError if there is no such layout.
 */
export function divide(dividend: RegisterLayout, divisor: RegisterLayout): RegisterLayout {
  const result = quotient(dividend, divisor, 'inner');
  if (result && sameLayout(compose(result, divisor), alignRanks(dividend, divisor)[0])) return result;
  throw new LayoutError(`${formatLayout(dividend)} is not a layout times ${formatLayout(divisor)}.`);
}

/**
 * Takes the outermost part off a layout: compose(divisor, result) is the dividend.
 *
 * @throws LayoutError if there is no such layout.
 */
export function leftDivide(dividend: RegisterLayout, divisor: RegisterLayout): RegisterLayout {
  const result = quotient(dividend, divisor, 'outer');
  if (result && sameLayout(compose(divisor, result), alignRanks(dividend, divisor)[0])) return result;
  throw new LayoutError(`${formatLayout(dividend)} is not ${formatLayout(divisor)} times a layout.`);
}

type Side = 'inner' | 'outer';

/**
 * The only layout that can be the quotient, if there is one. In canonical form each mode of a divisor lies within one mode
 * of the dividend, at its inner (or outer) end, and the modes that hold them are the last (or first) of their list.
 */
function quotient(dividend: RegisterLayout, divisor: RegisterLayout, side: Side): RegisterLayout | undefined {
  const [a, b] = alignRanks(dividend, divisor);
  // What the quotient keeps of each mode.
  const modeShape = [...a.modeShape];
  const laneSizes = spatialShape(b).map((size, i) => (b.spatialModes[i]! < 0 ? -size : size));
  const spatialModes = takeSizes(a.spatialModes, modeShape, laneSizes, side);
  const localModes = takeSizes(
    a.localModes,
    modeShape,
    b.localModes.map((mode) => b.modeShape[mode]!),
    side,
  );
  if (!spatialModes || !localModes) return undefined;
  const shape = axisModes(a).map((modes) => elementCount(modes.map((mode) => modeShape[mode]!)));
  if (shape.some((size, axis) => size * b.shape[axis]! !== a.shape[axis])) return undefined;
  return makeLayout({ shape, modeShape, spatialModes, localModes });
}

/**
 * Divides the sizes of the modes at one end of a list by the sizes of a divisor's list.
 *
 * @param modeShape is changed: the size that each mode keeps
 * @param sizes of the divisor's modes, negative for replicated ones
 * @returns the list, with what is left of replicated ones; undefined if they do not divide.
 */
function takeSizes(
  modes: readonly number[],
  modeShape: number[],
  sizes: readonly number[],
  side: Side,
): number[] | undefined {
  const left = side === 'inner' ? modes.toReversed() : [...modes];
  let at = 0;
  for (const size of side === 'inner' ? sizes.toReversed() : sizes) {
    const mode = left[at];
    if (mode === undefined || mode < 0 !== size < 0) return undefined;
    const kept = (mode < 0 ? -mode : modeShape[mode]!) / Math.abs(size);
    if (!Number.isInteger(kept)) return undefined;
    if (mode < 0) left[at] = -kept;
    else modeShape[mode] = kept;
    if (kept === 1) at++;
  }
  return side === 'inner' ? left.reverse() : left;
}
