import { LayoutError } from './layout-error.ts';
import { checkSizes, makeLayout } from './make-layout.ts';
import { refineModes } from './refine-modes.ts';
import type { RegisterLayout } from './register-layout.ts';
import { elementCount } from './row-major.ts';

/**
 * The same elements in the same places, numbered by other axes: the element at row-major position p of the old shape is
 * at row-major position p of the new one.
 *
 * @throws LayoutError if the new shape has another number of elements, or an axis of it would end within a mode where the
 * mode cannot be cut.
 */
export function reshape(layout: RegisterLayout, shape: readonly number[]): RegisterLayout {
  checkSizes(shape);
  const canonical = makeLayout(layout);
  const count = elementCount(canonical.shape);
  if (elementCount(shape) !== count) {
    throw new LayoutError(
      `a layout of ${count} elements cannot have the shape (${shape.join(', ')}): that is ${elementCount(shape)}.`,
    );
  }
  return makeLayout({ ...refineModes(canonical, cutModes(canonical, shape)), shape });
}

/** The parts, slowest first, into which each mode is to be cut so that each new axis ends where a part ends. */
function cutModes({ shape: from, modeShape }: RegisterLayout, shape: readonly number[]): number[][] {
  const parts = modeShape.map((): number[] => []);
  let mode = modeShape.length - 1;
  let rest = modeShape[mode] ?? 1;
  for (const size of shape.toReversed()) {
    let wanted = size;
    while (wanted > 1) {
      const part = Math.min(wanted, rest);
      if (wanted % part !== 0 || rest % part !== 0) {
        throw new LayoutError(
          `a layout of shape (${from.join(', ')}) and modes (${modeShape.join(', ')}) ` +
            `cannot have the shape (${shape.join(', ')}): an axis of ${size} would cut the mode of ${modeShape[mode]!}.`,
        );
      }
      parts[mode]!.unshift(part);
      wanted /= part;
      rest /= part;
      if (rest === 1) rest = modeShape[--mode] ?? 1;
    }
  }
  return parts;
}

/**
 * The same layout over one axis, row-major.
 *
 * @throws LayoutError if `layout` is none.
 */
export const flatten = (layout: RegisterLayout): RegisterLayout =>
  reshape(layout, [elementCount(layout.shape)]);

/**
 * Without some of the axes of size 1.
 *
 * @throws LayoutError if one of `axes` is no axis, or has another size, or none would be left.
 */
export function squeeze(layout: RegisterLayout, axes: readonly number[]): RegisterLayout {
  for (const axis of axes) {
    if (layout.shape[axis] !== 1) {
      throw new LayoutError(`axis ${axis} of (${layout.shape.join(', ')}) does not have the size 1.`);
    }
  }
  return makeLayout({ ...layout, shape: layout.shape.filter((_, axis) => !axes.includes(axis)) });
}

/**
 * With more axes of size 1.
 *
 * @param axes which axes of the result they are
 * @throws LayoutError if one of `axes` would be no axis of the result, or is named twice.
 */
export function unsqueeze(layout: RegisterLayout, axes: readonly number[]): RegisterLayout {
  const rank = layout.shape.length + axes.length;
  const named = new Set(axes);
  if (
    named.size !== axes.length ||
    axes.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= rank)
  ) {
    throw new LayoutError(
      `the new axes (${axes.join(', ')}) are different whole numbers from 0 to ${rank - 1}.`,
    );
  }
  const old = layout.shape.values();
  const shape = Array.from({ length: rank }, (_, axis) => (named.has(axis) ? 1 : old.next().value!));
  return makeLayout({ ...layout, shape });
}
