import type { Peaks } from '../../src/io/peaks.ts';
import type { Environment } from '../../src/io/record.ts';
import { peakRows } from '../../src/ui/peak-rows.ts';
import { describeEnvironment } from './describe.ts';
import { plainTable } from './plain-table.ts';

/** The measured ceilings of an adapter, a row each. */
export const peaksText = (environment: Environment, peaks: Peaks): string =>
  `${describeEnvironment(environment)}\n${plainTable(peakRows(peaks))}`;
