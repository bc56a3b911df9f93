import type { Timing } from '../io/record.ts';
import { undisturbed } from './foreground.ts';
import type { Sampler, Surroundings, Timer } from './sampler.ts';

/** A sample is long enough to measure from here on [ns]; a wall clock's own noise needs more. */
const LEAST_SAMPLE: Readonly<Record<Timer['source'], number>> = {
  'timestamp-query': 4e6,
  'wall-clock': 20e6,
};
/** … and from here on, in steps of the timer. */
export const LEAST_STEPS = 128;
/** A sample should not be longer than this [ns]. */
const LONGEST_SAMPLE = 60e6;
/** A reading of fewer steps says too little to extrapolate from. */
const READABLE_STEPS = 16;
/** … and so does a shorter one [ns]: the fixed cost of a pass is a part of it. */
const READABLE = 1e6;
/** Above so many dispatches a sample is a slope: each is so short that the fixed cost of a pass would show. */
const MOST_OF_A_MEAN = 512;
/** Recording more dispatches into one pass takes longer than they do. */
const MOST_DISPATCHES = 4096;
/** A dispatch of this length holds up everything else on the GPU [ns]. */
const SLOW_DISPATCH = 100e6;
/** Drivers reset a GPU that is busy for two seconds; half of it is the limit [ns]. */
const LONGEST_DISPATCH = 1e9;

/** Readings of the size that decides. */
const READINGS = 3;
/** A sample that took so long by the clock on the wall and gave no time by its own is not made longer [ns]. */
const LONGEST_UNREAD = 250e6;

/** How many dispatches make a sample, or why there can be none. */
export type Calibration =
  | {
      readonly kind: 'ready';
      readonly dispatches: number;
      /** The least that one was seen to take [ns]. */
      readonly each: number;
      readonly sampling: Timing['sampling'] & string;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** Samples are alike where one has at most so many times the dispatches of the other. */
const NEAR = 4;

/**
 * Gives those that are about as fast as each other samples of as many dispatches: the fixed cost of a pass then is the same
 * part of all of them, and so is what a busy machine adds, which interrupts every long sample and few short ones.
 *
 * @returns the calibrations, some with up to four times as many dispatches that last at most 60 ms.
 */
export const alike = (calibrations: readonly Calibration[]): readonly Calibration[] =>
  calibrations.map((own) => {
    if (own.kind === 'refused') return own;
    const most = Math.max(own.dispatches, Math.min(NEAR * own.dispatches, LONGEST_SAMPLE / own.each));
    const near = calibrations.flatMap((other) =>
      other.kind === 'ready' && other.dispatches <= most ? [other.dispatches] : [],
    );
    return ready(Math.max(...near), own.each);
  });

/**
 * Finds how many dispatches a sample needs to last 4 ms (20 ms by the wall clock) and so many steps of the timer, and at
 * most 60 ms unless one dispatch is longer: times 1, then 4, and more only where those cannot be read. Begins again where the page
 * went to the background meanwhile.
 *
 * @param leastSteps of the timer: 128, or more where small differences matter.
 */
export const calibrate = (
  sampler: Sampler,
  timer: Timer,
  surroundings: Surroundings,
  leastSteps: number = LEAST_STEPS,
): Promise<Calibration> =>
  undisturbed(surroundings, () => calibrateOnce(sampler, timer, surroundings, leastSteps));

async function calibrateOnce(
  sampler: Sampler,
  timer: Timer,
  { now, signal, onProgress }: Surroundings,
  leastSteps: number,
): Promise<Calibration> {
  const target = Math.max(LEAST_SAMPLE[timer.source], leastSteps * timer.stepNs);
  const readable = Math.max(READABLE, READABLE_STEPS * timer.stepNs);
  let previous: Reading = { dispatches: 0, took: 0 };
  for (let dispatches = 1; ; dispatches *= 4) {
    signal.throwIfAborted();
    onProgress('calibrate', 0, `${dispatches} ${dispatches === 1 ? 'dispatch' : 'dispatches'}`);
    const start = now();
    const took = (await sampler.sample(dispatches)) ?? 0;
    // A timer that has stopped must not let samples grow until the driver resets the GPU.
    if (took === 0 && now() - start > LONGEST_UNREAD) return ready(dispatches, LONGEST_UNREAD);
    if (took / dispatches > LONGEST_DISPATCH) return { kind: 'refused', reason: tooLong(took / dispatches) };
    const wanted = dispatches === 1 ? target : readable;
    const least = await leastOf(sampler, dispatches, { took, wanted });
    if (least >= wanted || dispatches >= MOST_DISPATCHES) {
      const each = perDispatch({ dispatches, took: least }, previous);
      onProgress('calibrate', 1, each > SLOW_DISPATCH ? slow(each) : '');
      return ready(dispatchesFor(target, each), each);
    }
    previous = { dispatches, took: least };
  }
}

/**
 * The least of a reading and two more, while they are as long as is wanted: a GPU that others use as well must not make samples
 * too short.
 */
async function leastOf(
  sampler: Sampler,
  dispatches: number,
  { took, wanted }: { readonly took: number; readonly wanted: number },
): Promise<number> {
  let least = took;
  for (let reading = 1; reading < READINGS && least >= wanted; reading++) {
    least = Math.min(least, (await sampler.sample(dispatches)) ?? least);
  }
  return least;
}

const ready = (dispatches: number, each: number): Calibration => ({
  kind: 'ready',
  dispatches,
  each,
  sampling: dispatches > MOST_OF_A_MEAN ? 'slope' : 'mean',
});

interface Reading {
  readonly dispatches: number;
  /** [ns] */
  readonly took: number;
}

/** The time of one dispatch [ns]; the slope between readings leaves out the fixed cost of a pass. */
function perDispatch(last: Reading, previous: Reading): number {
  const mean = last.took / last.dispatches;
  const slope = (last.took - previous.took) / (last.dispatches - previous.dispatches);
  // Noise must not make the slope absurd.
  return Math.min(Math.max(slope, mean / 2), mean);
}

function dispatchesFor(target: number, each: number): number {
  if (each === 0) return MOST_DISPATCHES;
  const most = Math.max(1, Math.min(Math.floor(LONGEST_SAMPLE / each), MOST_DISPATCHES));
  return Math.min(Math.ceil(target / each), most);
}

const slow = (each: number): string =>
  `one dispatch takes ${Math.round(each / 1e6)} ms; the machine may stutter meanwhile`;

const tooLong = (took: number): string =>
  `One dispatch takes ${(took / 1e9).toFixed(1)} s, and is not timed above 1 s: drivers reset a GPU that is busy for two. ` +
  'Take a smaller shape or a faster kernel.';
