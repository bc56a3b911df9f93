import { decodeFloat16, encodeFloat16, FLOAT16_MAX } from '../../base/float16.ts';

const FLOAT16_LEAST = 2 ** -24;

/** The f16 nearest to what scales are multiples of, not 0 for anything but 0; subnormals included, as files have them. */
export function nearestParent(value: number): number {
  if (value === 0) return 0;
  const magnitude = Math.min(Math.max(Math.abs(value), FLOAT16_LEAST), FLOAT16_MAX);
  return Math.sign(value) * decodeFloat16(encodeFloat16(magnitude));
}

/** Parts of the largest multiple that the largest scale is tried as. */
const PARTS = [1.02, 1, 0.98, 0.96, 0.94, 0.92, 0.9, 0.87, 0.84, 0.81, 0.78, 0.75];

/** What is tried for the parent of scales of which `largest` is the furthest from zero, `limit` being the largest multiple. */
export const parentCandidates = (largest: number, limit: number): number[] =>
  PARTS.map((part) => nearestParent(largest / (part * limit)));
