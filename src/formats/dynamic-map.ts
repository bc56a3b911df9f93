/** Exponents of the map. */
const EXPONENTS = 7;

/**
 * The signed 8-bit dynamic map of bitsandbytes (Dettmers et al., 8-bit Optimizers via Block-wise Quantization, arXiv
 * 2110.02861, section 2.1) in ascending order: for exponent i of 0 … 6 the middles of 2^i even parts of [0.1, 1], times
 * 10^(i − 6), with both signs; and 0 and 1. Rounded to f32 as `create_dynamic_map` rounds in torch.
 */
export const DYNAMIC_MAP: readonly number[] = dynamicMap();

function dynamicMap(): number[] {
  const start = Math.fround(0.1);
  const values = [0, 1];
  for (let i = 0; i < EXPONENTS; i++) {
    const parts = 2 ** i;
    const width = Math.fround(Math.fround(1 - start) / parts);
    // torch.linspace counts from the nearer end, each bound with one rounding.
    const bound = (j: number): number =>
      Math.fround(2 * j < parts + 1 ? start + width * j : 1 - width * (parts - j));
    const power = Math.fround(10 ** (i - EXPONENTS + 1));
    for (let j = 0; j < parts; j++) {
      const middle = Math.fround(power * Math.fround(Math.fround(bound(j) + bound(j + 1)) / 2));
      values.push(middle, -middle);
    }
  }
  return values.sort((a, b) => a - b);
}
