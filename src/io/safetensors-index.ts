import { noSuchTensor, readSafetensorsHeader, type Tensor } from './safetensors.ts';
import { shown } from './schema.ts';
import { type ByteSource, WeightSourceError } from './source.ts';

/** Which file of a sharded model holds which tensor: the name of the file by the name of the tensor. */
export type SafetensorsIndex = ReadonlyMap<string, string>;

/** A tensor of a sharded model, and the shard to read it from. */
export interface ShardedTensor {
  /** Name of the shard. */
  readonly file: string;
  readonly source: ByteSource;
  readonly tensor: Tensor;
}

/** Bytes; the index of the largest public models has some 10 MB. */
const MAX_INDEX = 32 << 20;

/** A plain name next to the index: no folder, no drive, nothing that an address gives a meaning to, not hidden. */
const SHARD_NAME = /^[\w+=@-][\w+=@. -]*[.]safetensors$/;
const MAX_SHARD_NAME = 255;

function refuse(why: string): never {
  throw new WeightSourceError(`This is no readable safetensors index: ${why}`);
}

/**
 * Reads `model.safetensors.index.json`: `{"metadata": …, "weight_map": {TENSOR: FILE, …}}`. Every file must be a plain
 * name that ends in `.safetensors`, so that an index names nothing outside its own folder.
 *
 * @throws WeightSourceError saying what is wrong with it.
 */
export async function readSafetensorsIndex(source: ByteSource): Promise<SafetensorsIndex> {
  if (source.size > MAX_INDEX) {
    refuse(`it is ${String(source.size)} bytes long; at most ${String(MAX_INDEX)} are read.`);
  }
  const map = parseWeightMap(await source.read(0, source.size));
  const index = new Map<string, string>();
  for (const [tensor, file] of Object.entries(map)) {
    const what = `the tensor ${shown(tensor)}`;
    if (typeof file !== 'string') return refuse(`${what} is in no file: a name must stand there.`);
    if (file.length > MAX_SHARD_NAME || !SHARD_NAME.test(file)) {
      refuse(`${what} is in ${shown(file)}: that must be the plain name of a .safetensors file.`);
    }
    index.set(tensor, file);
  }
  return index;
}

function parseWeightMap(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let index: unknown;
  try {
    index = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('it is not JSON.');
  }
  if (!isObject(index)) return refuse('it is not an object.');
  const map = index['weight_map'];
  if (map === undefined) return refuse('weight_map is missing.');
  return isObject(map) ? map : refuse('weight_map is not an object.');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Finds a tensor of a sharded model. Only the shard that holds it is opened, and only the header of that is read.
 *
 * @param open opens the shard of this name; it may be called with no other names than those of the index.
 * @throws WeightSourceError if the index has no such tensor, or the shard is damaged or does not hold it.
 * @awaited by layers whose tensors lie in several files.
 */
export async function findShardedTensor(
  index: SafetensorsIndex,
  name: string,
  open: (file: string) => Promise<ByteSource>,
): Promise<ShardedTensor> {
  const file = index.get(name);
  if (file === undefined) throw noSuchTensor(name, [...index.keys()]);
  const source = await open(file);
  const tensor = (await readSafetensorsHeader(source)).find((candidate) => candidate.name === name);
  if (tensor) return { file, source, tensor };
  throw new WeightSourceError(
    `The index says that the tensor ${shown(name)} is in ${file}, and that file does not hold it.`,
  );
}
