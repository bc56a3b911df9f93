import type { Peaks } from '../io/peaks.ts';
import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { type BatteryNavigator, warnOfBattery, warnOneOfBattery } from '../lab/battery.ts';
import type { Kept } from '../lab/kept.ts';
import { keepPeaks, keptPeaks } from '../lab/kept-peaks.ts';
import type { Lab, ProgressListener } from '../lab/lab.ts';
import { remoteLab } from '../lab/remote-lab.ts';
import { withRecovery } from '../lab/with-recovery.ts';
import type { EngineConnection } from './engine-connection.ts';
import { EngineClient } from './engine-client.ts';

/** Of a page, what spoils times. */
export interface PageSurroundings {
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener'>;
  readonly navigator: BatteryNavigator;
}

/** A page's lab, and what only its tests ask of it. */
export interface PageLab extends Lab {
  /** Loses the engine's device under whatever is running, so that a test sees what a driver's reset does. */
  simulateDeviceLoss(): Promise<void>;
}

/**
 * The lab of a page that people look at: it measures while the page is in front alone, its times carry a warning of a battery, and
 * the peaks of its adapter are kept from one visit to the next.
 *
 * @param kept what its browser keeps.
 * @param connect starts an engine; by default the page's worker.
 */
export function pageLab(
  { document, navigator }: PageSurroundings,
  kept: Kept,
  connect?: () => EngineConnection,
): PageLab {
  const client = new EngineClient(connect);
  const tell = (): void => {
    client.setInFront(document.visibilityState !== 'hidden');
  };
  document.addEventListener('visibilitychange', tell);
  tell();
  // A retry is on another engine, which has to be told the peaks as well.
  const lab = withRecovery(
    withKeptPeaks(
      remoteLab((...call) => client.send(...call)),
      kept,
    ),
  );
  return {
    ...withBattery(lab, navigator),
    simulateDeviceLoss: () => client.simulateDeviceLoss(),
  };
}

/**
 * Peaks are kept, and known to the engine before they are used; those of a GPU are measured before the first time that is held against
 * them.
 */
function withKeptPeaks(lab: Lab, kept: Kept): Lab {
  const peaks: Lab['peaks'] = async (known, signal, onProgress) => {
    const found = await lab.peaks(known, signal, onProgress);
    keepPeaks(kept, await lab.environment(), found);
    return found;
  };
  /** One that was restarted knows none. */
  const environment = async (): Promise<Environment> => {
    const now = await lab.environment();
    const known = now.peaks ? undefined : keptPeaks(kept, now);
    if (!known) return now;
    return { ...now, peaks: await lab.peaks(known, new AbortController().signal, () => undefined) };
  };
  /**
   * Those of a software adapter take seconds and tell little; and where they cannot be measured, a time without them is better than
   * none. An abort is the next call's to throw.
   */
  const knowPeaks = async (signal: AbortSignal, onProgress: ProgressListener): Promise<Peaks | undefined> => {
    const now = await environment();
    if (now.peaks || now.adapter.software) return now.peaks;
    return peaks(undefined, signal, onProgress).catch(() => undefined);
  };
  return {
    ...lab,
    peaks,
    environment,
    run: async (spec: Spec, signal: AbortSignal, onProgress: ProgressListener): Promise<Result> => {
      await knowPeaks(signal, onProgress);
      return lab.run(spec, signal, onProgress);
    },
    compare: async (specs, signal, onProgress): Promise<RecordFile> => {
      await knowPeaks(signal, onProgress);
      return lab.compare(specs, signal, onProgress);
    },
  };
}

const withBattery = (lab: Lab, navigator: BatteryNavigator): Lab => ({
  ...lab,
  run: async (...call) => warnOneOfBattery(await lab.run(...call), navigator),
  compare: async (...call) => {
    const record = await lab.compare(...call);
    return { ...record, results: [...(await warnOfBattery(record.results, navigator))] };
  },
});
