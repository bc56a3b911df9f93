import bias from '../../shaders/epilogues/bias.wgsl?raw';
import gelu from '../../shaders/epilogues/gelu.wgsl?raw';
import none from '../../shaders/epilogues/none.wgsl?raw';
import silu from '../../shaders/epilogues/silu.wgsl?raw';
import storeScalarF16 from '../../shaders/epilogues/store-scalar-f16.wgsl?raw';
import storeScalar from '../../shaders/epilogues/store-scalar.wgsl?raw';
import storeVectorF16 from '../../shaders/epilogues/store-vector-f16.wgsl?raw';
import storeVector from '../../shaders/epilogues/store-vector.wgsl?raw';
import codebook from '../../shaders/formats/codebook.wgsl?raw';
import half from '../../shaders/formats/half.wgsl?raw';
import levelDouble from '../../shaders/formats/level-double.wgsl?raw';
import levelNone from '../../shaders/formats/level-none.wgsl?raw';
import levelSuper from '../../shaders/formats/level-super.wgsl?raw';
import levelTensorE8m0 from '../../shaders/formats/level-tensor-e8m0.wgsl?raw';
import levelTensor from '../../shaders/formats/level-tensor.wgsl?raw';
import linear from '../../shaders/formats/linear.wgsl?raw';
import minBf16 from '../../shaders/formats/min-bf16.wgsl?raw';
import minCode from '../../shaders/formats/min-code.wgsl?raw';
import minF16 from '../../shaders/formats/min-f16.wgsl?raw';
import minF32 from '../../shaders/formats/min-f32.wgsl?raw';
import minInteger from '../../shaders/formats/min-integer.wgsl?raw';
import minOwn from '../../shaders/formats/min-own.wgsl?raw';
import minSuper from '../../shaders/formats/min-super.wgsl?raw';
import scaleBf16 from '../../shaders/formats/scale-bf16.wgsl?raw';
import scaleCode from '../../shaders/formats/scale-code.wgsl?raw';
import scaleDynamic8 from '../../shaders/formats/scale-dynamic8.wgsl?raw';
import scaleE8m0 from '../../shaders/formats/scale-e8m0.wgsl?raw';
import scaleF16 from '../../shaders/formats/scale-f16.wgsl?raw';
import scaleF32 from '../../shaders/formats/scale-f32.wgsl?raw';
import scaleInteger from '../../shaders/formats/scale-integer.wgsl?raw';
import scaleOne from '../../shaders/formats/scale-one.wgsl?raw';
import scaleSmallFloat from '../../shaders/formats/scale-small-float.wgsl?raw';
import smallFloat from '../../shaders/formats/small-float.wgsl?raw';
import zeroFixed from '../../shaders/formats/zero-fixed.wgsl?raw';
import zeroStored from '../../shaders/formats/zero-stored.wgsl?raw';
import activationsF16 from '../../shaders/kernels/activations-f16.wgsl?raw';
import activationsF32 from '../../shaders/kernels/activations-f32.wgsl?raw';
import dense from '../../shaders/kernels/dense.wgsl?raw';
import dequantDense from '../../shaders/kernels/dequant-dense.wgsl?raw';
import dequantize from '../../shaders/kernels/dequantize.wgsl?raw';
import dp4a from '../../shaders/kernels/dp4a.wgsl?raw';
import gemvDp4a from '../../shaders/kernels/gemv-dp4a.wgsl?raw';
import gemvSubgroups from '../../shaders/kernels/gemv-subgroups.wgsl?raw';
import gemvTree from '../../shaders/kernels/gemv-tree.wgsl?raw';
import gemv from '../../shaders/kernels/gemv.wgsl?raw';
import naive from '../../shaders/kernels/naive.wgsl?raw';
import quantizeActivations from '../../shaders/kernels/quantize-activations.wgsl?raw';
import skinnyDirect from '../../shaders/kernels/skinny-direct.wgsl?raw';
import skinnyPartials from '../../shaders/kernels/skinny-partials.wgsl?raw';
import skinny from '../../shaders/kernels/skinny.wgsl?raw';
import subgroupMatrixHalf from '../../shaders/kernels/subgroup-matrix-half.wgsl?raw';
import subgroupMatrix from '../../shaders/kernels/subgroup-matrix.wgsl?raw';
import tiled from '../../shaders/kernels/tiled.wgsl?raw';
import problem from '../../shaders/kernels/problem.wgsl?raw';
import groupRows from '../../shaders/layouts/group-rows.wgsl?raw';
import interleaved from '../../shaders/layouts/interleaved.wgsl?raw';
import stream from '../../shaders/layouts/stream.wgsl?raw';
import tiles from '../../shaders/layouts/tiles.wgsl?raw';
import peakBuffers from '../../shaders/probes/peak-buffers.wgsl?raw';
import peakCache from '../../shaders/probes/peak-cache.wgsl?raw';
import peakCopy from '../../shaders/probes/peak-copy.wgsl?raw';
import peakDot4 from '../../shaders/probes/peak-dot4.wgsl?raw';
import peakFma from '../../shaders/probes/peak-fma.wgsl?raw';
import peakRead from '../../shaders/probes/peak-read.wgsl?raw';
import peakWorkgroup from '../../shaders/probes/peak-workgroup.wgsl?raw';
import type { MinType, SecondLevel } from '../formats/format.ts';
import type { ScaleType } from '../formats/scale-type.ts';
import type { ShaderPart } from './compose.ts';
import type { ActivationType, Epilogue, OutputType } from './problem.ts';

const part = (folder: string, name: string, wgsl: string): ShaderPart => ({
  name: `shaders/${folder}/${name}.wgsl`,
  wgsl,
});

/** The binding of the packed codes and the index arithmetic of each placement. */
export const LAYOUT_WGSL = {
  interleaved: part('layouts', 'interleaved', interleaved),
  stream: part('layouts', 'stream', stream),
  tiles: part('layouts', 'tiles', tiles),
};

/** Where scales lie that are not interleaved. */
export const GROUP_ROWS_WGSL = part('layouts', 'group-rows', groupRows);

/** What codes mean. */
export const ELEMENT_WGSL = {
  linear: part('formats', 'linear', linear),
  float: part('formats', 'small-float', smallFloat),
  codebook: part('formats', 'codebook', codebook),
};

/** Binary16 in integer arithmetic. */
export const HALF_WGSL = part('formats', 'half', half);

/** Reads the codes of scales that are neither f16 nor f32. */
export const SCALE_CODE_WGSL = part('formats', 'scale-code', scaleCode);

const smallFloatScale = part('formats', 'scale-small-float', scaleSmallFloat);
const integerScale = part('formats', 'scale-integer', scaleInteger);

/** What the stored scale of a group means. */
export const SCALE_WGSL: Readonly<Record<ScaleType, ShaderPart>> = {
  f16: part('formats', 'scale-f16', scaleF16),
  f32: part('formats', 'scale-f32', scaleF32),
  bf16: part('formats', 'scale-bf16', scaleBf16),
  e8m0: part('formats', 'scale-e8m0', scaleE8m0),
  ue4m3: smallFloatScale,
  ue5m3: smallFloatScale,
  u4: integerScale,
  u6: integerScale,
  i6: integerScale,
  i8: integerScale,
  dynamic8: part('formats', 'scale-dynamic8', scaleDynamic8),
  one: part('formats', 'scale-one', scaleOne),
};

/** What stored scales are multiplied by. */
export const LEVEL_WGSL: Readonly<Record<SecondLevel, ShaderPart>> = {
  none: part('formats', 'level-none', levelNone),
  tensor: part('formats', 'level-tensor', levelTensor),
  super: part('formats', 'level-super', levelSuper),
  double: part('formats', 'level-double', levelDouble),
};

/** What stored scales of E8M0 are multiplied by under the second level `tensor`. */
export const LEVEL_TENSOR_E8M0_WGSL = part('formats', 'level-tensor-e8m0', levelTensorE8m0);

/** Where zero points come from. */
export const ZERO_WGSL = {
  fixed: part('formats', 'zero-fixed', zeroFixed),
  stored: part('formats', 'zero-stored', zeroStored),
};

/** Reads the codes of minima. */
export const MIN_CODE_WGSL = part('formats', 'min-code', minCode);

const integerMin = part('formats', 'min-integer', minInteger);

/** What the code of a minimum means. */
export const MIN_WGSL: Readonly<Record<MinType, ShaderPart>> = {
  f32: part('formats', 'min-f32', minF32),
  f16: part('formats', 'min-f16', minF16),
  bf16: part('formats', 'min-bf16', minBf16),
  u4: integerMin,
  u6: integerMin,
};

/** What minima are multiplied by. */
export const MIN_LEVEL_WGSL = {
  own: part('formats', 'min-own', minOwn),
  super: part('formats', 'min-super', minSuper),
};

const activationsAsF32 = part('kernels', 'activations-f32', activationsF32);

/** How activations are read from the buffer that they are uploaded to. */
export const ACTIVATION_WGSL: Readonly<Record<ActivationType, ShaderPart>> = {
  f32: activationsAsF32,
  f16: part('kernels', 'activations-f16', activationsF16),
  i8: activationsAsF32,
};

/** What sums become. */
export const EPILOGUE_WGSL: Readonly<Record<Epilogue, ShaderPart>> = {
  none: part('epilogues', 'none', none),
  bias: part('epilogues', 'bias', bias),
  gelu: part('epilogues', 'gelu', gelu),
  silu: part('epilogues', 'silu', silu),
};

/** How outputs are stored. */
export const STORE_WGSL: Readonly<Record<OutputType, Readonly<Record<'scalar' | 'vector', ShaderPart>>>> = {
  f32: {
    scalar: part('epilogues', 'store-scalar', storeScalar),
    vector: part('epilogues', 'store-vector', storeVector),
  },
  f16: {
    scalar: part('epilogues', 'store-scalar-f16', storeScalarF16),
    vector: part('epilogues', 'store-vector-f16', storeVectorF16),
  },
};

/** The uniform that holds what is not compiled in. */
export const PROBLEM_WGSL = part('kernels', 'problem', problem);

/** The algorithms. */
export const KERNEL_WGSL = {
  dense: part('kernels', 'dense', dense),
  dequantDense: part('kernels', 'dequant-dense', dequantDense),
  dequantize: part('kernels', 'dequantize', dequantize),
  dp4a: part('kernels', 'dp4a', dp4a),
  gemv: part('kernels', 'gemv', gemv),
  gemvDp4a: part('kernels', 'gemv-dp4a', gemvDp4a),
  gemvSubgroups: part('kernels', 'gemv-subgroups', gemvSubgroups),
  gemvTree: part('kernels', 'gemv-tree', gemvTree),
  naive: part('kernels', 'naive', naive),
  quantizeActivations: part('kernels', 'quantize-activations', quantizeActivations),
  skinny: part('kernels', 'skinny', skinny),
  skinnyDirect: part('kernels', 'skinny-direct', skinnyDirect),
  skinnyPartials: part('kernels', 'skinny-partials', skinnyPartials),
  subgroupMatrix: part('kernels', 'subgroup-matrix', subgroupMatrix),
  subgroupMatrixHalf: part('kernels', 'subgroup-matrix-half', subgroupMatrixHalf),
  tiled: part('kernels', 'tiled', tiled),
};

/** The buffers that probes for peaks bind. */
export const PEAK_BUFFERS_WGSL = part('probes', 'peak-buffers', peakBuffers);

/** Work that keeps one part of a device busy, and no other. */
export const PEAK_WGSL = {
  cache: part('probes', 'peak-cache', peakCache),
  copy: part('probes', 'peak-copy', peakCopy),
  dot4: part('probes', 'peak-dot4', peakDot4),
  fma: part('probes', 'peak-fma', peakFma),
  read: part('probes', 'peak-read', peakRead),
  workgroup: part('probes', 'peak-workgroup', peakWorkgroup),
};
