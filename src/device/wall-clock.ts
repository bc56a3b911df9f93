/** Steps of the clock that are watched to find the smallest. */
const STEPS = 20;
/** The longest that the watching may take [ms]. */
const WATCH_MS = 10;

/**
 * The time of one compute pass by the page's clock: from submit to done, less the same for an empty submit taken just
 * before. For devices without usable timestamps.
 *
 * @param before what to wait for once the pass is recorded, before it is submitted.
 * @returns [ns]; noise can make it zero or negative.
 */
export async function timeByWallClock(
  device: GPUDevice,
  record: (pass: GPUComputePassEncoder) => void,
  before: () => Promise<void>,
): Promise<number> {
  const overhead = await submitted(device, () => undefined, before);
  return (await submitted(device, record, before)) - overhead;
}

async function submitted(
  device: GPUDevice,
  record: (pass: GPUComputePassEncoder) => void,
  before: () => Promise<void>,
): Promise<number> {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass);
  pass.end();
  const commands = encoder.finish();
  await before();
  const start = performance.now();
  device.queue.submit([commands]);
  await device.queue.onSubmittedWorkDone();
  return (performance.now() - start) * 1e6;
}

/** The smallest step seen of `performance.now()` [ns]: 5 µs or 100 µs in a browser, far less in Node. */
export function wallClockStep(now: () => number = () => performance.now()): number {
  let smallest = Infinity;
  const start = now();
  let last = start;
  for (let steps = 0; steps < STEPS && last - start < WATCH_MS;) {
    const next = now();
    if (next === last) continue;
    smallest = Math.min(smallest, next - last);
    last = next;
    steps++;
  }
  return Math.max(1, Math.round(smallest * 1e6));
}
