import { LayoutError } from './layout-error.ts';
import { makeLayout } from './make-layout.ts';
import { axisModes, type RegisterLayout } from './register-layout.ts';

/**
 * The same layout with its axes in another order.
 *
 * @param axes axis i of the result is axis `axes[i]` of `layout`; (1, 0) transposes
 * @throws LayoutError if `axes` does not name each axis once.
 */
export function permute(layout: RegisterLayout, axes: readonly number[]): RegisterLayout {
  const { shape, modeShape, spatialModes, localModes } = makeLayout(layout);
  const isPermutation = axes.length === shape.length && shape.every((_, axis) => axes.includes(axis));
  if (!isPermutation) {
    throw new LayoutError(`(${axes.join(', ')}) does not name each axis 0 … ${shape.length - 1} once.`);
  }
  const groups = axisModes({ shape, modeShape });
  const order = axes.flatMap((axis) => groups[axis]!);
  const names = new Map(order.map((mode, i) => [mode, i]));
  const rename = (mode: number) => names.get(mode) ?? mode; // a replicated axis has no name
  return makeLayout({
    shape: axes.map((axis) => shape[axis]!),
    modeShape: order.map((mode) => modeShape[mode]!),
    spatialModes: spatialModes.map(rename),
    localModes: localModes.map(rename),
  });
}
