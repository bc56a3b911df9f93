import { afterAll, beforeAll } from 'vitest';
import type { Gpu, LoadedPlan } from '../../src/device/gpu.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { VARIANTS } from '../../src/kernels/registry.ts';
import type { Subject } from '../../src/lab/subject.ts';
import { accepted } from '../kernels/expect-right.ts';
import { openDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { spec } from './specs.ts';

/** Three workgroups of 64 lanes along N, an output each. */
export const LANE_PLAN = accepted(
  VARIANTS.naive.plan({ ...RAGGED, M: 1, N: 192, K: 32 }, { WX: 64, WY: 1 }, DEFAULT_CAPS),
);

/** Where outputs go in any text for {@link LANE_PLAN}. */
export const OUTPUT = '@group(0) @binding(5) var<storage, read_write> output : array<f32>;';

/** An array of a number for each lane, which most of the texts share. */
export const TILE = 'var<workgroup> tile : array<f32, 64>;';

/** A user's text: declarations, and the body of `main`, which knows its `lane`, its `group` and where its output goes, `at`. */
export const laneText = (declarations: string, body: string): string => `
${OUTPUT}
${declarations}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) lane : u32) {
  let at = group.x * 64u + lane;
  ${body}
}
`;

/** Where the texts run. */
export interface LaneDevice {
  readonly gpu: () => Gpu;
  /** Has {@link LANE_PLAN}. */
  readonly loaded: () => LoadedPlan;
}

/** Opens a device and loads {@link LANE_PLAN} for the tests of one file, and destroys both after. */
export function useLaneDevice(): LaneDevice {
  let gpu: Gpu;
  let loaded: LoadedPlan;
  beforeAll(async () => {
    gpu = await openDawn();
    loaded = await gpu.load(LANE_PLAN);
  });
  afterAll(() => {
    loaded.destroy();
    gpu.destroy();
  });
  return { gpu: () => gpu, loaded: () => loaded };
}

/** An experiment with a user's text. @param loaded has {@link LANE_PLAN}. */
export const laneSubject = (loaded: LoadedPlan, wgsl: string): Subject => ({
  kind: 'ready',
  spec: spec({ wgsl }),
  loaded,
  weights: quantize(new Float32Array(1), 1, 1, RAGGED.format),
  facts: {},
});
