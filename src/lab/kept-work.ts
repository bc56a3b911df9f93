import type { LoadedPlan } from '../device/gpu.ts';
import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import { undisturbed } from '../measure/foreground.ts';
import { FEWEST_PAIRS } from '../measure/judge-ratio.ts';
import { medianInterval } from '../measure/median-interval.ts';
import { pairRounds } from '../measure/round-pairs.ts';
import type { RoundTimes } from '../measure/round-times.ts';
import type { Sampler, Surroundings, Timer } from '../measure/sampler.ts';
import { median } from '../measure/statistics.ts';

/**
 * After how many rounds two times are compared: after the fewer, and, where those do not tell, after the more. The interval of the
 * median of 8 ratios is their range, that of 20 leaves out five at either end, or fewer where they depend on each other.
 */
const LOOKS: readonly number[] = [8, 20];
const MOST_ROUNDS = Math.max(...LOOKS);
/** Single dispatches of a sample, each with all that it writes overwritten before it. */
const SINGLES = 16;
/**
 * A kernel that is faster by this factor leaves work out. The whole interval lies beyond it: of a kernel that keeps nothing all of 8 rounds
 * must be that uneven in one direction, by chance in one of 256 looks at the very most. The bounds of a verdict, which hold however
 * often one looks, tell nothing in so few rounds of a machine that is busy: not 10 times in 20 of 20.
 */
const MUCH = 1.5;

/** Of two dispatches the second is the first that could use what was kept. */
const FEWEST_DISPATCHES = 2;
/** Slow kernels are not waited for longer, and then it is not known [ns]. */
const PATIENCE = nanoseconds(10e9);

/** What a kernel is much faster for. */
export interface Quicker {
  /** Whether it is where what dispatches before it wrote is left, and not overwritten; `undefined` where the timer cannot tell. */
  readonly kept: boolean | undefined;
  /** For users, one for each thing that it is faster for. */
  readonly warnings: readonly string[];
}

/**
 * Finds out what a kernel that passed keeps from one dispatch to the next, by what it is faster for: the same inputs each time;
 * and, of single dispatches with two inputs in turn, what the ones before left. Pairs of samples are taken in rounds.
 *
 * @param dispatches of a sample of its time. Where it is 1 nothing that was kept can have been used, but would be elsewhere.
 * @throws PlanError `lost`, or the signal's reason.
 */
export async function findKeptWork(
  loaded: LoadedPlan,
  dispatches: number,
  { stepNs }: Timer,
  surroundings: Surroundings,
): Promise<Quicker> {
  const repeated = Math.max(dispatches, FEWEST_DISPATCHES);
  const repeating: Sampler = { sample: (count) => loaded.sample(count, { repeating: true }) };
  const repeatingFactor = await factorOf(
    [loaded, repeating],
    { count: repeated, resolution: stepNs / repeated },
    surroundings,
  );
  const forRepeats = isMuch(repeatingFactor) ? [repeatingWarning(repeatingFactor)] : [];
  if (dispatches === 1) return { kept: false, warnings: forRepeats };
  const keptFactor = await factorOf(
    [singles(loaded, false, dispatches), singles(loaded, true, dispatches)],
    { count: Math.min(SINGLES, dispatches), resolution: stepNs },
    surroundings,
  );
  return {
    kept: keptFactor === undefined ? undefined : keptFactor >= MUCH,
    warnings: [...forRepeats, ...(isMuch(keptFactor) ? [keptWarning(keptFactor)] : [])],
  };
}

const isMuch = (factor: number | undefined): factor is number => factor !== undefined && factor >= MUCH;

const repeatingWarning = (factor: number): string =>
  `Faster when inputs repeat: ${factor.toFixed(1)} times as fast with the same inputs each time as with two in turn, which its time is of.`;

const keptWarning = (factor: number): string =>
  `Faster for what it kept: a dispatch is ${factor.toFixed(1)} times as fast where what others wrote before it is not overwritten, so that the time has less than all of its work in it.`;

/** Samples of single dispatches, over a pattern or over what was kept in as many as a timed sample has. */
const singles = (loaded: LoadedPlan, kept: boolean, before: number): Sampler => ({
  sample: async (count) => {
    if (kept) await loaded.sample(before, { kept });
    let total = 0;
    for (let i = 0; i < count; i++) total += (await loaded.sample(1, { kept })) ?? 0;
    return total > 0 ? nanoseconds(total) : undefined;
  },
});

/**
 * How many times as fast the second sampler is as the first: at least {@link MUCH} only where that is beyond doubt.
 *
 * @param sample the dispatches of one, and how finely their time is known [ns per dispatch].
 * @returns `undefined` where the times of all rounds, or of as many as there is patience for, can tell neither that it is so
 * much faster nor that it is not.
 */
const factorOf = (
  samplers: readonly [Sampler, Sampler],
  sample: { readonly count: number; readonly resolution: number },
  surroundings: Surroundings,
): Promise<number | undefined> =>
  undisturbed(surroundings, async () => {
    const times: readonly [(Nanoseconds | undefined)[], (Nanoseconds | undefined)[]] = [[], []];
    const begun = surroundings.now();
    for (let round = 1; round <= MOST_ROUNDS && surroundings.now() - begun < PATIENCE; round++) {
      for (const i of round % 2 === 0 ? ([1, 0] as const) : ([0, 1] as const)) {
        surroundings.signal.throwIfAborted();
        const took = await samplers[i].sample(sample.count);
        times[i].push(took === undefined ? undefined : nanoseconds(took / sample.count));
      }
      const factor = LOOKS.includes(round) ? factorTold(times, sample.resolution) : undefined;
      if (factor !== undefined) return factor;
    }
    return undefined;
  });

/** The factor that some rounds tell, if they do: 1 where it is not {@link MUCH}. */
function factorTold(
  [slow, quick]: readonly [RoundTimes, RoundTimes],
  resolution: number,
): number | undefined {
  const { logRatios, blur } = pairRounds(slow, quick, { a: resolution, b: resolution });
  if (logRatios.length < FEWEST_PAIRS) return undefined;
  const { low, high } = medianInterval(logRatios);
  if (high + blur < -Math.log(MUCH)) return Math.exp(-median(logRatios));
  return low - blur > -Math.log(MUCH) ? 1 : undefined;
}
