import type { Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Place } from './axes.ts';
import type { Lab, Progress } from './lab.ts';
import { planSpec } from './plan-spec.ts';

/** One point of a sweep: its place, and the spec there or why there is none. */
export interface SweepPoint {
  readonly at: Place;
  readonly spec: Spec | { readonly rejected: string };
}

/** A point and what became of it. */
export interface SweepOutcome {
  readonly at: Place;
  /** A point that is no spec has a reason alone. */
  readonly outcome: Result | { readonly rejected: string };
}

/** What hears how a sweep gets on. */
export interface SweepListener {
  /** Told before the `index`-th point is measured; those that are rejected are not told of. */
  readonly onPoint: (index: number, at: Place) => void;
  readonly onProgress: (progress: Progress) => void;
  /** Given each outcome as it is reached, in order: what is left of a sweep that is ended by an error. */
  readonly onOutcome?: (outcome: SweepOutcome) => void;
  /** Waited for before each point, so that a page can draw. */
  readonly breathe?: () => Promise<void>;
}

/**
 * Verifies and measures the points that a plan accepts, one after the other; the others cost nothing.
 *
 * @param points may be made as they are asked for.
 * @returns the points in order; those alone that were reached where the signal aborts.
 * @throws what keeps a lab from running the next point, as a LabError where the adapter is gone for good.
 */
export async function sweep(
  points: Iterable<SweepPoint>,
  lab: Pick<Lab, 'caps' | 'run'>,
  signal: AbortSignal,
  { onPoint, onProgress, onOutcome, breathe }: SweepListener,
): Promise<SweepOutcome[]> {
  const caps = await lab.caps();
  const outcomes: SweepOutcome[] = [];
  const reach = (reached: SweepOutcome): void => {
    outcomes.push(reached);
    onOutcome?.(reached);
  };
  const isOver = (): boolean => signal.aborted;
  for (const { at, spec } of points) {
    await breathe?.();
    if (isOver()) return outcomes;
    if ('rejected' in spec) {
      reach({ at, outcome: spec });
      continue;
    }
    const plan = planSpec(spec, caps);
    if (plan.kind === 'rejected') {
      reach({ at, outcome: unsupported(spec, plan.constraint) });
      continue;
    }
    onPoint(outcomes.length, at);
    try {
      reach({ at, outcome: await lab.run(spec, signal, onProgress) });
    } catch (error) {
      if (!isOver()) throw error;
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
