import type { Result } from '../io/record.ts';
import type { Axis } from '../lab/axes.ts';
import type { SweepOutcome } from '../lab/sweep.ts';
import { reasonOf, statusOf, timeOf } from './sweep-wording.ts';

/** What became of the points of one cell. */
export interface HeatCell {
  /** `wrong` where any is; else `ok` where any is right; `undefined` where the sweep ended before it. */
  readonly status: Result['status'] | undefined;
  /** The least median [ns]; infinite where the status is not `ok`. */
  readonly ns: number;
  /** The result that took so long; `undefined` where there is no time. */
  readonly fastest: Result | undefined;
  /** Why there is no time; empty where there is one. */
  readonly reason: string;
}

/** A sweep as a table: the first two axes that vary are its rows and columns. */
export interface HeatGrid {
  readonly rows: Axis;
  readonly columns: Axis;
  /** The other axes that vary; a cell holds all their points. */
  readonly others: readonly Axis[];
  /** [rows, columns] */
  readonly cells: readonly (readonly HeatCell[])[];
}

/** The axes that have several values. */
export const varying = (axes: readonly Axis[]): readonly Axis[] =>
  axes.filter(({ values }) => values.length > 1);

/** @returns `undefined` where fewer than two axes vary. */
export function heatGrid(axes: readonly Axis[], outcomes: readonly SweepOutcome[]): HeatGrid | undefined {
  const [rows, columns, ...others] = varying(axes);
  if (!rows || !columns) return undefined;
  const points = new Map<string, SweepOutcome[]>();
  for (const outcome of outcomes) {
    const key = JSON.stringify([outcome.at[rows.name], outcome.at[columns.name]]);
    const there = points.get(key);
    if (there) there.push(outcome);
    else points.set(key, [outcome]);
  }
  const cells = rows.values.map((row) =>
    columns.values.map((column) => cellOf(points.get(JSON.stringify([row, column])) ?? [])),
  );
  return { rows, columns, others, cells };
}

/** The order in which the state of one point stands for a cell: a wrong result is never hidden behind a right one. */
const FIRST = ['wrong', 'ok', 'failed', 'unsupported'] as const;

function cellOf(points: readonly SweepOutcome[]): HeatCell {
  const status = FIRST.find((one) => points.some((point) => statusOf(point) === one));
  const ns = status === 'ok' ? Math.min(...points.map(timeOf)) : Infinity;
  const fastest = points.find((point) => timeOf(point) === ns && ns < Infinity)?.outcome;
  const example = points.find((point) => statusOf(point) === status);
  return {
    status,
    ns,
    fastest: fastest && 'rejected' in fastest ? undefined : fastest,
    reason: example && status !== 'ok' ? reasonOf(example) : '',
  };
}
