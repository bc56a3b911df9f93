import { describe, expect, test } from 'vitest';
import { type BatteryNavigator, warnOfBattery } from '../../src/lab/battery.ts';
import { endedResult, okResult } from '../ui/fake-lab.ts';

const withBattery = (getBattery: () => Promise<{ charging: boolean }>): BatteryNavigator => ({ getBattery });

describe('a battery', () => {
  test('is warned of in every result that has a time, after what it is warned of already, and in no other', async () => {
    const results = [{ ...okResult(), warnings: ['Software.'] }, okResult(), endedResult('failed', 'no')];
    const warned = await warnOfBattery(
      results,
      withBattery(() => Promise.resolve({ charging: false })),
    );
    const battery = expect.stringContaining('battery') as string;
    expect(warned.map(({ warnings }) => warnings)).toEqual([['Software.', battery], [battery], undefined]);
  });

  test.each([
    ['that is on a plug', withBattery(() => Promise.resolve({ charging: true }))],
    ['that the browser does not know', {}],
    ['that the browser refuses to tell of', withBattery(() => Promise.reject(new Error('no')))],
  ])('%s is not', async (_, navigator) => {
    const results = [okResult()];
    expect(await warnOfBattery(results, navigator)).toEqual(results);
  });
});
