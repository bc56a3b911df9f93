import { CHUNK, type ChunkPlacement } from './layout.ts';

/** A column after the other: what GPTQ, Tilus and ONNX Runtime store. */
export const STREAM: ChunkPlacement = {
  kind: 'chunks',
  id: 'stream',
  interleaves: false,
  wordIndex: ({ paddedK, bits }, n, chunk, i) => ((n * paddedK) / CHUNK + chunk) * bits + i,
  groupIndex: ({ groups }, n, group) => n * groups + group,
};

/** `[N/NB][K/32][bits][NB]` words, scales `[N/NB][groups][NB]`: four neighbouring columns fill one 16-byte load at any width. */
export const INTERLEAVED: ChunkPlacement = {
  kind: 'chunks',
  id: 'interleaved',
  interleaves: true,
  wordIndex: ({ paddedK, bits, NB }, n, chunk, i) =>
    ((Math.floor(n / NB) * (paddedK / CHUNK) + chunk) * bits + i) * NB + (n % NB),
  groupIndex: ({ groups, NB }, n, group) => (Math.floor(n / NB) * groups + group) * NB + (n % NB),
};
