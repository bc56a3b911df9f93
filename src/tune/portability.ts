/** One configuration's time in one case; a case is a problem on an adapter. */
export interface PortabilityTime {
  /** Names the case. */
  readonly case: string;
  /** Names the configuration: a kernel and its tile. */
  readonly configuration: string;
  /** Nanoseconds; `undefined` where it failed. */
  readonly time: number | undefined;
}

/** How one configuration does across all cases, as shares of each case's own best. */
export interface Portable {
  readonly configuration: string;
  /** By case, in the order of the matrix: best time ÷ its time; 0 where it failed, `undefined` where it was not measured. */
  readonly shares: readonly (number | undefined)[];
  /** Over the cases in which it was tried. */
  readonly average: number;
  readonly worst: number;
  readonly geometricMean: number;
}

/** Configurations × cases. */
export interface PortabilityMatrix {
  readonly cases: readonly string[];
  /** Highest geometric mean first, those tried in every case before the others. */
  readonly rows: readonly Portable[];
  /** The configuration to take where only one can be taken, of those tried in every case. */
  readonly single: Portable | undefined;
}

/**
 * Compares configurations across machines: each time as a share of the best time of its own case, so that a slow machine
 * counts as much as a fast one. Cases in which nothing ran are left out; of several times of one configuration in one case
 * the last counts.
 */
export function portability(times: readonly PortabilityTime[]): PortabilityMatrix {
  const byCase = new Map<string, Map<string, number>>();
  for (const { case: name, configuration, time } of times) {
    const known = byCase.get(name) ?? new Map<string, number>();
    byCase.set(name, known.set(configuration, time ?? Infinity));
  }
  const cases = [...byCase].flatMap(([name, known]) => {
    const best = Math.min(...known.values());
    return best < Infinity ? [{ name, known, best }] : [];
  });
  const configurations = [...new Set(times.map(({ configuration }) => configuration))];
  const rows = configurations.map((configuration) =>
    portable(
      configuration,
      cases.map(({ known, best }) => {
        const time = known.get(configuration);
        return time === undefined ? undefined : best / time;
      }),
    ),
  );
  rows.sort((a, b) => Number(isComplete(b)) - Number(isComplete(a)) || compare(b, a));
  const [first] = rows;
  return {
    cases: cases.map(({ name }) => name),
    rows,
    single: first && cases.length > 0 && isComplete(first) ? first : undefined,
  };
}

/** Whether a configuration was tried in every case. */
export const isComplete = ({ shares }: Portable): boolean => shares.every((share) => share !== undefined);

/** The summary of a row of shares; zeros where there are none. */
export function portable(configuration: string, shares: readonly (number | undefined)[]): Portable {
  const known = shares.filter((share) => share !== undefined);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return {
    configuration,
    shares,
    average: mean(known),
    worst: known.length > 0 ? Math.min(...known) : 0,
    geometricMean: known.length > 0 ? Math.exp(mean(known.map(Math.log))) : 0,
  };
}

/** Which of two is the better choice: by geometric mean, then by worst case. */
const compare = (a: Portable, b: Portable): number => a.geometricMean - b.geometricMean || a.worst - b.worst;
