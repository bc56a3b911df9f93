import { FormatError } from '../../formats/element-names.ts';

/**
 * Checks the sizes of a matrix before anything is computed from them.
 *
 * @throws FormatError if one is not a positive integer.
 */
export function expectMatrix(N: number, K: number): void {
  for (const [name, size] of [
    ['N', N],
    ['K', K],
  ] as const) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new FormatError(`${name} is ${size}: it must be a positive integer.`);
    }
  }
}

/**
 * Checks that a tensor has as many values as its shape says, before anything of that size is allocated.
 *
 * @param shape slowest axis first.
 * @throws FormatError naming the tensor and the number of values that it must have.
 */
export function expectSize(tensor: string, { length }: ArrayLike<number>, shape: readonly number[]): void {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (length !== expected) {
    throw new FormatError(
      `${tensor} has ${length} values: [${shape.join(', ')}] makes ${expected}; the tensor or the sizes are wrong.`,
    );
  }
}

/**
 * Checks that a size is a multiple of what a packing puts together.
 *
 * @throws FormatError naming the size, and `why`: a clause for users.
 */
export function expectMultiple(name: string, size: number, step: number, why: string): void {
  if (size % step !== 0) {
    throw new FormatError(`${name} is ${size}: it must be a multiple of ${step}, for ${why}.`);
  }
}

/**
 * Checks that every scale of a tensor is a number.
 *
 * @throws FormatError naming the tensor and the first value that is none.
 */
export function expectFinite(tensor: string, scales: Float32Array): void {
  const wrong = scales.findIndex((scale) => !Number.isFinite(scale));
  if (wrong >= 0) {
    throw new FormatError(`${tensor} makes a scale of ${scales[wrong]!}: every scale must be finite.`);
  }
}
