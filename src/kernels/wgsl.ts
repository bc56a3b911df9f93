import storeScalar from '../../shaders/epilogues/store-scalar.wgsl?raw';
import storeVector from '../../shaders/epilogues/store-vector.wgsl?raw';
import scaleF16 from '../../shaders/formats/scale-f16.wgsl?raw';
import scaleF32 from '../../shaders/formats/scale-f32.wgsl?raw';
import zeroFixed from '../../shaders/formats/zero-fixed.wgsl?raw';
import zeroStored from '../../shaders/formats/zero-stored.wgsl?raw';
import activationsF16 from '../../shaders/kernels/activations-f16.wgsl?raw';
import activationsF32 from '../../shaders/kernels/activations-f32.wgsl?raw';
import gemv from '../../shaders/kernels/gemv.wgsl?raw';
import naive from '../../shaders/kernels/naive.wgsl?raw';
import tiled from '../../shaders/kernels/tiled.wgsl?raw';
import problem from '../../shaders/kernels/problem.wgsl?raw';
import interleaved from '../../shaders/layouts/interleaved.wgsl?raw';
import stream from '../../shaders/layouts/stream.wgsl?raw';
import type { ScaleType } from '../formats/format.ts';
import type { LayoutId } from '../layouts/registry.ts';
import type { ShaderPart } from './compose.ts';
import type { ActivationType } from './problem.ts';

const part = (folder: string, name: string, wgsl: string): ShaderPart => ({
  name: `shaders/${folder}/${name}.wgsl`,
  wgsl,
});

/** The binding of the packed codes and the index arithmetic of each layout. */
export const LAYOUT_WGSL: Readonly<Record<LayoutId, ShaderPart>> = {
  interleaved: part('layouts', 'interleaved', interleaved),
  stream: part('layouts', 'stream', stream),
};

/** How scales are read. */
export const SCALE_WGSL: Readonly<Record<ScaleType, ShaderPart>> = {
  f16: part('formats', 'scale-f16', scaleF16),
  f32: part('formats', 'scale-f32', scaleF32),
};

/** Where zero points come from. */
export const ZERO_WGSL = {
  fixed: part('formats', 'zero-fixed', zeroFixed),
  stored: part('formats', 'zero-stored', zeroStored),
};

/** How activations are read. */
export const ACTIVATION_WGSL: Readonly<Record<ActivationType, ShaderPart>> = {
  f32: part('kernels', 'activations-f32', activationsF32),
  f16: part('kernels', 'activations-f16', activationsF16),
};

/** How outputs are stored. */
export const STORE_WGSL = {
  scalar: part('epilogues', 'store-scalar', storeScalar),
  vector: part('epilogues', 'store-vector', storeVector),
};

/** The uniform that holds what is not compiled in. */
export const PROBLEM_WGSL = part('kernels', 'problem', problem);

/** The algorithms. */
export const KERNEL_WGSL = {
  gemv: part('kernels', 'gemv', gemv),
  naive: part('kernels', 'naive', naive),
  tiled: part('kernels', 'tiled', tiled),
};
