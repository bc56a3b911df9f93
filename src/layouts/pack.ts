import { encodeFloat16 } from '../base/float16.ts';
import { float32Bits } from '../base/float32.ts';
import { ceilDiv } from '../base/integers.ts';
import { codesByValue } from '../formats/element.ts';
import { elementOf, groupCount, groupSize, minType, scaleOf, zeroBits } from '../formats/format.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import { SCALE_TYPES } from '../formats/scale-type.ts';
import { putBits } from './bits.ts';
import type { Geometry, Layout } from './layout.ts';
import { packCodes } from './pack-codes.ts';

/** Weights as a kernel's buffers hold them; a buffer is absent where the format stores no such thing. */
export interface PackedWeights {
  /** Codes, as the layout places them. */
  readonly weights: Uint32Array<ArrayBuffer>;
  /** Codes of the scales, an LSB-first stream in the order of the layout's group index. */
  readonly scales: Uint32Array<ArrayBuffer> | undefined;
  /** Zero points (`zeroBits(format)` each) or codes of the minima, in the same order. */
  readonly zeros: Uint32Array<ArrayBuffer> | undefined;
  /** The second level: f32 in the order of `parentIndex`, or f16 for `super`, each with its minimum's after it if there is one; for `double` what is added comes last. */
  readonly parents: Uint32Array<ArrayBuffer> | undefined;
}

/**
 * Prepacks canonical codes for a kernel. Padding multiplies activations that are zero: along K its codes are what
 * is stored as the zero point of the last group, or the code nearest to zero, and groups and columns that lie in the padding have the scale's code 0.
 *
 * @throws RangeError if the geometry is smaller than the matrix.
 */
export function packWeights(weights: QuantizedWeights, layout: Layout, geometry: Geometry): PackedWeights {
  const { N, K, codes, format, zeros } = weights;
  const { paddedN, paddedK } = geometry;
  if (paddedN < N || paddedK < K) throw new RangeError('the padded matrix is smaller than the matrix');
  const padding = codesByValue(elementOf(format)).reduce((best, each) =>
    Math.abs(each.value) < Math.abs(best.value) ? each : best,
  ).code;
  const groups = groupCount(format, K);
  const size = groupSize(format, K);
  const codeAt = (n: number, k: number): number => {
    if (n < N && k < K) return codes[n * K + k]!;
    return zeros && n < N ? zeros[n * groups + Math.min(Math.floor(k / size), groups - 1)]! : padding;
  };
  return { weights: packCodes(codeAt, layout, geometry), ...packScales(weights, layout, geometry) };
}

/** What decodes the codes of a matrix: scales, zero points, minima and the second level, as they are stored. */
export type StoredGroups = Pick<QuantizedWeights, 'format' | 'N' | 'K' | 'zeros' | 'stored'>;

/** All that {@link packWeights} prepacks but the codes. */
export function packScales(
  groups: StoredGroups,
  layout: Layout,
  geometry: Geometry,
): Omit<PackedWeights, 'weights'> {
  const { format, zeros, stored } = groups;
  return {
    scales: packGroups(groups, layout, geometry, stored.scales, scaleOf(format).bits),
    zeros: zeros
      ? packGroups(groups, layout, geometry, zeros, zeroBits(format))
      : stored.mins && packGroups(groups, layout, geometry, stored.mins, SCALE_TYPES[minType(format)].bits),
    parents: packParents(groups),
  };
}

/** Index of a group's scale in a layout: its own, or row-major where it places single codes. */
export const groupIndex = ({ placement }: Layout, geometry: Geometry, n: number, group: number): number =>
  placement.kind === 'chunks' ? placement.groupIndex(geometry, n, group) : n * geometry.groups + group;

function packGroups(
  { format, N, K }: StoredGroups,
  layout: Layout,
  geometry: Geometry,
  codes: Uint8Array | Uint32Array,
  bits: number,
): Uint32Array<ArrayBuffer> | undefined {
  if (bits === 0) return undefined;
  const groups = groupCount(format, K);
  const words = new Uint32Array(ceilDiv(geometry.paddedN * geometry.groups * bits, 32));
  for (let n = 0; n < N; n++) {
    for (let group = 0; group < groups; group++) {
      putBits(words, groupIndex(layout, geometry, n, group) * bits, bits, codes[n * groups + group]!);
    }
  }
  return words;
}

function packParents({ format, stored }: StoredGroups): Uint32Array<ArrayBuffer> | undefined {
  const { parents, parentMins, offset = 0 } = stored;
  if (!parents) return undefined;
  if (format.secondLevel !== 'super') {
    const all = format.secondLevel === 'double' ? [...parents, offset] : [...parents];
    return Uint32Array.from(all, float32Bits);
  }
  const each = parentMins ? 2 : 1;
  const words = new Uint32Array(ceilDiv(parents.length * each, 2));
  parents.forEach((parent, i) => {
    putBits(words, i * each * 16, 16, encodeFloat16(parent));
    if (parentMins) putBits(words, (i * 2 + 1) * 16, 16, encodeFloat16(parentMins[i]!));
  });
  return words;
}
