import { readFileSync } from 'node:fs';
import { RowDecoder, type QuantizedWeights } from '../../../src/formats/quantized.ts';

/** Rows of every matrix of the file: `source`, that quantized by ggml to each type, and ggml's decode of each. */
export const N = 24;
/** Weights of a row. */
export const K = 512;

const file = readFileSync(new URL('../../fixtures/ggml-vectors.gguf', import.meta.url));
const ALIGNMENT = 32;

/** Reads just what this one GGUF file holds, without the reader that the application has. */
class Cursor {
  at = 8;

  u32(): number {
    this.at += 4;
    return file.readUInt32LE(this.at - 4);
  }

  u64(): number {
    this.at += 8;
    return Number(file.readBigUInt64LE(this.at - 8));
  }

  text(): string {
    const length = this.u64();
    this.at += length;
    return file.toString('utf8', this.at - length, this.at);
  }
}

function readOffsets(): { offsets: Map<string, number>; start: number } {
  const cursor = new Cursor();
  const [tensors, pairs] = [cursor.u64(), cursor.u64()];
  for (let i = 0; i < pairs; i++) {
    cursor.text();
    // Type 8 is text and type 4 an u32; the file has no other.
    if (cursor.u32() === 8) cursor.text();
    else cursor.u32();
  }
  const offsets = new Map<string, number>();
  for (let i = 0; i < tensors; i++) {
    const name = cursor.text();
    const dimensions = cursor.u32();
    for (let d = 0; d < dimensions; d++) cursor.u64();
    cursor.u32();
    offsets.set(name.toLowerCase(), cursor.u64());
  }
  return { offsets, start: Math.ceil(cursor.at / ALIGNMENT) * ALIGNMENT };
}

const { offsets, start } = readOffsets();

function bytesOf(name: string, length: number): Uint8Array<ArrayBuffer> {
  const offset = offsets.get(name);
  if (offset === undefined) throw new Error(`The file has no tensor ${name}.`);
  return Uint8Array.from(file.subarray(start + offset, start + offset + length));
}

/** The weights that ggml quantized, [N, K]. */
export const source = new Float32Array(bytesOf('source.f32', 4 * N * K).buffer);

/** ggml's own decode of a type's blocks, [N, K]. */
export const expected = (type: string): Float32Array =>
  new Float32Array(bytesOf(`${type}.expected`, 4 * N * K).buffer);

/** The blocks that ggml made of a type. */
export const quantized = (type: string, blockSize: number, blockBytes: number): Uint8Array<ArrayBuffer> =>
  bytesOf(`${type}.quantized`, ((N * K) / blockSize) * blockBytes);

/** Every weight rounded to f32, −0 as 0. */
export function decodeAll(weights: QuantizedWeights): Float32Array {
  const decoder = new RowDecoder(weights.format, weights.K);
  const row = new Float64Array(weights.K);
  const all = new Float32Array(weights.N * weights.K);
  for (let n = 0; n < weights.N; n++) {
    decoder.decode(weights, n, row);
    all.set(row, n * weights.K);
  }
  return all.map((value) => value + 0);
}

/** √(Σ(w − ŵ)² / Σw²). */
export function relativeError(values: Float32Array, decoded: Float32Array): number {
  const lost = values.reduce((sum, value, i) => sum + (value - decoded[i]!) ** 2, 0);
  return Math.sqrt(lost / values.reduce((sum, value) => sum + value ** 2, 0));
}
