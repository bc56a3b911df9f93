import { decodeFloat16, encodeFloat16, FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import type { OutputType } from './request.ts';

/**
 * How far an output of exact data may be off, given what it is: 0, unless it is stored as f16 and its value, though it was
 * summed without rounding, has no f16. Then the store may take either neighbour, and for a subnormal 0.
 *
 * @param value within the range of f16 if it is stored so.
 */
export function exactAllowance(output: OutputType, got: number, value: number): number {
  if (output === 'f32' || got === value) return 0;
  const flushed = got === 0 && Math.abs(value) < FLOAT16_MIN_NORMAL;
  return flushed || isNeighbour(got, value) ? Math.abs(got - value) : 0;
}

/** Whether `got` is the f16 next above or below a value that has none. */
function isNeighbour(got: number, value: number): boolean {
  const bits = encodeFloat16(value);
  const nearest = decodeFloat16(bits);
  if (nearest === value) return false;
  const other = decodeFloat16(bits + (Math.abs(nearest) > Math.abs(value) ? -1 : 1));
  return got === nearest || got === other;
}
