import { decodeBfloat16 } from '../base/float32.ts';
import { decodeFloat16 } from '../base/float16.ts';
import { FormatError } from '../formats/element-names.ts';
import type { WeightFormat } from '../formats/format.ts';
import { GGML_CODECS } from '../formats/ggml/registry.ts';
import { PRESETS } from '../formats/presets.ts';
import { readCheckpointLayer } from './checkpoint-weights.ts';
import { readGgufHeader } from './gguf/gguf-header.ts';
import type { GgufTensor } from './gguf/gguf-tensors.ts';
import { noSuchTensor, readSafetensorsHeader, readSafetensorsMatrix } from './safetensors.ts';
import { shown } from './schema.ts';
import { type ByteSource, type StoredMatrix, WeightSourceError } from './source.ts';

/** What is known of a weight matrix before it is read. */
export interface WeightDescription {
  readonly N: number;
  readonly K: number;
  /** Its format, if it is quantized. */
  readonly format?: WeightFormat;
}

/** Whether a file begins as GGUF files do. */
async function isGguf(source: ByteSource): Promise<boolean> {
  if (source.size < 4) return false;
  const bytes = await source.read(0, 4);
  return String.fromCharCode(...bytes) === 'GGUF';
}

/**
 * Describes a tensor of a GGUF file, a matrix of a safetensors file, or the GPTQ or AWQ layer of which `name` is the prefix
 * (or one of its tensors); only headers are read.
 *
 * @throws WeightSourceError if the file is damaged, or has no such tensor that can be read as weights.
 */
export async function describeTensor(source: ByteSource, name: string): Promise<WeightDescription> {
  if (await isGguf(source)) {
    const tensor = await findGgufTensor(source, name);
    const codec = codecOf(tensor);
    return { N: tensor.N, K: tensor.K, ...(codec ? { format: PRESETS[codec.preset]!.format } : {}) };
  }
  const tensors = await readSafetensorsHeader(source);
  const layer = readCheckpointLayer(source, tensors, name);
  if (layer) return layer.description;
  const [N, K, ...more] = tensors.find((tensor) => tensor.name === name)?.shape ?? [];
  if (N && K && more.length === 0) return { N, K };
  // Reading it is what says, in a sentence, why it is no matrix.
  return readSafetensorsMatrix(source, name);
}

/**
 * Reads the weights that {@link describeTensor} describes: only the bytes of that tensor or layer.
 *
 * @param refuses whether ggml's codes and scales that are no numbers are refused.
 * @throws WeightSourceError as that does, and where the weights hold what is refused: its cause is the FormatError.
 */
export async function readTensor(source: ByteSource, name: string, refuses = true): Promise<StoredMatrix> {
  try {
    if (await isGguf(source)) return await readGgufTensor(source, name, refuses);
    const layer = readCheckpointLayer(source, await readSafetensorsHeader(source), name);
    return await (layer ? layer.read() : readSafetensorsMatrix(source, name));
  } catch (error) {
    if (error instanceof FormatError) {
      throw new WeightSourceError(`The tensor ${shown(name)} cannot be read: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Types whose values are floats. */
const FLOATS: Readonly<Record<string, (bytes: ArrayBuffer) => Float32Array<ArrayBuffer>>> = {
  F32: (bytes) => new Float32Array(bytes),
  F64: (bytes) => Float32Array.from(new Float64Array(bytes)),
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes), decodeFloat16),
  BF16: (bytes) => Float32Array.from(new Uint16Array(bytes), decodeBfloat16),
};

async function findGgufTensor(source: ByteSource, name: string): Promise<GgufTensor> {
  const { tensors } = await readGgufHeader(source);
  const tensor = tensors.find((candidate) => candidate.name === name);
  if (!tensor) {
    throw noSuchTensor(
      name,
      tensors.map((each) => each.name),
    );
  }
  return tensor;
}

/** The codec of a tensor's type, `undefined` for floats. @throws WeightSourceError for every other type. */
function codecOf({ name, type }: GgufTensor): (typeof GGML_CODECS)[string] | undefined {
  const codec = GGML_CODECS[type.name.toLowerCase()];
  if (codec || type.name in FLOATS) return codec;
  const why = {
    current: 'that type is recognised, but not decoded here',
    removed: 'ggml has given that type up',
    unknown: 'ggml has no such type',
  }[type.status];
  const decoded = [...Object.keys(FLOATS), ...Object.keys(GGML_CODECS)].join(', ');
  throw new WeightSourceError(
    `The tensor ${shown(name)} is of type ${type.name}: ${why}. Decoded are ${decoded}.`,
  );
}

async function readGgufTensor(source: ByteSource, name: string, refuses: boolean): Promise<StoredMatrix> {
  const tensor = await findGgufTensor(source, name);
  const codec = codecOf(tensor);
  const { N, K, type, offset, length } = tensor;
  // A copy, because a view of these types must begin at a multiple of their size.
  const bytes = (await source.read(offset, length)).slice();
  return codec ? codec.unpack(bytes, N, K, refuses) : { N, K, values: FLOATS[type.name]!(bytes.buffer) };
}
