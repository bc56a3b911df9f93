import type { Gpu } from '../../src/device/gpu.ts';
import type { Verification } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { QuantizedSource } from '../../src/lab/quantized-source.ts';
import { prepare } from '../../src/lab/subject.ts';
import { verify } from '../../src/lab/verify.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { guardLoops } from './guard-loops.ts';
import { type Edit, edited, type Mutant } from './mutant.ts';

/** What became of a mutant. One that does not compile, or takes longer than {@link LIMIT_MS}, is none. */
export type Fate =
  | { readonly kind: 'caught'; readonly edit: Edit; readonly by: readonly string[] }
  | { readonly kind: 'survived'; readonly edit: Edit }
  | { readonly kind: 'stillborn' };

/** Of one mutant; those that end take seconds. [ms] */
const LIMIT_MS = 60_000;

const pool = new LocalPool();
const source = new QuantizedSource({
  load: () => Promise.reject(new Error('there are random weights only')),
});

/**
 * What is said of a text that runs in place of a spec's own, as of a user's.
 *
 * @param checks `usual`: without those checks that compile the text again, twice. What fails without them fails with them.
 * @returns undefined of a text that does not run.
 */
export async function verifyText(
  gpu: Gpu,
  spec: Spec,
  wgsl: string,
  checks: 'usual' | 'all',
): Promise<Verification | undefined> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const report = (): void => undefined;
  const subject = await prepare({ ...spec, wgsl: guardLoops(wgsl) }, gpu, source, signal, report);
  if (subject.kind === 'ended') return undefined;
  try {
    return await verify(checks === 'all' ? subject : { ...subject, spec }, { pool, signal, report });
  } catch (cause) {
    if (signal.aborted) return undefined;
    throw cause;
  } finally {
    subject.loaded.destroy();
  }
}

/** Runs a mutant as a user would run a kernel of their own, and tells which checks found it wrong. */
export async function judgeMutant(gpu: Gpu, spec: Spec, text: string, mutant: Mutant): Promise<Fate> {
  for (const edit of mutant.edits) {
    const wgsl = edited(text, edit);
    for (const checks of ['usual', 'all'] as const) {
      const verification = await verifyText(gpu, spec, wgsl, checks);
      if (!verification) break;
      if (!verification.passed) return { kind: 'caught', edit, by: checksThatFailed(verification) };
      if (checks === 'all') return { kind: 'survived', edit };
    }
  }
  return { kind: 'stillborn' };
}

function checksThatFailed(verification: Verification): readonly string[] {
  const { boundRatio, unwritten, nonFinite, activationFault, checks = [] } = verification;
  return [
    ...(boundRatio > 1 || nonFinite > 0 ? ['bound'] : []),
    ...(unwritten > 0 ? ['unwritten'] : []),
    ...(activationFault === undefined ? [] : ['activations']),
    ...checks.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check),
  ];
}
