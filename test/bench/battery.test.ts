import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLinuxBattery } from '../../bench/linux-battery.ts';
import { parseRecord } from '../../src/io/record.ts';
import { runFake } from './fake-context.ts';

describe('a battery of the machine', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Writes a supply as Linux's Documentation/ABI/testing/sysfs-class-power has them. */
  async function supply(name: string, files: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(join(folder, name));
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, name, file), `${text}\n`);
  }

  test('discharges', async () => {
    await supply('AC', { type: 'Mains', online: '0' });
    await supply('BAT0', { type: 'Battery', status: 'Full' });
    await supply('BAT1', { type: 'Battery', scope: 'System', status: 'Discharging' });
    expect(await readLinuxBattery(folder)).toEqual({ charging: false });
  });

  test.each([
    ['is charged', { type: 'Battery', status: 'Charging' }],
    ['is full', { type: 'Battery', status: 'Not charging' }],
    ['is of a mouse', { type: 'Battery', scope: 'Device', status: 'Discharging' }],
    ['is a UPS’s', { type: 'UPS', status: 'Discharging' }],
    ['says nothing', { type: 'Battery' }],
  ])('that %s is none that discharges', async (_, files) => {
    await supply('one', files);
    expect(await readLinuxBattery(folder)).toEqual({ charging: true });
  });

  test('is none that discharges where there is none, nor where nothing tells of them', async () => {
    expect(await readLinuxBattery(folder)).toEqual({ charging: true });
    expect(await readLinuxBattery(join(folder, 'nowhere'))).toEqual({ charging: true });
  });
});

describe.each([[['run']], [['compare', '--m 9', '--m 10']], [['sweep', '--over', 'm=1,2']]])(
  'on a battery %j',
  (command) => {
    const onBattery = { getBattery: () => Promise.resolve({ charging: false }) };

    test('warns in each result and once in the text', async () => {
      const { stdout } = await runFake(command, { power: onBattery });
      expect(stdout.match(/The machine runs on its battery/g)).toHaveLength(1);
      const data = (await runFake([...command, '--json', '-'], { power: onBattery })).stdout;
      const { results } = parseRecord(JSON.parse(data));
      expect(results.every(({ warnings = [] }) => warnings.join('').includes('battery'))).toBe(true);
    });

    test('says nothing of one on a plug', async () => {
      const power = { getBattery: () => Promise.resolve({ charging: true }) };
      expect((await runFake(command, { power })).stdout).not.toContain('battery');
    });
  },
);

test('a sweep warns of the points alone that were measured on the battery', async () => {
  let looks = 0;
  const power = { getBattery: () => Promise.resolve({ charging: ++looks < 2 }) };
  const { stdout } = await runFake(['sweep', '--over', 'm=1,2', '--json', '-'], { power });
  expect(parseRecord(JSON.parse(stdout)).results.map(({ warnings = [] }) => warnings.length)).toEqual([0, 1]);
});
