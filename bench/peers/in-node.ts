import { join } from 'node:path';
import { OpenGpuError } from '../../src/device/open-gpu-error.ts';
import { LabError } from '../../src/lab/lab.ts';
import { nodePool } from '../../src/workers/node/node-pool.ts';
import { openDawn } from '../engines/node.ts';
import { ROOT } from '../env/root.mjs';
import { enterNodeRealm } from './node-realm.ts';
import type { PeersOptions, PeersRecord } from './peers-record.ts';
import { runPeers } from './run-peers.ts';

/** What running in this process needs besides the options. */
export interface NodeRun {
  /** For the record, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly tell: (step: string) => void;
}

/**
 * Runs peers in this process, on Dawn for Node.
 *
 * @throws EngineError if Dawn does not start, LabError if it has no adapter.
 */
export async function runInNode(
  options: PeersOptions,
  { versions, signal, tell }: NodeRun,
): Promise<PeersRecord> {
  const webgpu = await openDawn();
  const leave = enterNodeRealm(webgpu);
  const pool = nodePool(join(ROOT, 'dist', 'node', 'reference-worker.js'));
  try {
    return await runPeers(options, {
      webgpu,
      engine: 'node',
      versions: { ...versions, node: process.version },
      pool,
      ortWasm: undefined,
      signal,
      tell,
      onRow: () => undefined,
    });
  } catch (cause) {
    throw cause instanceof OpenGpuError ? new LabError(cause.code, cause.message) : cause;
  } finally {
    pool.close();
    leave();
  }
}
