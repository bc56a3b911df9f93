import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { dequantize } from '../../src/formats/dequantize.ts';
import { NonNumberError } from '../../src/formats/element-names.ts';
import { bitsPerWeight, formatName } from '../../src/formats/format.ts';
import { isQuantized, WeightSourceError } from '../../src/io/source.ts';
import { DEFAULT_SPEC, formatFields, type Spec } from '../../src/io/spec.ts';
import type { DecodeComparison } from '../../src/lab/lab.ts';
import { formatCount, significant } from '../../src/ui/figures.ts';
import type { CommandContext } from '../context.ts';
import { createDiskWeights, readWithNonNumbers } from '../engines/weight-files.ts';
import { EXIT } from '../exit-code.ts';
import { describeEnvironment } from '../report/describe.ts';
import { addEngineOptions, readEngineOptions } from '../run-options.ts';
import { UsageError } from '../usage-error.ts';
import { withEngine } from '../with-engine.ts';

/** `dequant`: decodes one tensor on the GPU and on the CPU. @param end is given the exit code. */
export function dequantCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('dequant')
    .description('decode one tensor of a GGUF or safetensors file on the GPU and on the CPU, and compare')
    .argument('<file>', 'a GGUF or safetensors file')
    .requiredOption('--tensor <name>', 'the tensor; of a GPTQ or AWQ layer its prefix')
    .requiredOption(
      '-o, --output <file>',
      'where to write the weights: f32, [N, K] row-major, little-endian',
    );
  addEngineOptions(command).option('--quiet', 'no progress on stderr');
  return command.action(async (file: string, options: Record<string, unknown>) => {
    end(await dequant(context, `${file}#${String(options['tensor'])}`, String(options['output']), options));
  });
}

async function dequant(
  context: CommandContext,
  weights: string,
  output: string,
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const matrix = await createDiskWeights().load(weights).catch(asNonNumbers);
  if (matrix instanceof NonNumberError) return dequantOnCpu(context, weights, output, matrix);
  if (!isQuantized(matrix)) {
    await write(output, matrix.values);
    await context.print(
      `${weights} is not quantized: its ${sizes(matrix)} floats were written as they are.\n`,
    );
    return EXIT.right;
  }
  const { N, K, format } = matrix;
  const spec: Spec = { ...DEFAULT_SPEC, n: N, k: K, weights, ...formatFields(format) };
  const { environment, check } = await withEngine(
    context,
    { ...readEngineOptions(options), compilesQuickly: true },
    options['quiet'] === true,
    async ({ engine, environment: found }) => ({
      environment: found,
      check: await engine.lab.checkDecode(spec, context.signal),
    }),
  );
  if ('rejected' in check) {
    context.warn(`The GPU cannot decode this: ${check.rejected}\n`);
    return EXIT.failed;
  }
  await context.print(
    [
      `${weights}: ${sizes(matrix)}, ${formatName(format)}, ${significant(bitsPerWeight(format, K))} bits a weight\n`,
      `${verdict(check)}\n`,
      `machine  ${describeEnvironment(environment)}\n`,
    ].join(''),
  );
  if (check.differing > 0) return EXIT.wrong;
  await write(output, dequantize(matrix));
  return EXIT.right;
}

/** Decodes weights that a kernel would be refused, for a GPU need not keep NaN and infinities. */
async function dequantOnCpu(
  context: CommandContext,
  weights: string,
  output: string,
  { message }: NonNumberError,
): Promise<number> {
  const matrix = await readWithNonNumbers(weights);
  if (isQuantized(matrix)) await write(output, dequantize(matrix));
  await context.print(
    `${weights}: ${sizes(matrix)}\n${message} Decoded on the CPU alone: a GPU need not keep NaN and infinities.\n`,
  );
  return EXIT.right;
}

const sizes = ({ N, K }: { readonly N: number; readonly K: number }): string =>
  `${formatCount(N)} × ${formatCount(K)} (N × K)`;

function verdict({ weights, differing, first }: DecodeComparison): string {
  if (!first) return `✓ GPU and CPU decode all ${formatCount(weights)} weights to the same bits.`;
  const { n, k, gpu, cpu } = first;
  return `✗ GPU and CPU differ in ${formatCount(differing)} of ${formatCount(weights)} weights, first at n = ${n}, k = ${k}: ${gpu} and ${cpu}.`;
}

async function write(path: string, values: Float32Array<ArrayBuffer>): Promise<void> {
  try {
    await writeFile(path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  } catch (error) {
    throw new UsageError(
      `The weights cannot be written: ${(error as Error).message}.`,
      'Give a path that can be written to, or /dev/null.',
    );
  }
}

/** What stands against reading weights: that they hold non-numbers is returned, all else thrown. */
function asNonNumbers(error: unknown): NonNumberError {
  if (!(error instanceof WeightSourceError)) throw error;
  if (error.cause instanceof NonNumberError) return error.cause;
  throw new UsageError(
    error.message,
    'For instance: dequant model.gguf --tensor blk.0.ffn_up.weight -o /dev/null',
  );
}
