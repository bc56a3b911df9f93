import type { ServedLab } from '../lab/remote-lab.ts';
import type { WorkerSource } from './make-worker.ts';

/** What an engine worker must know that only the page can tell it. Plain data. */
export interface EngineSetup {
  /** Where the reference workers come from; an address must be absolute. */
  readonly reference: WorkerSource;
  /** Absolute address of the folder of samples, with a slash at its end. */
  readonly samples: string;
  /** The engine's name and the versions for the record. */
  readonly engine: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** What the engine worker does. Both ends import this and nothing of each other. */
export interface EngineApi extends ServedLab {
  /** Comes before any other call. */
  open(setup: EngineSetup): void;
  /** Whether the page is in front: what is measured in the background does not count. */
  setInFront(inFront: boolean): void;
  /** Loses the device under whatever is running, as a driver's reset would; the next call opens another. */
  simulateDeviceLoss(): Promise<void>;
}
