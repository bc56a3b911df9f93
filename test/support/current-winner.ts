import { problemOf } from '../../src/lab/plan-spec.ts';
import { kernelVersion } from '../../src/lab/kernel-version.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import type { Winner } from '../../src/tune/winners.ts';

/** A winner as a search would store it today: its kernel's version, and that of what it was compared with. */
export function currentWinner(winner: Winner): Winner {
  const { shape, format, layout, activation, accumulator, output, kernel, againstAuto } = winner;
  const problem = problemOf({
    ...DEFAULT_SPEC,
    ...{ ...shape, ...format, layout, activation, accumulator, output },
  });
  return {
    ...winner,
    version: kernelVersion(kernel, problem),
    ...(againstAuto
      ? { againstAuto: { ...againstAuto, version: kernelVersion(againstAuto.kernel, problem) } }
      : {}),
  };
}
