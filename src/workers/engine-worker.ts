import { expose } from 'comlink';
import { openGpu } from '../device/open-gpu.ts';
import { createLab } from '../lab/create-lab.ts';
import { browserPool } from './browser-pool.ts';
import { engineService } from './engine-service.ts';
import { createFetchedWeights } from './fetched-weights.ts';

expose(
  engineService(({ reference, samples, engine, versions }, foreground) =>
    createLab({
      // Absent where the browser has no WebGPU, whatever the type says.
      openGpu: () => openGpu((navigator as Partial<Navigator>).gpu, 'auto'),
      pool: browserPool(reference),
      weights: createFetchedWeights(samples),
      engine,
      versions,
      foreground,
    }),
  ),
);
