import { invariant } from '../../src/base/invariant.ts';
import { formatName } from '../../src/formats/format.ts';
import { formatOf, type Spec } from '../../src/io/spec.ts';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { type Counterpart, counterpartOf, peerTolerance } from './fair-pairs.ts';
import type { LoadedArm } from './loaded-arm.ts';
import type { NoKernel, OurKernel } from './our-kernel.ts';
import { type OutputError, outputError } from './output-error.ts';
import type { Peer, Product } from './peer.ts';
import type { OurSide, PeerRow, PeerSide } from './peers-record.ts';
import type { Timed } from './time-contenders.ts';

/** One product that was run, and each contender with its times. */
export interface Contest {
  readonly spec: Spec;
  readonly product: Product;
  /** [M, N], the product in f64. */
  readonly expected: Float64Array;
  /** By {@link sideKey}. */
  readonly ours: ReadonlyMap<string, OurKernel | NoKernel>;
  /** Of our kernels and of arms. */
  readonly timed: ReadonlyMap<object, Timed>;
}

/** Tells our sides of one product apart: peers of one class meet the same. */
export const sideKey = ({ activation, output }: Counterpart): string => `${activation} ${output}`;

/**
 * What became of a peer and of our side of its pair, with their last outputs checked.
 *
 * @param arm the peer with the product in it, why it has none, or undefined where there is no fair pair.
 */
export async function rowOf(
  peer: Peer,
  arm: LoadedArm | string | undefined,
  contest: Contest,
): Promise<PeerRow> {
  const { spec, product, ours, timed } = contest;
  const { id, library, setting } = peer;
  const row = {
    m: spec.m,
    n: spec.n,
    k: spec.k,
    format: formatName(formatOf(spec)),
    activation: product.activation,
    peer: { id, library, setting },
  };
  const counterpart = counterpartOf(peer, product.activation);
  if (typeof counterpart === 'string') return { ...row, status: 'not-comparable', reason: counterpart };
  invariant(arm !== undefined, 'a peer of a fair pair was not loaded');
  const side = ours.get(sideKey(counterpart));
  invariant(side !== undefined, 'our side of a fair pair was not opened');
  const known = {
    ...row,
    claim: counterpart.claim,
    ...(side.kind === 'kernel' ? { ours: await ourSide(side, contest) } : {}),
  };
  const theirs = typeof arm === 'string' ? arm : await peerSide(arm, contest);
  const fault = side.kind === 'kernel' ? await ourFault(side) : undefined;
  if (typeof theirs === 'string') {
    return { ...known, status: fault ? 'ours-wrong' : 'peer-failed', reason: fault ?? theirs };
  }
  const outcome = fault
    ? ({ status: 'ours-wrong', reason: fault } as const)
    : outcomeOf(peer, theirs, side, ratioOf(timed.get(side), timed.get(arm as LoadedArm)));
  return { ...known, theirs, ...outcome };
}

/** Whether two sides that ran may be compared, and their ratio. @param ratio or why there is none. */
function outcomeOf(
  peer: Peer,
  { kernels, error, tolerance }: PeerSide,
  side: OurKernel | NoKernel,
  ratio: NonNullable<PeerRow['ratio']> | string,
): Pick<PeerRow, 'status' | 'reason' | 'ratio'> {
  if (side.kind !== 'kernel') {
    return { status: side.kind === 'none' ? 'not-comparable' : 'ours-failed', reason: side.reason };
  }
  if ((peer.accuracyOf?.(kernels) ?? peer.accuracy) !== peer.accuracy) {
    return { status: 'not-comparable', reason: otherClass(peer) };
  }
  const known = typeof ratio === 'string' ? {} : { ratio };
  if (!(error.maxRelative <= tolerance)) {
    return { ...known, status: 'peer-wrong', reason: 'Its error is out of its tolerance.' };
  }
  if (typeof ratio === 'string') return { status: 'untimed', reason: ratio };
  return { ratio, status: 'compared' };
}

const otherClass = ({ accuracy }: Peer): string =>
  accuracy === 'int8-activations'
    ? 'It chose a kernel that leaves activations as they are, which is no fair pair for one that rounds them to int8.'
    : 'It chose a kernel that rounds activations to int8, which is no fair pair for one that leaves them as they are.';

/** Our time ÷ theirs, or why there is none. */
function ratioOf(ours: Timed | undefined, theirs: Timed | undefined): NonNullable<PeerRow['ratio']> | string {
  if (ours?.kind !== 'timed') return `Ours has no time. ${ours?.reason ?? ''}`;
  if (theirs?.kind !== 'timed') return `Theirs has no time. ${theirs?.reason ?? ''}`;
  return compareTimes(theirs.times, ours.times) ?? 'No round has a time of both.';
}

/** What is wrong with our kernel. Its last timed output came from the inputs of the verified one, and must have its bits. */
async function ourFault({ subject, verification, output }: OurKernel): Promise<string | undefined> {
  const { variant } = subject.loaded.plan;
  if (!verification.passed) return `Our ${variant} gave a wrong result.`;
  const last = await subject.loaded.readOutput();
  return last.every((value, i) => Object.is(value, output[i]!))
    ? undefined
    : `Our ${variant} gave another result when it was timed.`;
}

async function ourSide(side: OurKernel, { expected, timed }: Contest): Promise<OurSide> {
  const { subject, verification, candidates } = side;
  const { plan } = subject.loaded;
  const error = outputError(await subject.loaded.readOutput(), expected);
  return {
    variant: plan.variant,
    params: plan.tile,
    boundRatio: verification.boundRatio,
    candidates,
    error,
    ...timingOf(timed.get(side)),
  };
}

/** @returns why there is none, as a sentence, where a run failed. */
async function peerSide(arm: LoadedArm, { expected, product, timed }: Contest): Promise<PeerSide | string> {
  if (arm.failure !== undefined) return arm.failure;
  const last = await arm.again(expected).catch((cause: unknown) => String(cause));
  if (typeof last === 'string') return last;
  return {
    kernels: arm.kernels,
    tolerance: peerTolerance(arm.peer, product.activation),
    error: worse(arm.error, last),
    ...timingOf(timed.get(arm)),
  };
}

const worse = (a: OutputError, b: OutputError): OutputError => ({
  maxRelative: Math.max(a.maxRelative, b.maxRelative),
  nmse: Math.max(a.nmse, b.nmse),
});

const timingOf = (outcome: Timed | undefined): Pick<OurSide, 'timing'> =>
  outcome?.kind === 'timed' ? { timing: outcome.timing } : {};
