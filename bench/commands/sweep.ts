import { Command } from 'commander';
import type { RecordFile } from '../../src/io/record.ts';
import { type Axis, readAxes } from '../../src/lab/axes.ts';
import { formatPoints } from '../../src/lab/format-points.ts';
import { planTimeOf } from '../../src/lab/plan-time.ts';
import { fitPredictor } from '../../src/tune/predictor.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOf, worstOf } from '../exit-code.ts';
import { knowPeaks } from '../know-peaks.ts';
import { type OutputFile, writeOutputs } from '../report/files.ts';
import { sweepText } from '../report/sweep-text.ts';
import {
  addEngineOptions,
  addOutputOptions,
  readEngineOptions,
  readOutputOptions,
  textOf,
} from '../run-options.ts';
import { addSpecOptions, type GivenSpec, readSpecOptions } from '../spec-options.ts';
import { asUsage } from '../sweep/as-usage.ts';
import { type GridFile, gridFile } from '../sweep/grid-file.ts';
import { sweepPoints } from '../sweep/points.ts';
import { runSweep } from '../sweep/run-sweep.ts';
import { UsageError } from '../usage-error.ts';
import { addWinnersOption } from '../winners-option.ts';
import { withEngine } from '../with-engine.ts';

type Options = Readonly<Record<string, unknown>>;

/** `sweep`: a grid of specs, each verified and measured. @param end is given the exit code. */
export function sweepCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('sweep').description(
    'a grid of specs: each is verified, then measured; those that a plan rejects cost nothing',
  );
  addWinnersOption(addOutputOptions(addEngineOptions(addSpecOptions(command))));
  command
    .option(
      '--over <axis>',
      'an axis and its values: m=1..64*2, n=512..2048+512, format=int4,mxfp4, bits=2..8, kernel=all, BM=16,32; again for each axis',
      gather,
    )
    .option('--grid <file>', 'write the points by their axes, for heat maps, lines and the front of formats');
  command.addHelpText(
    'after',
    '\nExample:\n  sweep --weights sample:use-tanh --m 16 --over format=int2,int4,int8,mxfp4,nf4 --over kernel=tiled,skinny',
  );
  return command.action(async (options: Options) => {
    const given = readSpecOptions(options);
    const axes = axesOf(options, given);
    const points = await sweepPoints(axes, given);
    const { environment, reached, caps } = await withEngine(
      context,
      readEngineOptions(options),
      options['quiet'] === true,
      async (session) => ({
        caps: await session.engine.lab.caps(),
        environment: await knowPeaks(session, 'if-hardware', context),
        reached: await runSweep(points, session, options, context),
      }),
    );
    const { outcomes, ended } = reached;
    if (outcomes.length < points.length) {
      context.warn(
        `${ended ? 'Ended early' : 'Interrupted'}: ${outcomes.length} of ${points.length} points were reached.\n`,
      );
    }
    const results = outcomes.flatMap(({ outcome }) =>
      'rejected' in outcome ? [] : [{ ...outcome, environment: 0 }],
    );
    const record: RecordFile = { schemaVersion: 1, environments: [environment], results, comparisons: [] };
    const formats = formatPoints(outcomes);
    const grid = gridFile(axes, outcomes, formats, environment);
    const judgement = fitPredictor(results.flatMap((result) => planTimeOf(result, caps) ?? []));
    const text = sweepText(axes, outcomes, formats, environment, judgement);
    await writeOutputs(record, text, readOutputOptions(options), context, [gridOutput(options, grid)]);
    if (ended) throw ended;
    end(worstOf(results.map((result) => exitCodeOf(result, 'is-right'))));
  });
}

const gridOutput = (options: Options, grid: GridFile): OutputFile => ({
  path: textOf(options['grid']),
  content: `${JSON.stringify(grid, undefined, 2)}\n`,
});

const gather = (axis: string, before: readonly string[] = []): readonly string[] => [...before, axis];

/** @throws UsageError where there is no axis, or one cannot be read. */
function axesOf({ over }: Options, { fields }: GivenSpec): Axis[] {
  const texts = (over ?? []) as readonly string[];
  if (texts.length === 0) {
    throw new UsageError(
      'sweep was given no axis.',
      'For instance: sweep --m 16 --over format=int2,int4,int8',
    );
  }
  return asUsage(() => readAxes(texts, typeof fields.kernel === 'string' ? fields.kernel : 'auto'));
}
