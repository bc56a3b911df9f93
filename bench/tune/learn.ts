import type { RecordFile } from '../../src/io/record.ts';
import { type Learnt, learnTiles, NothingToLearn } from '../../src/lab/learn-tiles.ts';
import type { TuneSubject } from '../../src/lab/tune-subject.ts';
import { readRecord } from '../read-record.ts';
import { UsageError } from '../usage-error.ts';
import type { Session } from '../with-engine.ts';

/** Records of sweeps and the files that they were read from. */
export interface Sweeps {
  readonly files: readonly string[];
  readonly records: readonly RecordFile[];
}

/**
 * Reads what --learn names.
 *
 * @param strategy the search's, of which one alone learns.
 * @throws UsageError if it is another one, or a file is no record.
 */
export async function readSweeps(learn: unknown, strategy: string): Promise<Sweeps | undefined> {
  if (learn === undefined) return undefined;
  if (strategy !== 'model') {
    throw new UsageError(
      `--learn is for the strategy model, and --strategy is ${strategy}, which learns nothing from sweeps.`,
      'Leave --learn out, or take --strategy model.',
    );
  }
  const files = learn as readonly string[];
  const records: RecordFile[] = [];
  for (const file of files) records.push(await readRecord(file));
  return { files, records };
}

/**
 * Learns from sweeps which tiles a search should begin with.
 *
 * @throws UsageError that says why they teach nothing of the search.
 */
export async function learn(
  { files, records }: Sweeps,
  subject: TuneSubject,
  { engine, environment }: Session,
): Promise<Learnt> {
  const caps = await engine.lab.caps();
  try {
    return learnTiles(records, subject, { adapter: environment.adapter, caps });
  } catch (error) {
    if (!(error instanceof NothingToLearn)) throw error;
    throw new UsageError(
      `--learn ${files.join(' --learn ')}: nothing to learn. ${error.message}`,
      `For instance: sweep --kernel ${subject.spec.kernel} --over m=16,64,256 --over ${axisOf(subject)} --json FILE; or leave --learn out.`,
    );
  }
}

/** A parameter that is searched, as an axis of a sweep. */
function axisOf({ space }: TuneSubject): string {
  const { name, values } = space.dimensions.find((dimension) => dimension.values.length > 1)!;
  return `${name}=${values.join(',')}`;
}
