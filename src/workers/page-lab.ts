import type { Peaks } from '../io/peaks.ts';
import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { type PageSurroundings, underWatch, watchConditions } from '../lab/conditions.ts';
import type { Kept } from '../lab/kept.ts';
import { keepPeaks, keptPeaks } from '../lab/kept-peaks.ts';
import type { Progress } from '../lab/lab.ts';
import type { EngineConnection } from './engine-connection.ts';
import { EngineClient } from './engine-client.ts';

/**
 * The lab of a page that people look at: its times carry warnings of a hidden tab and of a battery, and the peaks of its
 * adapter are kept from one visit to the next.
 */
export class PageLab extends EngineClient {
  readonly #surroundings: PageSurroundings;
  readonly #kept: Kept;

  /**
   * @param surroundings the page's document and navigator.
   * @param kept what its browser keeps.
   * @param connect starts an engine; by default the page's worker.
   */
  constructor(surroundings: PageSurroundings, kept: Kept, connect?: () => EngineConnection) {
    super(connect);
    this.#surroundings = surroundings;
    this.#kept = kept;
  }

  /** Lets the engine know the peaks that are kept, if it has none; one that was restarted has none. */
  override async environment(): Promise<Environment> {
    const environment = await super.environment();
    const known = environment.peaks ? undefined : keptPeaks(this.#kept, environment);
    if (!known) return environment;
    const peaks = await super.peaks(known, new AbortController().signal, () => undefined);
    return { ...environment, peaks };
  }

  override async peaks(
    known: Peaks | undefined,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Peaks> {
    const peaks = await super.peaks(known, signal, onProgress);
    keepPeaks(this.#kept, await super.environment(), peaks);
    return peaks;
  }

  override async run(
    spec: Spec,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Result> {
    const [result] = await underWatch(watchConditions(this.#surroundings), async () => [
      await super.run(spec, signal, onProgress),
    ]);
    return result!;
  }

  override async compare(
    specs: readonly Spec[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<RecordFile> {
    let record: RecordFile | undefined;
    const results = await underWatch(watchConditions(this.#surroundings), async () => {
      record = await super.compare(specs, signal, onProgress);
      return record.results;
    });
    return { ...record!, results: [...results] };
  }
}
