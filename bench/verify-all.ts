import type { Result } from '../src/io/record.ts';
import { VARIANT_IDS, VARIANTS } from '../src/kernels/registry.ts';
import { type CommandContext, ENGINE_NAMES } from './context.ts';
import { PairCounter } from './covering-array.ts';
import { exitCodeOf, worstOf } from './exit-code.ts';
import { writeOutputs } from './report/files.ts';
import { type AdapterReport, verifyAllText } from './report/verify-all-text.ts';
import { givenEngine, readEngineOptions, readOutputOptions } from './run-options.ts';
import {
  axesOf,
  chooseCases,
  countEveryCase,
  everyCase,
  excludesFor,
  quarterOf,
  type VerifyCase,
} from './verify-cases.ts';
import { type Session, withEngine } from './with-engine.ts';

/**
 * Verifies every kernel on one engine or on both, one after the other.
 *
 * @param exhaustive whether to run the whole product, and for how long at most; what is chosen for all pairs else.
 * @returns the exit code.
 */
export async function verifyAll(
  context: CommandContext,
  options: Readonly<Record<string, unknown>>,
  seed: number,
  exhaustive: { readonly budgetS: number } | undefined,
): Promise<number> {
  const named = givenEngine(options);
  const reports: AdapterReport[] = [];
  for (const name of named ? [named] : ENGINE_NAMES) {
    const choice = { ...readEngineOptions(options, name), compilesQuickly: true as const };
    const quiet = options['quiet'] === true;
    reports.push(
      await withEngine(context, choice, quiet, (first) =>
        withEngine(context, choice, quiet, (second) =>
          verifyCases(
            [first, second],
            exhaustive ? wholeProduct(seed, exhaustive.budgetS) : chosenFor(first, seed),
            context.signal,
          ),
        ),
      ),
    );
  }
  const record = {
    schemaVersion: 1 as const,
    environments: reports.map(({ environment }) => environment),
    results: reports.flatMap(({ kept }, environment) => kept.map((result) => ({ ...result, environment }))),
    comparisons: [],
    coverage: reports.flatMap(({ pairs, counts }, environment) => ({ environment, counts, pairs })),
  };
  await writeOutputs(record, reports.map(verifyAllText).join('\n'), readOutputOptions(options), context);
  return worstOf(record.results.map((result) => exitCodeOf(result, 'is-right')));
}

/** Cases to run on one adapter. */
interface Share {
  readonly cases: Iterable<VerifyCase>;
  readonly count: number;
  /** Cases of which these are a part or all. */
  readonly chosen: number;
  /** Whether results that are right are kept for the record, too. */
  readonly keepsRight: boolean;
  /** No case is begun after so long [s]. */
  readonly budgetS: number;
}

/** A software adapter in Chrome takes seconds to make a pipeline: it gets a quarter. */
function chosenFor({ environment, engine }: Session, seed: number): Share {
  const all = chooseCases(seed);
  const cases = engine.name === 'chrome' && environment.adapter.software ? quarterOf(all, seed) : all;
  return { cases, count: cases.length, chosen: all.length, keepsRight: true, budgetS: Infinity };
}

/** Too many to keep what is right of them. */
function wholeProduct(seed: number, budgetS: number): Share {
  const count = countEveryCase();
  return { cases: everyCase(seed), count, chosen: count, keepsRight: false, budgetS };
}

/** On a log a line a case would bury the rest. */
const STEP = 20;

/**
 * Runs cases on two sessions side by side: a software adapter compiles on one core, and a GPU waits for the reference.
 */
async function verifyCases(
  sessions: readonly [Session, ...Session[]],
  { cases, count, chosen, keepsRight, budgetS }: Share,
  signal: AbortSignal,
): Promise<AdapterReport> {
  const [{ engine, environment, progress }] = sessions;
  const begun = performance.now();
  const counts = { ok: 0, unsupported: 0, wrong: 0, failed: 0 };
  const kept: Result[] = [];
  const counters = VARIANT_IDS.map((variant) => ({
    variant,
    pairs: new PairCounter(axesOf(VARIANTS[variant]), excludesFor(VARIANTS[variant])),
  }));
  let index = 0;
  const queue = cases[Symbol.iterator]();
  await Promise.all(
    sessions.map(async ({ engine: { lab } }) => {
      for (let next = queue.next(); next.done !== true; next = queue.next()) {
        if (performance.now() - begun > 1000 * budgetS) return;
        const { spec, axes } = next.value;
        if (index++ % STEP === 0) progress.step(`${engine.name}: case ${index} of ${count}`);
        const result = await lab.verify(spec, signal, () => undefined);
        counts[result.status]++;
        if (result.status === 'ok' && axes) {
          counters.find(({ variant }) => variant === spec.kernel)?.pairs.add(axes);
        }
        if (keepsRight || result.status !== 'ok') kept.push(result);
      }
    }),
  );
  const pairs = counters.map(({ variant, pairs: { count } }) => ({
    variant,
    axes: Object.keys(axesOf(VARIANTS[variant])),
    coveredPairs: count.covered,
    allPairs: count.total,
  }));
  return {
    environment,
    chosen,
    ran: index,
    counts,
    kept,
    pairs,
    seconds: (performance.now() - begun) / 1000,
  };
}
