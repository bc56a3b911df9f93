import type { Comparison, RecordFile, Result } from '../../src/io/record.ts';
import { tileText } from '../../src/kernels/tile.ts';

/**
 * Columns of {@link flatRows}; times in nanoseconds, rates in 10⁹ per second. Scripts read them by name and by place: new ones
 * come last. A ratio is the row's time ÷ that of the row it is compared with, of which the first is 1.
 */
export const FLAT_HEAD = [
  'engine',
  'adapter',
  'status',
  'reason',
  'm',
  'n',
  'k',
  'weights',
  'format',
  'group',
  'scale',
  'zeroPoint',
  'layout',
  'activation',
  'accumulator',
  'epilogue',
  'output',
  'kernel',
  'params',
  'boundRatio',
  'nmse',
  'nmseExpected',
  'checkedElements',
  'integerExact',
  'unquantizedNmse',
  'medianNs',
  'ciLowNs',
  'ciHighNs',
  'converged',
  'gflops',
  'gbps',
  'bitsPerWeight',
  'relRmse',
  'cache',
  'percentOfPeak',
  'boundBy',
  'comparedWithRow',
  'ratio',
  'ratioLow',
  'ratioHigh',
  'verdict',
  'marginPct',
  'tieGroup',
  'checks',
] as const;

type Row = Readonly<Partial<Record<(typeof FLAT_HEAD)[number], string | number | boolean | undefined>>>;

/** Every result of a record as one flat row of cells, in the order of {@link FLAT_HEAD}; what is not known is empty. */
export function flatRows(record: RecordFile): string[][] {
  const comparisons = new Map(record.comparisons.map((comparison) => [comparison.b, comparison]));
  return record.results.map((result, index) => {
    const row = { ...flatRow(record, result), ...comparisonCells(comparisons.get(index)) };
    return FLAT_HEAD.map((column) => String(row[column] ?? ''));
  });
}

function flatRow({ environments }: RecordFile, result: Result): Row {
  const { spec, kernel } = result;
  const environment = environments[result.environment];
  return {
    engine: environment?.engine,
    adapter: environment?.adapter.description,
    status: result.status,
    reason: result.reason,
    ...specCells(result),
    kernel: kernel?.variant ?? spec.kernel,
    params: tileText(kernel?.params ?? spec.params, ' '),
    ...verificationCells(result),
    ...figureCells(result),
    ...roofCells(result),
  };
}

function specCells({ spec }: Result) {
  const { m, n, k, weights, format, group, scale, zeroPoint, layout } = spec;
  const { activation, accumulator, epilogue, output } = spec;
  return {
    ...{ m, n, k, weights, format, group, scale, zeroPoint, layout },
    ...{ activation, accumulator, epilogue, output },
  };
}

function verificationCells({ verification }: Result) {
  return {
    boundRatio: verification?.boundRatio,
    nmse: verification?.nmse,
    nmseExpected: verification?.nmseExpected,
    checkedElements: verification?.checkedElements,
    integerExact: verification?.integerExact,
    unquantizedNmse: verification?.againstUnquantizedActivations?.nmse,
    checks: verification?.checks?.map(({ check, outcome }) => `${check} ${outcome}`).join('; '),
  };
}

function figureCells({ timing, derived, quantization }: Result) {
  return {
    medianNs: timing?.medianNs,
    ciLowNs: timing?.ciLowNs,
    ciHighNs: timing?.ciHighNs,
    converged: timing?.converged,
    gflops: derived?.gflops.value,
    gbps: derived?.gbps.value,
    bitsPerWeight: quantization?.bitsPerWeight,
    relRmse: quantization?.relRmse,
  };
}

function roofCells({ timing, derived }: Result) {
  return {
    cache: timing?.cache,
    percentOfPeak: derived?.percentOfPeak?.value,
    boundBy: derived?.boundBy,
  };
}

function comparisonCells(comparison: Comparison | undefined): Row {
  if (!comparison) return {};
  const { a, ratio, ciLow, ciHigh, verdict, marginPct, tieGroup } = comparison;
  return {
    ...{ comparedWithRow: a + 1, ratio, ratioLow: ciLow, ratioHigh: ciHigh },
    ...{ verdict, marginPct, tieGroup },
  };
}
