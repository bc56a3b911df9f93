import { floorLog2 } from './small-float.ts';

const MAX = 448;
const SMALLEST = 2 ** -9;

/**
 * ggml's encoder of NVFP4 scales, decoded by the plain meaning of its code (ggml's own decoder gives half of it): half up
 * to three mantissa bits; subnormals no higher than 7 · 2⁻⁹; whatever reaches 256 becomes 448; 0 for what is not positive.
 */
export function ggmlUe4m3(value: number): number {
  if (!(value > 0)) return 0;
  const clamped = Math.min(Math.fround(value), MAX);
  if (clamped < 2 ** -6) return Math.min(Math.floor(Math.fround(clamped / SMALLEST + 0.5)), 7) * SMALLEST;
  const step = 2 ** (floorLog2(clamped) - 3);
  const rounded = Math.floor(clamped / step + 0.5) * step;
  return rounded >= 256 ? MAX : rounded;
}
