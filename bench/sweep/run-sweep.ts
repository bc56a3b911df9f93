import type { Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { chooseWinners } from '../choose-winners.ts';
import type { CommandContext } from '../context.ts';
import type { Session } from '../with-engine.ts';
import type { SweepPoint } from './points.ts';

/** A point and what became of it. */
export interface SweepOutcome {
  readonly at: SweepPoint['at'];
  /** A point that is no spec has a reason alone. */
  readonly outcome: Result | { readonly rejected: string };
}

/**
 * Verifies and measures the points that a plan accepts, one after the other; the others cost nothing.
 *
 * @returns the points in order; those alone that were reached where the user interrupts.
 */
export async function runSweep(
  points: readonly SweepPoint[],
  session: Session,
  options: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<SweepOutcome[]> {
  const { engine, progress } = session;
  const caps = await engine.lab.caps();
  const specs = points.flatMap(({ spec }) => ('rejected' in spec ? [] : [spec]));
  const chosen = (await chooseWinners(specs, session, options, context)).values();
  // Without a terminal each step of each point would be a line.
  const onProgress = context.terminal ? progress.report : () => undefined;
  const outcomes: SweepOutcome[] = [];
  for (const [i, { at, spec: given }] of points.entries()) {
    if ('rejected' in given) {
      outcomes.push({ at, outcome: given });
      continue;
    }
    const spec = chosen.next().value!;
    const plan = planSpec(spec, caps);
    if (plan.kind === 'rejected') {
      outcomes.push({ at, outcome: unsupported(spec, plan.constraint) });
      continue;
    }
    progress.step(`${i + 1} of ${points.length}: ${placeText(at)}`);
    try {
      outcomes.push({ at, outcome: await engine.lab.run(spec, context.signal, onProgress) });
    } catch (error) {
      if (!context.signal.aborted) throw error;
      return outcomes;
    }
  }
  return outcomes;
}

const unsupported = (spec: Spec, reason: string): Result => ({
  environment: 0,
  spec,
  status: 'unsupported',
  reason,
  retries: 0,
});

/** A point's place: `m=16 format=int4`. */
export const placeText = (at: SweepPoint['at']): string =>
  Object.entries(at)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
