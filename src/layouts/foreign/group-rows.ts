import { ceilDiv } from '../../base/integers.ts';
import { FormatError } from '../../formats/element-names.ts';
import { expectMatrix, expectSize } from './tensor-check.ts';
import type { FloatScale, ScaleBits } from './foreign-format.ts';

/** What the tensors of a layer whose scales are rows [groups, N] do not say themselves. */
export interface GroupRowsSizes {
  readonly N: number;
  readonly K: number;
  /** Consecutive weights along K that share a scale; told from the number of rows where it is absent. */
  readonly group?: number | undefined;
  /** f16 where it is absent. */
  readonly scale?: FloatScale | undefined;
}

/**
 * Rows of the scales: groups along K.
 *
 * @throws FormatError if the sizes are none or the scales do not fill rows of N.
 */
export function countRows(tensor: string, scales: ScaleBits, { N, K }: GroupRowsSizes): number {
  expectMatrix(N, K);
  const rows = Math.max(1, Math.floor(scales.length / N));
  if (rows > K)
    throw new FormatError(`${tensor} has ${rows} rows of ${N}: K is ${K}, and no group is empty.`);
  expectSize(tensor, scales, [rows, N]);
  return rows;
}

/**
 * The size of a group: as said, or K divided by the number of groups.
 *
 * @throws FormatError if so many groups of that size do not make K.
 */
export function sizeFromRows(rows: number, { K, group }: GroupRowsSizes): number {
  if (group === undefined) {
    if (K % rows === 0) return K / rows;
    throw new FormatError(
      `The scales have ${rows} rows, which do not divide K = ${K}: the size of a group must be said, for the last one is short.`,
    );
  }
  if (!Number.isSafeInteger(group) || group < 1 || ceilDiv(K, group) !== rows) {
    throw new FormatError(`The scales have ${rows} rows: groups of ${group} do not make K = ${K}.`);
  }
  return group;
}

/** Whether it is one group a column, without a size being said. */
export const isWholeColumn = (rows: number, { group }: GroupRowsSizes): boolean =>
  rows === 1 && group === undefined;

/** [rows, columns] as [columns, rows]. */
export function transpose(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
): Uint32Array<ArrayBuffer> {
  const turned = new Uint32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column]!;
  }
  return turned;
}
