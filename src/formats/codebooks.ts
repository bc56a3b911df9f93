/** NF4 of bitsandbytes (Dettmers et al., QLoRA, arXiv 2305.14314, appendix E), by code; each rounded to f32. */
export const NF4: readonly number[] = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
  -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
  0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
].map(Math.fround);

/** FP4 of bitsandbytes by code: sign in the top bit, twelfths in an order of their own; not OCP's E2M1. */
export const BNB_FP4: readonly number[] = [1, -1].flatMap((sign) =>
  [0, 0.0625, 8, 12, 4, 6, 2, 3].map((twelfths) => sign * Math.fround(twelfths / 12)),
);

/** IQ4_NL of ggml by code (`ggml-common.h`, kvalues_iq4nl). */
export const IQ4_NL: readonly number[] = [
  -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
];

/** What BitBLAS names "fp4_e2m1", by code: sign in the top bit, zero and the powers of two from 2⁻⁶ to 1; not OCP's E2M1. */
export const BITBLAS_FP4: readonly number[] = [1, -1].flatMap((sign) =>
  Array.from({ length: 8 }, (_, code) => (code === 0 ? 0 : sign * 2 ** (code - 7))),
);
