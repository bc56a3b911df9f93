import { shown } from '../schema.ts';
import type { ByteSource } from '../source.ts';
import { type GgufValue, readGgufMetadata, statedAlignment } from './gguf-metadata.ts';
import { GgufReader, refuseGguf } from './gguf-reader.ts';
import { type GgufTensor, placeGgufTensors, readGgufTensorInfos } from './gguf-tensors.ts';

/** What a GGUF file says before its weights. */
export interface GgufHeader {
  readonly version: 2 | 3;
  /** Bytes; every tensor begins at a multiple of it. */
  readonly alignment: number;
  /** By key, in the file's order. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** In the order of their bytes. */
  readonly tensors: readonly GgufTensor[];
}

/** `GGUF` */
const MAGIC = 0x46554747;
const DEFAULT_ALIGNMENT = 32;

/**
 * Reads the header of a GGUF file of version 2 or 3, little-endian
 * (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), piece by piece. No length or count in it is trusted before
 * it is checked against the file's size. A tensor of a type that ggml does not have is listed, not refused.
 *
 * @throws WeightSourceError saying what is wrong with the file, and at which byte.
 */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  const reader = new GgufReader(source);
  const version = await readVersion(reader);
  await reader.need(16, 'its header');
  const tensorCountAt = reader.at;
  const tensorCount = reader.uint64();
  const metadata = await readGgufMetadata(reader, reader.uint64());
  const alignment = statedAlignment(metadata) ?? DEFAULT_ALIGNMENT;
  const infos = await readGgufTensorInfos(reader, tensorCount, tensorCountAt, alignment);
  const start = Math.ceil(reader.at / alignment) * alignment;
  return { version, alignment, metadata, tensors: placeGgufTensors(infos, start, source.size) };
}

async function readVersion(reader: GgufReader): Promise<2 | 3> {
  await reader.need(4, 'its first word');
  const magic = reader.uint32();
  if (magic !== MAGIC) {
    const letters = String.fromCharCode(...[0, 8, 16, 24].map((shift) => (magic >>> shift) & 0xff));
    refuseGguf(0, `it begins with ${shown(letters)}, not "GGUF".`);
  }
  await reader.need(4, 'its version');
  const version = reader.uint32();
  if (version === 2 || version === 3) return version;
  // No version is a multiple of 2^16, so a number that looks like one has its bytes the other way round.
  if (version !== 0 && version % 2 ** 16 === 0) {
    refuseGguf(4, 'it proves to be big-endian; only little-endian files are read.');
  }
  return refuseGguf(4, `it is of version ${String(version)}; versions 2 and 3 are read.`);
}
