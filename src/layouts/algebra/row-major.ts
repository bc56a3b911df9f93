/** The number of elements of an array of this shape; 1 for an empty shape. */
export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((count, size) => count * size, 1);

/**
 * The place of an element in an array that is stored row by row (last axis fastest).
 *
 * @param digits one index for each axis of `shape`
 */
export const rowMajorIndex = (digits: readonly number[], shape: readonly number[]): number =>
  shape.reduce((index, size, axis) => index * size + digits[axis]!, 0);

/** The inverse of {@link rowMajorIndex}: one index for each axis of `shape`. */
export function rowMajorDigits(index: number, shape: readonly number[]): number[] {
  const digits = shape.map(() => 0);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    digits[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return digits;
}
