import { Command } from 'commander';
import type { RecordFile } from '../../src/io/record.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOf } from '../exit-code.ts';
import { writeOutputs } from '../report/files.ts';
import { resultText } from '../report/result-text.ts';
import { resolveSpec } from '../resolve-spec.ts';
import { addEngineOptions, addOutputOptions, readEngineOptions, readOutputOptions } from '../run-options.ts';
import { addSpecOptions, type GivenSpec, readSpecOptions } from '../spec-options.ts';
import { UsageError } from '../usage-error.ts';
import { verifyAll } from '../verify-all.ts';
import { withEngine } from '../with-engine.ts';

/** `verify`: correctness only, of one experiment or of all kernels. @param end is given the exit code. */
export function verifyCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('verify').description('correctness only');
  addOutputOptions(addEngineOptions(addSpecOptions(command)));
  command.option(
    '--all',
    'each format × kernel, and pairs of all else: on node in full, and on Chrome (a quarter on a software adapter, ' +
      'which --seed rotates); on both engines unless one is named',
  );
  command.option('--exhaustive', 'with --all: the whole product of all axes, for hours');
  return command.action(async (options: Record<string, unknown>) => {
    const given = readSpecOptions(options);
    if (options['all'] === true) {
      const seed = seedOf(given);
      end(await verifyAll(context, options, seed, options['exhaustive'] === true));
      return;
    }
    if (options['exhaustive'] === true) {
      throw new UsageError('--exhaustive was given without --all.', 'Say: verify --all --exhaustive');
    }
    end(await verifyOne(context, given, options));
  });
}

async function verifyOne(
  context: CommandContext,
  given: GivenSpec,
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const spec = await resolveSpec(given);
  const { environment, result } = await withEngine(
    context,
    readEngineOptions(options),
    options['quiet'] === true,
    async ({ engine, environment, progress }) => ({
      environment,
      result: await engine.lab.verify(spec, context.signal, progress.report),
    }),
  );
  const record: RecordFile = {
    schemaVersion: 1,
    environments: [environment],
    results: [{ ...result, environment: 0 }],
    comparisons: [],
  };
  await writeOutputs(record, resultText(result, environment), readOutputOptions(options), context);
  return exitCodeOf(result, 'is-right');
}

/** The only option of an experiment that `--all` leaves open. */
function seedOf({ spec, wgsl, fields }: GivenSpec): number {
  const { seed, ...others } = fields;
  const given = [
    ...Object.keys(others),
    ...(spec === undefined ? [] : ['spec']),
    ...(wgsl === undefined ? [] : ['wgsl']),
  ];
  if (given.length > 0) {
    throw new UsageError(
      `--all chooses the experiments itself, and ${given.join(', ')} was given.`,
      'Leave --all out to verify one experiment; only --seed goes with it.',
    );
  }
  return typeof seed === 'number' ? seed : 0;
}
