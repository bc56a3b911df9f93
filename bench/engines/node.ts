import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openGpu } from '../../src/device/open-gpu.ts';
import { createLab } from '../../src/lab/create-lab.ts';
import { withRecovery } from '../../src/lab/with-recovery.ts';
import { nodePool } from '../../src/workers/node/node-pool.ts';
import { type Engine, type EngineChoice, EngineError } from '../context.ts';
import { ROOT } from '../env/root.mjs';
import { verifyQuickly } from './verify-quickly.ts';
import { createDiskWeights } from './weight-files.ts';

/** Kept as long as the process lives: Dawn frees the instance when the object is collected, and the process crashes. */
let instance: GPU | undefined;

/**
 * Opens a lab in this process, on Dawn for Node.
 *
 * @throws EngineError if Dawn has no build for this machine.
 */
export async function openNode({ adapter, compilesQuickly }: EngineChoice): Promise<Engine> {
  if (compilesQuickly) verifyQuickly();
  const gpu = await openDawn();
  const pool = nodePool(join(ROOT, 'dist', 'node', 'reference-worker.js'));
  const lab = createLab({
    openGpu: () => openGpu(gpu, adapter),
    pool,
    weights: createDiskWeights(),
    engine: 'node',
    versions: { node: process.version, webgpu: webgpuVersion() },
  });
  return {
    name: 'node',
    lab: withRecovery(lab),
    close: () => {
      pool.close();
      return Promise.resolve();
    },
  };
}

/**
 * Dawn's `navigator.gpu`; one a process. WebGPU's classes become global.
 *
 * @throws EngineError if Dawn has no build for this machine.
 */
export const openDawn = async (): Promise<GPU> => (instance ??= await createDawn());

async function createDawn(): Promise<GPU> {
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    return create([
      // Dawn would also offer OpenGL there, on which compute is not complete.
      ...(process.platform === 'linux' ? ['backend=vulkan'] : []),
      'enable-dawn-features=allow_unsafe_apis',
      'disable-dawn-features=timestamp_quantization',
    ]);
  } catch (error) {
    throw new EngineError(
      `Dawn does not start under Node: ${error instanceof Error ? error.message : String(error)}`,
      'npm run --silent bench -- env --engine node --fix   installs a driver where it can, and else says how.',
    );
  }
}

function webgpuVersion(): string {
  const file = join(ROOT, 'node_modules', 'webgpu', 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}
