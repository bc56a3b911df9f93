import type { Phase, Progress } from '../lab/lab.ts';

interface PhaseWording {
  readonly label: string;
  /** Share of a typical run, for the bar. */
  readonly share: number;
}

const PHASES: Readonly<Record<Phase, PhaseWording>> = {
  peaks: { label: 'Measuring what the GPU can do', share: 0 },
  weights: { label: 'Preparing weights', share: 0.1 },
  compile: { label: 'Compiling', share: 0.15 },
  verify: { label: 'Verifying', share: 0.25 },
  calibrate: { label: 'Calibrating', share: 0.05 },
  'warm-up': { label: 'Warming up', share: 0.1 },
  measure: { label: 'Measuring', share: 0.3 },
  'post-check': { label: 'Checking the last outputs', share: 0.05 },
};

const ORDER = Object.keys(PHASES) as readonly Phase[];

/** What a run is doing, in two words. */
export const phaseLabel = (progress: Progress | undefined): string =>
  progress ? PHASES[progress.phase].label : 'Opening the GPU';

/** The fraction of the whole run that is done, 0 … 1. */
export function overallFraction(progress: Progress | undefined): number {
  if (!progress) return 0;
  const before = ORDER.slice(0, ORDER.indexOf(progress.phase)).reduce(
    (sum, phase) => sum + PHASES[phase].share,
    0,
  );
  return before + PHASES[progress.phase].share * Math.min(1, Math.max(0, progress.fraction));
}
