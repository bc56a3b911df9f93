import type { CheckJob, RowBlock } from './job.ts';
import type { Tally } from './tally.ts';
import type { WeightColumns } from './weight-columns.ts';

/** Whether no row has more than one activation that is not zero: its products can be recomputed without sums. */
export function isOneHot(activations: Float32Array<ArrayBuffer>, K: number): boolean {
  for (let start = 0; start < activations.length; start += K) {
    let hot = 0;
    for (let k = start; k < start + K; k++) if (activations[k] !== 0) hot++;
    if (hot > 1) return false;
  }
  return true;
}

/** Compares each element of a one-hot block with its decoded weight times the row's activation, and a bias on it, bit for bit. */
export function checkOneHotRows(
  { K, columns: count, firstColumn, bias }: CheckJob,
  columns: WeightColumns,
  { rows, activations, output }: RowBlock,
  tally: Tally,
): void {
  for (let m = 0; m < rows.length; m++) {
    const row = activations.subarray(m * K, (m + 1) * K);
    const hot = Math.max(
      row.findIndex((value) => value !== 0),
      0,
    );
    for (let n = 0; n < count; n++) {
      const expected = row[hot]! * columns.decodeOne(n, hot) + (bias ? bias[n]! : 0);
      tally.compare(rows[m]!, firstColumn + n, output[m * count + n]!, expected, 0);
    }
  }
}
