import type { QuantizedWeights } from '../../src/formats/quantized.ts';
import { drawActivations } from '../../src/io/activations.ts';
import type { Spec } from '../../src/io/spec.ts';
import type { Sampler } from '../../src/measure/sampler.ts';
import { dequantize } from '../../src/formats/dequantize.ts';
import { counterpartOf } from './fair-pairs.ts';
import { type Ears, LoadedArm } from './loaded-arm.ts';
import { type KernelContext, type NoKernel, oneByOne, openOurKernel, type OurKernel } from './our-kernel.ts';
import { exactProduct } from './output-error.ts';
import type { Peer, Product } from './peer.ts';
import { type Contest, rowOf, sideKey } from './peer-row.ts';
import type { PeerRow } from './peers-record.ts';
import type { SharedDevice } from './shared-device.ts';
import { timeContenders, type Timed } from './time-contenders.ts';

/** What comparing one problem needs. */
export interface CompareContext extends KernelContext {
  readonly shared: SharedDevice;
  readonly ears: Ears;
  readonly rounds: number;
}

/**
 * Runs one product in every peer and in our best variant for each of their classes, checks all outputs, and times all
 * that are right in the same rounds.
 *
 * @param spec the product; its kernel is not read, its activation is how activations are stored.
 * @returns a row for each peer.
 * @throws PlanError `lost`, or the signal's reason; a peer's own failures are rows.
 */
export async function compareProblem(
  spec: Spec & { readonly activation: 'f32' | 'f16' },
  peers: readonly Peer[],
  context: CompareContext,
): Promise<readonly PeerRow[]> {
  const { signal, tell, shared, ears } = context;
  const { weights } = await context.source.get(spec);
  const product = productOf(spec, weights);
  const expected = exactProduct(product.activations, weights, spec.m);
  const ours = new Map<string, OurKernel | NoKernel>();
  const arms = new Map<Peer, LoadedArm | string>();
  try {
    for (const peer of peers) {
      signal.throwIfAborted();
      const counterpart = counterpartOf(peer, spec.activation);
      if (typeof counterpart === 'string') continue;
      const key = sideKey(counterpart);
      const { activation, output } = counterpart;
      if (!ours.has(key)) ours.set(key, await openOurKernel({ ...spec, activation, output }, context));
      tell(`loading ${peer.library}, ${peer.setting}`);
      arms.set(peer, await LoadedArm.open(peer, product, expected, shared, ears));
    }
    const timed = await timeAll([...ours.values()], [...arms.values()], spec, context);
    const contest: Contest = { spec, product, expected, ours, timed };
    const rows: PeerRow[] = [];
    for (const peer of peers) rows.push(await rowOf(peer, arms.get(peer), contest));
    return rows;
  } finally {
    for (const side of ours.values()) if (side.kind === 'kernel') side.subject.loaded.destroy();
    for (const arm of arms.values()) if (typeof arm !== 'string') await arm.release();
  }
}

function productOf(
  { m, n, k, seed, activation }: Spec & { readonly activation: 'f32' | 'f16' },
  weights: QuantizedWeights,
): Product {
  const rows = dequantize(weights);
  const dense = new Float32Array(k * n);
  for (let column = 0; column < n; column++) {
    for (let i = 0; i < k; i++) dense[i * n + column] = rows[column * k + i]!;
  }
  const activations = drawActivations(seed, m, k, activation, false);
  return { M: m, N: n, K: k, activation, activations, weights, dense };
}

/** Times whoever may be timed, in the same rounds. */
async function timeAll(
  ours: readonly (OurKernel | NoKernel)[],
  arms: readonly (LoadedArm | string)[],
  { seed }: Spec,
  { gpu, signal, tell, rounds }: CompareContext,
): Promise<ReadonlyMap<object, Timed>> {
  const contenders: { readonly who: object; readonly sampler: Sampler }[] = [
    ...ours.flatMap((side) =>
      side.kind === 'kernel' && side.verification.passed
        ? [{ who: side, sampler: oneByOne(side.subject) }]
        : [],
    ),
    ...arms.flatMap((arm) => (typeof arm === 'string' ? [] : [{ who: arm, sampler: arm.sampler }])),
  ];
  const { timer, software } = gpu.description;
  const timed = await timeContenders(
    contenders.map(({ sampler }) => sampler),
    { timer, software, seed, rounds, signal, tell },
  );
  return new Map(contenders.map(({ who }, i) => [who, timed[i]!]));
}
