import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordFile } from '../../src/io/record.ts';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import {
  followsTile,
  followsTraffic,
  syntheticSweep,
  type Truth,
  trueTime,
} from '../support/synthetic-sweep.ts';
import { ENVIRONMENT, type Ran, runFake } from './fake-context.ts';
import { tunableLab } from './tunable-lab.ts';

const PRODUCT = '--m 3 --n 64 --k 64 --kernel naive'.split(' ');
const NAIVE: Spec = { ...DEFAULT_SPEC, weights: 'random', kernel: 'naive' };
const TILES: readonly Tile[] = [4, 8, 16, 32].flatMap((WX) => [4, 8, 16].map((WY) => ({ WX, WY })));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, record: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof record === 'string' ? record : JSON.stringify(record));
  return path;
}

const naiveSweep = (truth: Truth): RecordFile => syntheticSweep(NAIVE, TILES, truth, ENVIRONMENT);

/** Tunes on a lab whose times follow the tile. @returns also the tiles that were sampled, in that order. */
async function tune(words: readonly string[], after = Infinity): Promise<{ ran: Ran; asked: string[] }> {
  const abort = new AbortController();
  const asked: string[] = [];
  const lab = tunableLab({
    time: (spec) => trueTime(spec, followsTile),
    onSample: ({ params }) => {
      if (asked.length === after) abort.abort(new Error('interrupted by SIGINT'));
      else asked.push(JSON.stringify(params));
    },
  });
  const ran = await runFake(['tune', ...PRODUCT, ...words], {
    ...{ lab, signal: abort.signal, winnersPath: join(folder, 'winners.json') },
    journalsFolder: join(folder, 'tune'),
  });
  return { ran, asked };
}

/** Without what the order of multiplications makes of it. */
const rounded = (time: number): number => Number(time.toPrecision(10));

const distinct = (asked: readonly string[]): string[] => [...new Set(asked)];

describe('tune --learn', () => {
  test('begins with the tiles that the regression expects to be fastest, and says so', async () => {
    const { ran, asked } = await tune(['--learn', await write('sweep.json', naiveSweep(followsTile))]);
    expect(ran.code, ran.stderr).toBe(0);
    const said =
      /the regression wins\. The search begins with the (\d) tiles that it expects to be fastest\.\n/;
    const count = Number(said.exec(ran.stderr)?.[1]);
    expect(ran.stdout).toContain('The search begins with the');
    expect(count).toBeGreaterThan(2);
    const spec = { ...NAIVE, m: 3, n: 64, k: 64 };
    const times = distinct(asked).map((tile) =>
      rounded(trueTime({ ...spec, params: JSON.parse(tile) as Tile }, followsTile)),
    );
    const [standard] = times;
    const fastest = [...new Set(times)].sort((a, b) => a - b).filter((time) => time !== standard);
    // Two tiles of one time may differ in what the truth does not depend on.
    const first = [...new Set(times.slice(1, 1 + count))];
    expect(first.length).toBeGreaterThan(5);
    expect(first).toEqual(fastest.slice(0, first.length));
  });

  test('says that the baseline wins, and searches as it would without', async () => {
    const { ran, asked } = await tune(['--learn', await write('sweep.json', naiveSweep(followsTraffic))]);
    expect(ran.stderr).toContain('baseline wins. The search is as it would be without the sweeps.');
    expect(ran.stdout).toMatch(/learnt +Predicting the times of each shape .* baseline wins\./);
    expect(asked).toEqual((await tune([])).asked);
  });

  test('reads several records', async () => {
    const { results, ...rest } = naiveSweep(followsTile);
    const half = results.length / 2;
    const whole = await write('whole.json', naiveSweep(followsTile));
    const parts = await Promise.all([
      write('a.json', { ...rest, results: results.slice(0, half) }),
      write('b.json', { ...rest, results: results.slice(half) }),
    ]);
    const { asked } = await tune(['--learn', parts[0], '--learn', parts[1]]);
    expect(asked).toEqual((await tune(['--learn', whole])).asked);
  });

  test.each<[string, readonly string[], string | RecordFile | undefined, RegExp]>([
    ['a file that is not there', [], undefined, /sweep\.json is no record file\. It cannot be read/],
    ['a file that is no JSON', [], 'times', /sweep\.json is no record file/],
    ['a file that is no record', [], '{"schemaVersion":1}', /environments is missing/],
    [
      'another strategy',
      ['--strategy', 'local'],
      naiveSweep(followsTile),
      /--learn is for the strategy model/,
    ],
    [
      'another adapter',
      [],
      {
        ...naiveSweep(followsTile),
        environments: [{ ...ENVIRONMENT, adapter: { ...ENVIRONMENT.adapter, description: 'Acme 1' } }],
      },
      /nothing to learn\. All were measured on another adapter: Acme 1\. This one is Acme 9000\./,
    ],
    [
      'another kernel',
      [],
      syntheticSweep({ ...NAIVE, kernel: 'tiled' }, [{ BM: 16 }, { BM: 32 }], followsTile, ENVIRONMENT),
      /All are of another kernel: tiled\. The search is of naive\./,
    ],
    [
      'too few shapes',
      [],
      syntheticSweep(NAIVE, TILES, followsTile, ENVIRONMENT, [[16, 512, 256]]),
      /are of 1 shape M × N × K; it takes 3 at least/,
    ],
  ])('refuses %s', async (_, words, content, message) => {
    const file = content === undefined ? join(folder, 'sweep.json') : await write('sweep.json', content);
    const { ran, asked } = await tune(['--learn', file, ...words]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(message);
    expect(asked).toEqual([]);
  });
});

describe('an interrupted search that learnt', () => {
  test('goes on as it would have', async () => {
    const words = ['--learn', await write('sweep.json', naiveSweep(followsTile))];
    const whole = (await tune(words)).asked;
    await rm(join(folder, 'tune'), { recursive: true });
    const first = await tune(words, 9);
    expect(first.ran.stderr).toContain('--resume');
    const second = await tune([...words, '--resume']);
    expect(second.ran.code, second.ran.stderr).toBe(0);
    expect(second.ran.stderr).toContain('Going on from');
    expect([...first.asked, ...second.asked]).toEqual(whole);
  });

  test('does not go on without what it learnt, nor with what something else teaches', async () => {
    const own = ['--journal', join(folder, 'own.jsonl')];
    await tune([...own, '--learn', await write('sweep.json', naiveSweep(followsTile))], 9);
    const without = await tune([...own, '--resume']);
    expect(without.ran.code).toBe(1);
    expect(without.ran.stderr).toMatch(
      /they differ in learnt \("8 tiles to begin with, #\w+" there, none here\)/,
    );
    const reversed = await write(
      'other.json',
      naiveSweep((features) => 1e12 / followsTile(features)),
    );
    const other = await tune([...own, '--resume', '--learn', reversed]);
    expect(other.ran.code).toBe(1);
    expect(other.ran.stderr).toContain('they differ in learnt');
    expect([...without.asked, ...other.asked]).toEqual([]);
  });
});
