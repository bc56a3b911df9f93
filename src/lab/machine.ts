import type { DeviceCaps } from '../kernels/caps.ts';
import type { WinnerAdapter } from '../tune/winners.ts';

/** What of a machine decides which times and winners are its own, and which tiles can run. */
export interface Machine {
  readonly adapter: WinnerAdapter;
  readonly caps: DeviceCaps;
}
