import type { Gpu } from '../../src/device/gpu.ts';
import type { Spec } from '../../src/io/spec.ts';
import { type WeightSource, WeightSourceError } from '../../src/io/source.ts';
import { createLab } from '../../src/lab/create-lab.ts';
import type { DeviceLab } from '../../src/lab/device-lab.ts';
import { withRecovery } from '../../src/lab/with-recovery.ts';
import type { ReferencePool } from '../../src/reference/pool.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';

/** One matrix [2, 4], and one that cannot be quantized. */
const weights: WeightSource = {
  load: (name) => {
    if (name === 'sample:tiny') {
      return Promise.resolve({ N: 2, K: 4, values: new Float32Array([1, 2, -3, 7, 0, 0.5, -0.5, 1]) });
    }
    if (name === 'sample:broken') return Promise.resolve({ N: 1, K: 2, values: new Float32Array([1, NaN]) });
    return Promise.reject(new WeightSourceError(`there is no ${name}; there is sample:tiny`));
  },
};

/** A lab on a device of one's own, checking on this thread, whose calls begin again where the device is lost. */
export function labOn(open: () => Promise<Gpu>, pool: ReferencePool = new LocalPool()): DeviceLab {
  const lab = createLab({ openGpu: open, pool, weights, engine: 'node', versions: { test: '1' } });
  return { ...withRecovery(lab), simulateDeviceLoss: () => lab.simulateDeviceLoss() };
}

/** The WGSL of a spec's kernel. */
export async function listing(lab: DeviceLab, spec: Spec): Promise<string> {
  const answer = await lab.wgsl(spec);
  if ('rejected' in answer) throw new Error(answer.rejected);
  return answer.wgsl;
}
