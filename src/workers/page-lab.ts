import type { Peaks } from '../io/peaks.ts';
import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { type BatteryNavigator, warnOfBattery, warnOneOfBattery } from '../lab/battery.ts';
import type { Kept } from '../lab/kept.ts';
import { keepPeaks, keptPeaks } from '../lab/kept-peaks.ts';
import type { Progress } from '../lab/lab.ts';
import type { EngineConnection } from './engine-connection.ts';
import { EngineClient } from './engine-client.ts';

/** Of a page, what spoils times. */
export interface PageSurroundings {
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener'>;
  readonly navigator: BatteryNavigator;
}

/**
 * The lab of a page that people look at: it measures while the page is in front alone, its times carry a warning of a battery, and
 * the peaks of its adapter are kept from one visit to the next.
 */
export class PageLab extends EngineClient {
  readonly #navigator: BatteryNavigator;
  readonly #kept: Kept;

  /**
   * @param kept what its browser keeps.
   * @param connect starts an engine; by default the page's worker.
   */
  constructor({ document, navigator }: PageSurroundings, kept: Kept, connect?: () => EngineConnection) {
    super(connect);
    this.#navigator = navigator;
    this.#kept = kept;
    const tell = (): void => {
      this.setInFront(document.visibilityState !== 'hidden');
    };
    document.addEventListener('visibilitychange', tell);
    tell();
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
    await this.#knowPeaks(signal, onProgress);
    return warnOneOfBattery(await super.run(spec, signal, onProgress), this.#navigator);
  }

  override async compare(
    specs: readonly Spec[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<RecordFile> {
    await this.#knowPeaks(signal, onProgress);
    const record = await super.compare(specs, signal, onProgress);
    return { ...record, results: [...(await warnOfBattery(record.results, this.#navigator))] };
  }

  /**
   * Measures the peaks of a GPU before the first time that is held against them. Those of a software adapter take seconds and tell
   * little; and where they cannot be measured, a time without them is better than none. An abort is the next call's to throw.
   */
  async #knowPeaks(signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<void> {
    const { peaks, adapter } = await this.environment();
    if (peaks || adapter.software) return;
    await this.peaks(undefined, signal, onProgress).catch(() => undefined);
  }
}
