import type { Gpu } from '../device/gpu.ts';
import type { WeightSource } from '../io/source.ts';
import type { ReferencePool } from '../reference/pool.ts';
import type { Foreground } from '../measure/foreground.ts';
import type { Lab } from './lab.ts';

/** What a lab is put together from; each engine has its own. */
export interface LabParts {
  /** Opens a fresh device: first when one is needed, and again after a loss. */
  readonly openGpu: () => Promise<Gpu>;
  readonly pool: ReferencePool;
  readonly weights: WeightSource;
  /** The engine's name in records: `chrome`, `node`. */
  readonly engine: string;
  /** Versions for records, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Of a page that people look at. */
  readonly foreground?: Foreground;
}

/** A lab that owns its device. Its calls throw a LostError where that is lost under them; the next opens another. */
export interface DeviceLab extends Lab {
  /** Loses the device as a driver would, for drills. */
  simulateDeviceLoss(): Promise<void>;
}
