import { placeText } from '../../src/lab/axes.ts';
import { warnOneOfBattery } from '../../src/lab/battery.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { sweep, type SweepOutcome, type SweepPoint } from '../../src/lab/sweep.ts';
import { chooseWinners } from '../choose-winners.ts';
import type { CommandContext } from '../context.ts';
import type { Session } from '../with-engine.ts';

/** What a sweep reached. */
export interface ReachedPoints {
  /** In order; all, unless the sweep was ended. */
  readonly outcomes: readonly SweepOutcome[];
  /** What ended it before the last point; nothing where that was the user. */
  readonly ended?: Error;
}

/**
 * Verifies and measures the points that a plan accepts, the winners of searches in the place of `auto`; the others cost nothing.
 *
 * @throws what ends the sweep before any point was reached.
 */
export async function runSweep(
  points: readonly SweepPoint[],
  session: Session,
  options: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<ReachedPoints> {
  const { engine, progress } = session;
  const specs = points.flatMap(({ spec }) => ('rejected' in spec ? [] : [spec]));
  const chosen = (await chooseWinners(specs, session, options, context)).values();
  const named = points.map(({ at, spec }) => ({
    at,
    spec: 'rejected' in spec ? spec : chosen.next().value!,
  }));
  const outcomes: SweepOutcome[] = [];
  try {
    await sweep(named, warningLab(engine.lab, context), context.signal, {
      onPoint: (index, at) => {
        progress.step(`${index + 1} of ${points.length}: ${placeText(at)}`);
      },
      // Without a terminal each step of each point would be a line.
      onProgress: context.terminal ? progress.report : () => undefined,
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    return { outcomes };
  } catch (ended) {
    if (outcomes.length === 0 || !(ended instanceof Error)) throw ended;
    return { outcomes, ended };
  }
}

/** A lab whose results say whether the machine ran on its battery: a sweep may outlast the plug. */
const warningLab = (lab: Lab, { power }: CommandContext): Pick<Lab, 'caps' | 'run'> => ({
  caps: () => lab.caps(),
  run: async (...asked) => warnOneOfBattery(await lab.run(...asked), power),
});
