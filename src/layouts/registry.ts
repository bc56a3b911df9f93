import { CHUNK, type Layout } from './layout.ts';

/** A column after the other, each one LSB-first stream: what GPTQ, Tilus and ONNX Runtime store. */
const stream: Layout = {
  id: 'stream',
  summary: 'Each column is one LSB-first bit stream along K; neighbouring lanes read far apart.',
  wordIndex: ({ paddedK, bits }, n, chunk, i) => ((n * paddedK) / CHUNK + chunk) * bits + i,
  groupIndex: ({ groups }, n, group) => n * groups + group,
};

/** `[N/NB][K/32][bits][NB]` words, scales `[N/NB][groups][NB]`: four neighbouring columns fill one 16-byte load at any width. */
const interleaved: Layout = {
  id: 'interleaved',
  summary:
    'Words of NB columns side by side, K-major: one 16-byte load brings four columns, lanes read in a row.',
  wordIndex: ({ paddedK, bits, NB }, n, chunk, i) =>
    ((Math.floor(n / NB) * (paddedK / CHUNK) + chunk) * bits + i) * NB + (n % NB),
  groupIndex: ({ groups, NB }, n, group) => (Math.floor(n / NB) * groups + group) * NB + (n % NB),
};

/** Every layout by its id. */
export const LAYOUTS = { interleaved, stream } as const satisfies Record<string, Layout>;

/** The id of a layout. */
export type LayoutId = keyof typeof LAYOUTS;

/** All ids of {@link LAYOUTS}, the default first. */
export const LAYOUT_IDS = Object.keys(LAYOUTS) as [LayoutId, ...LayoutId[]];
