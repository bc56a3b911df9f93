import type { Tile } from '../kernels/tile.ts';
import { median } from '../measure/statistics.ts';
import type { JournalEntry } from './journal.ts';
import { tileKey } from './ledger.ts';

/** One configuration as Kernel Tuner's T4 results have it; times in milliseconds. */
interface T4Result {
  readonly configuration: Tile;
  readonly objectives: readonly ['time'];
  readonly times: {
    readonly compilation_time: number;
    readonly runtimes: readonly number[];
    readonly framework: number;
    readonly search_algorithm: number;
    readonly validation: number;
  };
  readonly invalidity: 'timeout' | 'compile' | 'runtime' | 'correctness' | 'correct';
  /** 1 where the result is right. */
  readonly correctness: 0 | 1;
  readonly measurements: readonly { readonly name: 'time'; readonly value: number; readonly unit: 'ms' }[];
}

/** A T4 results file: the exchange format of auto-tuners, schema 1.0.0 (github.com/odgaard/TuningSchema). */
export interface T4File {
  readonly schema_version: '1.0.0';
  readonly results: readonly T4Result[];
}

const INVALIDITY = { compile: 'compile', run: 'runtime', wrong: 'correctness', timeout: 'timeout' } as const;

/** A journal as a T4 results file, a result for each tile in the order tried. Times that are not journalled are 0. */
export function t4File(journal: readonly JournalEntry[]): T4File {
  const byTile = new Map<string, JournalEntry[]>();
  for (const entry of journal) {
    const key = tileKey(entry.tile);
    byTile.set(key, [...(byTile.get(key) ?? []), entry]);
  }
  return { schema_version: '1.0.0', results: [...byTile.values()].map(t4Result) };
}

function t4Result(entries: readonly JournalEntry[]): T4Result {
  const runtimes = entries.flatMap((entry) => (entry.kind === 'sample' ? [entry.ns / 1e6] : []));
  const failure = entries.find((entry) => entry.kind === 'failed');
  const { compileNs = 0 } = entries.find((entry) => entry.kind === 'verified') ?? {};
  return {
    configuration: entries[0]!.tile,
    objectives: ['time'],
    times: { compilation_time: compileNs / 1e6, runtimes, framework: 0, search_algorithm: 0, validation: 0 },
    invalidity: failure ? INVALIDITY[failure.cause] : 'correct',
    correctness: failure ? 0 : 1,
    measurements:
      failure || runtimes.length === 0 ? [] : [{ name: 'time', value: median(runtimes), unit: 'ms' }],
  };
}
