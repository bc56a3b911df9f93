import { range } from '../../base/integers.ts';
import { makeLayout } from './make-layout.ts';
import { axisModes, type RegisterLayout } from './register-layout.ts';
import { unsqueeze } from './reshape.ts';

/**
 * A layout of layouts: each element of `outer` becomes a tile that is laid out as `inner`. Associative, not commutative:
 * lane = outer lane · inner lanes + inner lane, local likewise, index = outer index · inner shape + inner index. The layout
 * with fewer axes gets axes of size 1 in front.
 *
 * @throws LayoutError if the result is too large.
 */
export function compose(outer: RegisterLayout, inner: RegisterLayout): RegisterLayout {
  const [a, b] = alignRanks(outer, inner);
  const innerAxes = axisModes(b);
  const modeShape: number[] = [];
  const outerNames = a.modeShape.map(() => 0);
  const innerNames = b.modeShape.map(() => 0);
  for (const [axis, modes] of axisModes(a).entries()) {
    for (const mode of modes) outerNames[mode] = modeShape.push(a.modeShape[mode]!) - 1;
    for (const mode of innerAxes[axis]!) innerNames[mode] = modeShape.push(b.modeShape[mode]!) - 1;
  }
  const rename = (modes: readonly number[], names: readonly number[]) =>
    modes.map((mode) => (mode < 0 ? mode : names[mode]!));
  return makeLayout({
    shape: a.shape.map((size, axis) => size * b.shape[axis]!),
    modeShape,
    spatialModes: [...rename(a.spatialModes, outerNames), ...rename(b.spatialModes, innerNames)],
    localModes: [...rename(a.localModes, outerNames), ...rename(b.localModes, innerNames)],
  });
}

/**
 * Both layouts in canonical form with the same number of axes: the shorter one gets axes of size 1 in front.
 *
 * @throws LayoutError if one of them is no layout.
 */
export function alignRanks(a: RegisterLayout, b: RegisterLayout): [a: RegisterLayout, b: RegisterLayout] {
  const rank = Math.max(a.shape.length, b.shape.length);
  return [unsqueeze(a, range(rank - a.shape.length)), unsqueeze(b, range(rank - b.shape.length))];
}
