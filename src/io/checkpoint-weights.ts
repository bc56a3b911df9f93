import type { WeightFormat } from '../formats/format.ts';
import { PRESETS } from '../formats/presets.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import { unpackAwq } from '../layouts/foreign/awq.ts';
import type { FloatScale } from '../layouts/foreign/foreign-format.ts';
import { unpackGptq } from '../layouts/foreign/gptq.ts';
import { type CheckpointLayer, findCheckpointLayer } from './checkpoint-layers.ts';
import type { Tensor } from './safetensors.ts';
import type { ByteSource } from './source.ts';

/** A GPTQ or AWQ layer of a file, not read yet. */
export interface CheckpointWeights {
  readonly description: { readonly N: number; readonly K: number; readonly format: WeightFormat };
  /**
   * Reads the layer's tensors. With act-order the columns along K come in the order of their groups.
   *
   * @throws FormatError if the tensors hold no such layer.
   */
  read(): Promise<QuantizedWeights>;
}

const PARTS = ['qweight', 'qzeros', 'scales', 'g_idx'];

/**
 * The GPTQ or AWQ layer that a name stands for: its prefix, or one of its tensors.
 *
 * @param tensors of the file.
 * @returns undefined where there is no such layer.
 * @throws WeightSourceError if the layer is broken.
 */
export function readCheckpointLayer(
  source: ByteSource,
  tensors: readonly Tensor[],
  name: string,
): CheckpointWeights | undefined {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const prefix = PARTS.includes(last) ? name.slice(0, -last.length - 1) : name;
  if (!tensors.some((tensor) => tensor.name === `${prefix}.qweight`)) return undefined;
  const layer = findCheckpointLayer(tensors, prefix);
  const { N, K } = layer;
  return { description: { N, K, format: formatOf(layer) }, read: () => readLayer(source, layer) };
}

const SCALES: Readonly<Record<string, FloatScale>> = { F16: 'f16', BF16: 'bf16', F32: 'f32' };

const scaleOf = ({ tensors }: CheckpointLayer): FloatScale => SCALES[tensors.scales.dtype]!;

/** The preset, or where group or scale type is another, its parts without the name. */
function formatOf(layer: CheckpointLayer): WeightFormat {
  const { kind, bits, group, zeroOffset } = layer;
  const name = kind === 'awq' ? 'awq' : `gptq${String(bits)}${zeroOffset === 1 ? '' : '-v2'}`;
  const { preset, ...parts } = PRESETS[name]!.format;
  const scale = scaleOf(layer);
  if (group === parts.group && scale === parts.scale) return { preset: preset!, ...parts };
  return { ...parts, group: group === layer.K ? 'K' : group, scale };
}

async function readLayer(source: ByteSource, layer: CheckpointLayer): Promise<QuantizedWeights> {
  const { kind, N, K, bits, group, zeroOffset, tensors } = layer;
  const sizes = { N, K, group, scale: scaleOf(layer) };
  const ints = async (tensor: Tensor): Promise<Int32Array<ArrayBuffer>> =>
    new Int32Array(await readBytes(source, tensor));
  const qweight = await ints(tensors.qweight);
  const qzeros = await ints(tensors.qzeros);
  const scaleBytes = await readBytes(source, tensors.scales);
  const scales = sizes.scale === 'f32' ? new Uint32Array(scaleBytes) : new Uint16Array(scaleBytes);
  if (kind === 'awq') return unpackAwq({ qweight, qzeros, scales }, sizes);
  const g_idx = tensors.g_idx && (await ints(tensors.g_idx));
  const version = zeroOffset === 1 ? 1 : 2;
  return unpackGptq({ qweight, qzeros, scales, g_idx }, { ...sizes, bits, version }).weights;
}

const readBytes = async (source: ByteSource, { offset, length }: Tensor): Promise<ArrayBuffer> =>
  // A copy, because a view of words must begin at a multiple of their size.
  (await source.read(offset, length)).slice().buffer;
