import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { nanoseconds } from '../../src/base/units.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { type Evaluation, Search, type Strategy } from '../../src/tune/search.ts';
import { Space } from '../../src/tune/space.ts';

/** A space of which every point was measured. */
export interface RecordedSpace {
  readonly name: string;
  readonly space: Space;
  /** [space.size] in milliseconds; Infinity where a point did not run. */
  readonly times: Float64Array;
  readonly best: number;
  readonly starts: readonly number[];
}

interface Recording {
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | null)[])[];
  readonly defaults?: Tile;
}

const FOLDER = new URL('../fixtures/tuning/', import.meta.url);

/** All recorded spaces among the fixtures. */
export const RECORDED: readonly RecordedSpace[] = readdirSync(FOLDER)
  .filter((file) => /\.json(\.gz)?$/.test(file))
  .map((file) => {
    const bytes = readFileSync(new URL(file, FOLDER));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    return recordedSpace(file.replace(/\.json(\.gz)?$/, ''), JSON.parse(text) as Recording);
  });

function recordedSpace(name: string, { parameters, columns, rows, defaults }: Recording): RecordedSpace {
  const names = columns.slice(0, -1);
  const byKey = new Map(rows.map((row) => [row.slice(0, -1).join(), row.at(-1)]));
  const keyOf = (tile: Tile): string => names.map((each) => tile[each]).join();
  const space = new Space(
    names.map((each) => ({ name: each, values: parameters[each]! })),
    (tile) => byKey.has(keyOf(tile)),
  );
  const times = Float64Array.from({ length: space.size }, (_, point) => {
    return byKey.get(keyOf(space.tile(point))) ?? Infinity;
  });
  const start = defaults && space.pointOf(defaults);
  return { name, space, times, best: Math.min(...times), starts: start === undefined ? [] : [start] };
}

/** What a point's recorded time tells a search. */
export const evaluationOf = (time: number): Evaluation =>
  time < Infinity
    ? { kind: 'timed', time: nanoseconds(time * 1e6) }
    : { kind: 'failed', reason: 'it did not run' };

/**
 * Replays a search until it has found 99 % of the best, or has used up its evaluations.
 *
 * @returns how many evaluations 95 % and 99 % took; Infinity where they were not found.
 */
export function replay(
  strategy: Strategy,
  { space, times, best, starts }: RecordedSpace,
  seed: number,
  evaluations: number,
): { readonly to95: number; readonly to99: number } {
  const search = new Search(strategy, space, { seed, starts });
  let found = Infinity;
  let to95 = Infinity;
  for (let count = 1; count <= evaluations; count++) {
    const point = search.ask();
    if (point === undefined) break;
    search.tell(point, evaluationOf(times[point]!));
    found = Math.min(found, times[point]!);
    if (best / found >= 0.95) to95 = Math.min(to95, count);
    if (best / found >= 0.99) return { to95, to99: count };
  }
  return { to95, to99: Infinity };
}
