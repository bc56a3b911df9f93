import type { Result } from '../src/io/record.ts';
import { type CommandContext, ENGINE_NAMES } from './context.ts';
import { exitCodeOf, worstOf } from './exit-code.ts';
import { writeOutputs } from './report/files.ts';
import { type AdapterReport, type PairReport, pairReports, verifyAllText } from './report/verify-all-text.ts';
import { givenEngine, readEngineOptions, readOutputOptions } from './run-options.ts';
import { chooseCases, everyCase, quarterOf, type VerifyCase } from './verify-cases.ts';
import { type Session, withEngine } from './with-engine.ts';

/**
 * Verifies every kernel on one engine or on both, one after the other.
 *
 * @returns the exit code.
 */
export async function verifyAll(
  context: CommandContext,
  options: Readonly<Record<string, unknown>>,
  seed: number,
  exhaustive: boolean,
): Promise<number> {
  const cases = exhaustive ? [...everyCase(seed)] : chooseCases(seed);
  const named = givenEngine(options);
  const reports: AdapterReport[] = [];
  for (const name of named ? [named] : ENGINE_NAMES) {
    const choice = readEngineOptions(options, name);
    reports.push(
      await withEngine(context, choice, options['quiet'] === true, (session) =>
        verifyCases(
          session,
          exhaustive ? cases : shareOf(session, cases, seed),
          cases.length,
          context.signal,
        ),
      ),
    );
  }
  const record = {
    schemaVersion: 1 as const,
    environments: reports.map(({ environment }) => environment),
    results: reports.flatMap(({ ended }, environment) =>
      ended.map(({ result }) => ({ ...result, environment })),
    ),
    comparisons: [],
    coverage: reports.flatMap((report, environment): (PairReport & { environment: number })[] =>
      pairReports(report).map((pairs) => ({ environment, ...pairs })),
    ),
  };
  await writeOutputs(record, reports.map(verifyAllText).join('\n'), readOutputOptions(options), context);
  return worstOf(record.results.map((result) => exitCodeOf(result, 'is-right')));
}

/** A software adapter in Chrome takes seconds to make a pipeline: it gets a quarter. */
const shareOf = (
  { environment, engine }: Session,
  cases: readonly VerifyCase[],
  seed: number,
): readonly VerifyCase[] =>
  engine.name === 'chrome' && environment.adapter.software ? quarterOf(cases, seed) : cases;

async function verifyCases(
  { engine, environment, progress }: Session,
  cases: readonly VerifyCase[],
  chosen: number,
  signal: AbortSignal,
): Promise<AdapterReport> {
  const begun = performance.now();
  const ended: { one: VerifyCase; result: Result }[] = [];
  for (const [index, one] of cases.entries()) {
    // On a log a line a case would bury the rest.
    if (index % STEP === 0) progress.step(`${engine.name}: case ${index + 1} of ${cases.length}`);
    const result = await engine.lab.verify(one.spec, signal, () => undefined);
    ended.push({ one, result });
  }
  return { environment, chosen, ended, seconds: (performance.now() - begun) / 1000 };
}

const STEP = 20;
