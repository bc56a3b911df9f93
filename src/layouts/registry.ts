import type { Layout } from './layout.ts';

/** Rows of chunks, a column after the other: the LSB-first stream that GPTQ, Tilus and ONNX Runtime store. */
const stream: Layout = {
  id: 'stream',
  summary: 'Each column is one LSB-first bit stream along K; neighbouring lanes read far apart.',
  chunkStart: ({ paddedK, bits }, n, chunk) => ((n * paddedK) / 32 + chunk) * bits,
  groupIndex: ({ groups }, n, group) => n * groups + group,
};

/** `[N/NB][K/32][NB][bits]` words, scales `[N/NB][groups][NB]`. */
const interleaved: Layout = {
  id: 'interleaved',
  summary: 'Tiles of NB columns × 32 codes, K-major: neighbouring lanes read neighbouring words.',
  chunkStart: ({ paddedK, bits, NB }, n, chunk) =>
    ((Math.floor(n / NB) * (paddedK / 32) + chunk) * NB + (n % NB)) * bits,
  groupIndex: ({ groups, NB }, n, group) => (Math.floor(n / NB) * groups + group) * NB + (n % NB),
};

/** Every layout by its id. */
export const LAYOUTS = { interleaved, stream } as const satisfies Record<string, Layout>;

/** The id of a layout. */
export type LayoutId = keyof typeof LAYOUTS;

/** All ids of {@link LAYOUTS}, the default first. */
export const LAYOUT_IDS = Object.keys(LAYOUTS) as [LayoutId, ...LayoutId[]];
