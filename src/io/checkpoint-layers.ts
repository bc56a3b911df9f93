import type { Tensor } from './safetensors.ts';
import { shown } from './schema.ts';
import { WeightSourceError } from './source.ts';

/** What a layer is recognised by; more, such as the shard that a tensor lies in, may come along. */
export type NamedTensor = Pick<Tensor, 'name' | 'dtype' | 'shape'>;

/**
 * `checkpoint_format` of a GPTQ model's `quantize_config.json`: version 1 stores each zero point minus 1, version 2 the
 * zero point itself. The tensors alone do not tell.
 */
export type CheckpointFormat = 'gptq' | 'gptq_v2';

/** The tensors of a layer by their last names. */
export interface LayerTensors<T> {
  /** I32; GPTQ [K·bits/32, N], packed along K; AWQ [K, N·bits/32], packed along N. */
  readonly qweight: T;
  /** I32 [K/group, N·bits/32], packed along N. */
  readonly qzeros: T;
  /** F16, BF16 or F32 [K/group, N]. */
  readonly scales: T;
  /** I32 [K]: the group of each k; GPTQ only. */
  readonly g_idx?: T;
}

/** One linear layer of a quantized checkpoint. */
export interface CheckpointLayer<T extends NamedTensor = Tensor> {
  readonly kind: 'gptq' | 'awq';
  /** What the names of its tensors have in common, without the last dot. */
  readonly prefix: string;
  readonly bits: number;
  /** Consecutive k that share a scale, where no group index says otherwise. */
  readonly group: number;
  readonly N: number;
  readonly K: number;
  /** Whether `g_idx` is there. It may still say nothing new: k/group. */
  readonly hasGroupIndex: boolean;
  /** What a stored zero point lacks: 1 in GPTQ's version 1, else 0. */
  readonly zeroOffset: 0 | 1;
  readonly tensors: LayerTensors<T>;
}

type Part = keyof LayerTensors<unknown>;

const DTYPES: Readonly<Record<Part, readonly string[]>> = {
  qweight: ['I32'],
  qzeros: ['I32'],
  scales: ['F16', 'BF16', 'F32'],
  g_idx: ['I32'],
};

const WORD = 32;
const GPTQ_BITS = [2, 3, 4, 8];
/** The order of eight nibbles is what makes AWQ's packing. */
const AWQ_BITS = [4];

/**
 * Every GPTQ and AWQ layer among the tensors of a checkpoint: whatever has two of the three tensors that each layer has.
 * All else is passed over.
 *
 * @param tensors those of one file, or of all shards: a layer's tensors may lie in different ones.
 * @throws WeightSourceError if a layer is broken, naming the tensor that is missing or misshaped.
 * @awaited by a list of what a file holds.
 */
export const listCheckpointLayers = <T extends NamedTensor>(
  tensors: readonly T[],
  checkpointFormat: CheckpointFormat = 'gptq',
): CheckpointLayer<T>[] => {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const found = new Map<string, number>();
  for (const { name } of tensors) {
    const prefix = /^(.+)[.](?:qweight|qzeros|scales)$/s.exec(name)?.[1];
    if (prefix !== undefined) found.set(prefix, (found.get(prefix) ?? 0) + 1);
  }
  return [...found]
    .filter(([, parts]) => parts > 1)
    .map(([prefix]) => recogniseLayer(byName, prefix, checkpointFormat));
};

/**
 * One GPTQ or AWQ layer: its kind, sizes, bits and group, all told from the shapes of its tensors.
 *
 * @param prefix as `model.layers.0.mlp.up_proj`.
 * @throws WeightSourceError if there is no such layer or it is broken, naming the tensor that is missing or misshaped.
 */
export const findCheckpointLayer = <T extends NamedTensor>(
  tensors: readonly T[],
  prefix: string,
  checkpointFormat: CheckpointFormat = 'gptq',
): CheckpointLayer<T> =>
  recogniseLayer(new Map(tensors.map((tensor) => [tensor.name, tensor])), prefix, checkpointFormat);

function refuse(prefix: string, why: string): never {
  throw new WeightSourceError(`The layer ${shown(prefix)} cannot be read: ${why}`);
}

function recogniseLayer<T extends NamedTensor>(
  byName: ReadonlyMap<string, T>,
  prefix: string,
  checkpointFormat: CheckpointFormat,
): CheckpointLayer<T> {
  const tensors = collectTensors(byName, prefix);
  const packed = matrixSizes(tensors.qweight);
  const zeros = matrixSizes(tensors.qzeros);
  const [groups, N] = matrixSizes(tensors.scales);
  const kind = kindOf(prefix, tensors, packed, N);
  const bits = (zeros[1] * WORD) / N;
  const allowed = kind === 'gptq' ? GPTQ_BITS : AWQ_BITS;
  if (!allowed.includes(bits)) {
    const many = `${describe(tensors.qzeros)} for ${String(N)} columns makes ${String(bits)} bits a weight`;
    refuse(prefix, `${many}; ${kind.toUpperCase()} has ${allowed.join(', ')}.`);
  }
  const K = kind === 'gptq' ? (packed[0] * WORD) / bits : packed[0];
  checkSizes(prefix, tensors, { K, groups, zeroRows: zeros[0] });
  return {
    kind,
    prefix,
    bits,
    group: K / groups,
    N,
    K,
    hasGroupIndex: tensors.g_idx !== undefined,
    zeroOffset: kind === 'gptq' && checkpointFormat === 'gptq' ? 1 : 0,
    tensors,
  };
}

function collectTensors<T extends NamedTensor>(
  byName: ReadonlyMap<string, T>,
  prefix: string,
): LayerTensors<T> {
  const find = (part: Part): T | undefined => {
    const tensor = byName.get(`${prefix}.${part}`);
    if (tensor && !DTYPES[part].includes(tensor.dtype)) {
      refuse(prefix, `${describe(tensor)} must be of type ${DTYPES[part].join(' or ')}.`);
    }
    return tensor;
  };
  const need = (part: Part): T =>
    find(part) ?? refuse(prefix, `there is no tensor ${shown(`${prefix}.${part}`)}.`);
  const required = { qweight: need('qweight'), qzeros: need('qzeros'), scales: need('scales') };
  for (const tensor of Object.values(required)) {
    if (tensor.shape.length !== 2 || tensor.shape.includes(0)) {
      refuse(prefix, `${describe(tensor)} must be a matrix.`);
    }
  }
  const groupIndex = find('g_idx');
  return groupIndex ? { ...required, g_idx: groupIndex } : required;
}

const matrixSizes = ({ shape }: NamedTensor): readonly [number, number] => [shape[0]!, shape[1]!];

/** Packed weights have all N columns in GPTQ, and those of the zero points, several to a word, in AWQ. */
function kindOf(
  prefix: string,
  { qweight, qzeros, g_idx }: LayerTensors<NamedTensor>,
  [, columns]: readonly [number, number],
  N: number,
): 'gptq' | 'awq' {
  if (columns === N) return 'gptq';
  const zeroColumns = qzeros.shape[1]!;
  if (columns !== zeroColumns) {
    refuse(
      prefix,
      `${describe(qweight)} must have ${String(N)} columns (GPTQ) or ${String(zeroColumns)} (AWQ).`,
    );
  }
  if (g_idx)
    refuse(prefix, `${describe(g_idx)} belongs to GPTQ, and ${describe(qweight)} is packed as AWQ does.`);
  return 'awq';
}

interface Sizes {
  readonly K: number;
  /** Rows of the scales. */
  readonly groups: number;
  readonly zeroRows: number;
}

function checkSizes(
  prefix: string,
  { qweight, qzeros, scales, g_idx }: LayerTensors<NamedTensor>,
  { K, groups, zeroRows }: Sizes,
): void {
  if (!Number.isInteger(K))
    refuse(prefix, `${describe(qweight)} must hold whole rows of weights, not ${String(K)}.`);
  if (zeroRows !== groups) {
    refuse(prefix, `${describe(qzeros)} must have as many rows as ${describe(scales)}.`);
  }
  if (K % groups !== 0) {
    refuse(prefix, `${describe(scales)} has ${String(groups)} groups, which do not divide K = ${String(K)}.`);
  }
  if (g_idx && (g_idx.shape.length !== 1 || g_idx.shape[0] !== K)) {
    refuse(prefix, `${describe(g_idx)} must be of shape [${String(K)}].`);
  }
}

/** `qweight (I32 [64,256])`, with its last name only, because the layer is named before. */
const describe = ({ name, dtype, shape }: NamedTensor): string =>
  `${name.slice(name.lastIndexOf('.') + 1)} (${dtype} ${shown(shape)})`;
