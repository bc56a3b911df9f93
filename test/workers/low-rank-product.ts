import { hash32, normal, uniformInteger } from '../../src/base/random.ts';
import { encodeFloat16 } from '../../src/base/float16.ts';
import { groupCount } from '../../src/formats/format.ts';
import { assembleQuantized } from '../../src/formats/quantized.ts';
import type { CheckRequest } from '../../src/reference/request.ts';
import { weightFormat } from '../support/weight-format.ts';

const FORMAT = weightFormat();

/** A large product and its right output. */
export interface KnownProduct {
  readonly request: CheckRequest;
  /** [M, N] */
  readonly output: Float32Array<ArrayBuffer>;
}

/**
 * A product of size³ whose output costs 3·size² instead of size³: code − 8 = p[n]·s[k] + q[n]·t[k], one scale a column.
 *
 * @param judge `exact` gives integer activations and scales 1 and 2, `bound` normal ones and any f16 scale.
 */
export function lowRankProduct(size: number, judge: 'bound' | 'exact'): KnownProduct {
  const small = (seed: number, limit: number): Int8Array =>
    Int8Array.from({ length: size }, (_, i) => uniformInteger(seed, i, -limit, limit));
  const [p, q, s, t] = [small(1, 2), small(2, 1), small(3, 2), small(4, 3)];
  const codes = new Uint8Array(size * size);
  const activations = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      codes[i * size + k] = 8 + p[i]! * s[k]! + q[i]! * t[k]!;
      activations[i * size + k] =
        judge === 'exact' ? (hash32(5, i * size + k) >>> 28) - 8 : normal(5, i * size + k);
    }
  }
  const scale = (n: number): number =>
    judge === 'exact' ? 1 + (hash32(6, n) >>> 31) : (1024 + (n % 1024)) / 2 ** 16;
  const groups = groupCount(FORMAT, size);
  const scales = Uint32Array.from({ length: size * groups }, (_, i) =>
    encodeFloat16(scale(Math.floor(i / groups))),
  );
  const output = new Float32Array(size * size);
  for (let m = 0; m < size; m++) {
    let alongS = 0;
    let alongT = 0;
    for (let k = 0; k < size; k++) {
      alongS += activations[m * size + k]! * s[k]!;
      alongT += activations[m * size + k]! * t[k]!;
    }
    for (let n = 0; n < size; n++) output[m * size + n] = scale(n) * (p[n]! * alongS + q[n]! * alongT);
  }
  const weights = assembleQuantized(FORMAT, size, size, codes, { scales });
  const rounding = { terms: size, decodeRoundings: 0, offset: 0, span: 0 };
  return { request: { inputs: { M: size, activations, weights }, rounding, judge, seed: 1 }, output };
}
