/** One pass ready to be recorded. */
export interface ReadyPass {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly dispatch: readonly [x: number, y: number, z: number];
}

/** Records passes one after the other: WebGPU runs the dispatches of a compute pass in their order. */
export function recordPasses(pass: GPUComputePassEncoder, passes: Iterable<ReadyPass>): void {
  let last: ReadyPass | undefined;
  for (const next of passes) {
    if (next.pipeline !== last?.pipeline) pass.setPipeline(next.pipeline);
    if (next.bindGroup !== last?.bindGroup) pass.setBindGroup(0, next.bindGroup);
    pass.dispatchWorkgroups(...next.dispatch);
    last = next;
  }
}
