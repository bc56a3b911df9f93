import type { GpuDescription } from './gpu.ts';
import { Stopwatch } from './stopwatch.ts';
import { timerStep } from './timer-step.ts';
import { wallClockStep } from './wall-clock.ts';

/** Submits that the probe makes; each is far enough from the last for a coarse clock to move on. */
const SUBMITS = 24;

const EMPTY_KERNEL = '@compute @workgroup_size(1) fn main() {}';

/** Finds the best clock of a device and its step, by looking at the clock itself. */
export async function probeTimer(device: GPUDevice): Promise<GpuDescription['timer']> {
  if (device.features.has('timestamp-query')) {
    const stepNs = timerStep(await readTimestamps(device));
    if (stepNs !== undefined) return { source: 'timestamp-query', stepNs };
  }
  return { source: 'wall-clock', stepNs: wallClockStep() };
}

async function readTimestamps(device: GPUDevice): Promise<readonly bigint[]> {
  const pipeline = await device.createComputePipelineAsync({
    label: 'timer probe',
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: EMPTY_KERNEL }), entryPoint: 'main' },
  });
  const stopwatch = new Stopwatch(device);
  const readings: bigint[] = [];
  for (let i = 0; i < SUBMITS; i++) {
    const pair = await stopwatch.time((pass) => {
      pass.setPipeline(pipeline);
      pass.dispatchWorkgroups(1);
    });
    readings.push(...pair);
  }
  stopwatch.destroy();
  return readings;
}
