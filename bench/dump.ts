import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { drawBias } from '../src/io/activations.ts';
import { type NpyValues, npyHeader } from '../src/io/npy.ts';
import type { Spec } from '../src/io/spec.ts';
import type { Judged } from '../src/lab/lab.ts';
import { QuantizedSource } from '../src/lab/quantized-source.ts';
import { productColumns } from '../src/reference/product-columns.ts';
import type { ProductInputs } from '../src/reference/request.ts';
import { createDiskWeights } from './engines/weight-files.ts';
import { UsageError } from './usage-error.ts';

/** Columns multiplied before others have their turn: an interrupt is heard. */
const COLUMNS = 16;

/**
 * Writes what a verification judged to a folder, each matrix to an .npy file: `activations` [M, K] f32 as the kernel multiplied them,
 * `weights` [N, K] decoded, f32 where that holds them exactly and else f64, `output` [M, N] f32, and `reference` [M, N] f64, which is
 * computed here anew.
 *
 * @param folder made where it is missing.
 * @throws UsageError if a file cannot be written, the signal's reason once it aborts.
 */
export async function dump(
  folder: string,
  spec: Spec,
  { activations, output }: Judged,
  signal: AbortSignal,
): Promise<void> {
  const { m: M, n: N, k: K, epilogue } = spec;
  const { weights } = await new QuantizedSource(createDiskWeights()).get(spec);
  const bias = epilogue === 'bias' ? { bias: drawBias(spec.seed, N) } : {};
  const inputs: ProductInputs = { M, activations, weights, ...bias };
  const decoded = new Float64Array(N * K);
  const reference = new Float64Array(M * N);
  for (let first = 0; first < N; first += COLUMNS) {
    await setImmediate();
    signal.throwIfAborted();
    const count = Math.min(COLUMNS, N - first);
    const columns = productColumns(inputs, epilogue, first, count);
    decoded.set(columns.weights, first * K);
    for (let m = 0; m < M; m++) {
      reference.set(columns.product.subarray(m * count, (m + 1) * count), m * N + first);
    }
  }
  try {
    await mkdir(folder, { recursive: true });
    await write(join(folder, 'activations.npy'), activations, [M, K]);
    await write(join(folder, 'weights.npy'), shortened(decoded), [N, K]);
    await write(join(folder, 'output.npy'), output, [M, N]);
    await write(join(folder, 'reference.npy'), reference, [M, N]);
  } catch (error) {
    throw new UsageError(
      `The matrices cannot be written: ${(error as Error).message}.`,
      'All else came out. Name a folder that can be written to and has room: --dump DIR',
    );
  }
}

/** As f32 where that changes no number. */
function shortened(values: Float64Array<ArrayBuffer>): NpyValues {
  const short = new Float32Array(values);
  return values.every((value, i) => value === short[i]) ? short : values;
}

async function write(path: string, values: NpyValues, shape: readonly number[]): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(npyHeader(values, shape));
    await file.writeFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  } finally {
    await file.close();
  }
}
