import { formatName } from '../../src/formats/format.ts';
import { DEFAULT_SPEC, formatOf, parseSpec, type Spec } from '../../src/io/spec.ts';
import { environmentOf } from '../../src/lab/environment.ts';
import { QuantizedSource } from '../../src/lab/quantized-source.ts';
import type { ReferencePool } from '../../src/reference/pool.ts';
import { compareProblem } from './compare-problem.ts';
import { jax } from './jax.ts';
import { KernelNames } from './kernel-names.ts';
import { onnxRuntime } from './onnxruntime.ts';
import { PassClock } from './pass-clock.ts';
import type { Peer } from './peer.ts';
import type { PeerRow, PeersOptions, PeersRecord } from './peers-record.ts';
import { openSharedDevice } from './shared-device.ts';
import { tensorflow } from './tfjs.ts';

/** Where peers run. */
export interface PeersSurroundings {
  /** `navigator.gpu` or Dawn's. */
  readonly webgpu: GPU | undefined;
  /** `chrome` or `node`. */
  readonly engine: string;
  /** For the record, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly pool: ReferencePool;
  /** Address of ONNX Runtime's WebAssembly; undefined where its package finds it by itself. */
  readonly ortWasm: string | undefined;
  readonly signal: AbortSignal;
  /** Told what is going on, in a few words. */
  readonly tell: (step: string) => void;
  /** Told of each row as soon as there is one. */
  readonly onRow: (row: PeerRow) => void;
}

/** No time can be taken of other libraries without the feature `timestamp-query`. */
export class NoTimestampsError extends Error {
  override readonly name = 'NoTimestampsError';
}

/**
 * Runs every product that the options name in every peer and in our best variants, on one device.
 *
 * @throws SpecError for options that name no product, OpenGpuError where there is no device, NoTimestampsError, the signal's reason.
 */
export async function runPeers(
  options: PeersOptions,
  { webgpu, engine, versions, pool, ortWasm, signal, tell, onRow }: PeersSurroundings,
): Promise<PeersRecord> {
  const specs = specsOf(options);
  const shared = await openSharedDevice(webgpu, options.adapter);
  const { gpu, device } = shared;
  try {
    if (gpu.description.timer.source !== 'timestamp-query') {
      throw new NoTimestampsError(
        'This adapter has no usable timestamps, and peers cannot be timed without.',
      );
    }
    const ears = { clock: new PassClock(device), names: new KernelNames() };
    const source = new QuantizedSource({
      load: () => Promise.reject(new Error('there are random weights only')),
    });
    const peers = peerList(ortWasm);
    const rows: PeerRow[] = [];
    for (const spec of specs) {
      const about = `${spec.m} × ${spec.n} × ${spec.k}, group ${String(spec.group)}, ${spec.activation}`;
      const context = {
        gpu,
        source,
        pool,
        shared,
        ears,
        signal,
        rounds: options.rounds,
        tell: (step: string) => {
          tell(`${about}: ${step}`);
        },
      };
      const found =
        spec.activation === 'f16' && !gpu.caps.shaderF16
          ? peers.map((peer) => withoutHalves(spec, peer))
          : await compareProblem(spec, peers, context);
      found.forEach(onRow);
      rows.push(...found);
    }
    ears.names.restore();
    ears.clock.destroy();
    return {
      schemaVersion: 1,
      environment: environmentOf(gpu.description, { engine, versions }),
      options,
      rows,
    };
  } finally {
    shared.close();
  }
}

const peerList = (ortWasm: string | undefined): readonly Peer[] => [
  onnxRuntime(0, ortWasm),
  onnxRuntime(4, ortWasm),
  tensorflow,
  jax,
];

type ProductSpec = Spec & { readonly activation: 'f32' | 'f16' };

function specsOf({ m, n, k, format, groups, activations, seed }: PeersOptions): readonly ProductSpec[] {
  return activations.flatMap((activation) =>
    groups.flatMap((group) =>
      m.map((rows) => ({
        ...parseSpec({ ...DEFAULT_SPEC, weights: 'random', m: rows, n, k, format, group, activation, seed }),
        activation,
      })),
    ),
  );
}

const withoutHalves = (spec: ProductSpec, { id, library, setting }: Peer): PeerRow => ({
  m: spec.m,
  n: spec.n,
  k: spec.k,
  format: formatName(formatOf(spec)),
  activation: spec.activation,
  peer: { id, library, setting },
  status: 'not-comparable',
  reason: 'This adapter has no shader-f16.',
});
