import { Argument, Command } from 'commander';
import { listFormats } from '../../src/formats/catalogue.ts';
import { DISAGREEMENTS } from '../../src/formats/disagreements/registry.ts';
import { DEFAULT_SPEC, formatOf } from '../../src/io/spec.ts';
import { SHAPES } from '../../src/io/shapes.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { VARIANT_IDS, VARIANTS } from '../../src/kernels/registry.ts';
import type { KernelVariant } from '../../src/kernels/variant.ts';
import { LAYOUT_NAMES, parseLayout } from '../../src/layouts/registry.ts';
import { significant } from '../../src/ui/figures.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { plainTable } from '../report/plain-table.ts';

/** One thing of a kind: as data, and the cells of its line. */
interface Entry {
  readonly json: object;
  readonly cells: readonly string[];
}

/** Bits a weight are those of a column this deep, where a group of a whole column costs little. */
const DEPTH = 4096;

const LISTS: Readonly<Record<string, () => readonly Entry[]>> = {
  formats: () =>
    listFormats(DEPTH).map((entry) => ({
      json: entry,
      cells: [entry.name, `${significant(entry.bitsPerWeight)} bits a weight`, entry.about],
    })),
  layouts: () =>
    LAYOUT_NAMES.map((id) => ({
      json: { id, summary: parseLayout(id).summary },
      cells: [id, parseLayout(id).summary],
    })),
  kernels: () => VARIANT_IDS.map((id) => kernelEntry(VARIANTS[id])),
  shapes: () =>
    SHAPES.map((shape) => ({
      json: shape,
      cells: [shape.name, `N ${shape.N}`, `K ${shape.K}`, shape.about],
    })),
  suites: () => [],
  disagreements: () =>
    DISAGREEMENTS.map((entry) => ({
      json: entry,
      cells: [entry.name, entry.question, `${entry.rules.length} rules`],
    })),
};

/** `list`: what there is, a line each. @param end is given the exit code. */
export function listCommand(context: CommandContext, end: (code: number) => void): Command {
  return new Command('list')
    .description('what there is, a line each')
    .addArgument(new Argument('<kind>', 'what to list').choices(Object.keys(LISTS)))
    .option('--json', 'as data')
    .action(async (kind: string, options: { json?: boolean }) => {
      const entries = LISTS[kind]!();
      const json = `${JSON.stringify(
        entries.map((entry) => entry.json),
        undefined,
        2,
      )}\n`;
      await context.print(options.json ? json : linesOf(kind, entries));
      end(EXIT.right);
    });
}

const linesOf = (kind: string, entries: readonly Entry[]): string =>
  entries.length === 0 ? `There are no ${kind} yet.\n` : plainTable(entries.map(({ cells }) => cells));

function kernelEntry(variant: KernelVariant): Entry {
  const { id, summary, parameters } = variant;
  const defaults = variant.defaults(EXAMPLE);
  const listed = parameters.map(({ name }) => `${name}=${defaults[name]!}`).join(',');
  return { json: { id, summary, parameters, defaults }, cells: [id, summary, listed] };
}

/** The product whose default parameters are listed. */
const EXAMPLE: GemmProblem = {
  M: DEFAULT_SPEC.m,
  N: DEFAULT_SPEC.n,
  K: DEFAULT_SPEC.k,
  format: formatOf(DEFAULT_SPEC),
  layout: DEFAULT_SPEC.layout,
  activation: DEFAULT_SPEC.activation,
  accumulator: DEFAULT_SPEC.accumulator,
  epilogue: 'none',
  output: 'f32',
};
