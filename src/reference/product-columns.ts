import { groupCount } from '../formats/format.ts';
import { exactScales, RowDecoder } from '../formats/quantized.ts';
import { finishedValue } from './epilogue-bound.ts';
import { multiply } from './product.ts';
import type { Epilogue, ProductInputs } from './request.ts';

/** Some columns of what is multiplied and what is right. */
export interface ProductColumns {
  /** [count, K], exact, a minimum or an offset added with one rounding to f64. */
  readonly weights: Float64Array<ArrayBuffer>;
  /** [M, count] in f64, the epilogue included. */
  readonly product: Float64Array<ArrayBuffer>;
}

/** Multiplies `count` columns from `first` on in f64, from the weights that a verdict decodes. */
export function productColumns(
  { M, activations, weights, bias }: ProductInputs,
  epilogue: Epilogue,
  first: number,
  count: number,
): ProductColumns {
  const { format, K, codes, zeros, mins } = weights;
  const end = first + count;
  const [from, to] = [first, end].map((n) => n * groupCount(format, K));
  const columns = {
    codes: codes.subarray(first * K, end * K),
    scales: exactScales(weights, first, end),
    zeros: zeros?.subarray(from, to),
    mins: mins?.subarray(from, to),
  };
  const decoder = new RowDecoder(format, K);
  const rows = new Float64Array(count * K);
  for (let n = 0; n < count; n++) decoder.decode(columns, n, rows.subarray(n * K, (n + 1) * K));
  const product = new Float64Array(M * count);
  multiply(new Float64Array(activations), rows, product, M, count, K);
  for (let i = 0; i < product.length; i++) {
    product[i] = finishedValue(epilogue, product[i]!, bias ? bias[first + (i % count)]! : 0);
  }
  return { weights: rows, product };
}
