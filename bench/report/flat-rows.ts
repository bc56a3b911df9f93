import type { RecordFile, Result } from '../../src/io/record.ts';
import { tileText } from '../../src/kernels/tile.ts';

/** Columns of {@link flatRows}; times in nanoseconds, rates in 10⁹ per second. */
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
] as const;

type Row = Readonly<Record<(typeof FLAT_HEAD)[number], string | number | boolean | undefined>>;

/** Every result of a record as one flat row of cells, in the order of {@link FLAT_HEAD}; what is not known is empty. */
export const flatRows = (record: RecordFile): string[][] =>
  record.results.map((result) => {
    const row = flatRow(record, result);
    return FLAT_HEAD.map((column) => String(row[column] ?? ''));
  });

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
    checkedElements: verification?.checkedElements,
    integerExact: verification?.integerExact,
    unquantizedNmse: verification?.againstUnquantizedActivations?.nmse,
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
