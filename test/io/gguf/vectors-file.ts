import { readFile } from 'node:fs/promises';

/** The bytes of a file that ggml's own writer made: 47 tensors, of which 23 are quantized. */
export async function readVectorsFile(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL('../../fixtures/ggml-vectors.gguf', import.meta.url)));
}
