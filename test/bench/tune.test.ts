import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseRecord } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { type Winner, type WinnersFile, Winners } from '../../src/tune/winners.ts';
import { ENVIRONMENT, type Fake, type Ran, runFake } from './fake-context.ts';
import { timeOf, type TunableFaults, tunableLab } from './tunable-lab.ts';

/** The product of the tests; `auto` stands for `gemv` there. */
const PRODUCT = '--m 3 --n 64 --k 64 --kernel naive'.split(' ');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
});
afterEach(() => rm(folder, { recursive: true }));

const store = (): string => join(folder, 'winners.json');

const places = (): Fake => ({ winnersPath: store(), journalsFolder: join(folder, 'tune') });

const tune = (words: readonly string[] = [], faults: TunableFaults = {}, fake: Fake = {}): Promise<Ran> =>
  runFake(['tune', ...PRODUCT, ...words], { ...places(), lab: tunableLab(faults), ...fake });

const winners = async (): Promise<readonly Winner[]> =>
  Winners.parse(JSON.parse(await readFile(store(), 'utf8'))).export().winners;

/** The journals of the folder, line by line, without times of day and of the clock. */
async function journal(): Promise<string[]> {
  const names = await readdir(join(folder, 'tune'));
  const texts = await Promise.all(
    names
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => readFile(join(folder, 'tune', name), 'utf8')),
  );
  return texts.flatMap((text) => text.replaceAll(/"(at|startedAt)":[\d.e-]+/g, '"$1":0').split('\n'));
}

describe('tune', () => {
  test('confirms a winner against the default, with its interval, and keeps it', async () => {
    const { code, stdout, stderr } = await tune();
    expect(code, stderr).toBe(0);
    const [winner] = await winners();
    expect(winner).toMatchObject({
      kernel: 'naive',
      params: { WX: 32, WY: 8 },
      shape: { m: 3, n: 64, k: 64 },
      adapter: { description: 'Acme 9000' },
    });
    expect(winner!.ciHigh).toBeLessThan(1);
    expect(stdout).toMatch(/^Winner: naive takes 0\.\d+ \[0\.\d+, 0\.\d+\] of its default’s time: FASTER/);
    expect(stdout).toMatch(/winner +--set WX=32,WY=8\n/);
    expect(stdout).toContain(store());
    expect(stderr).toMatch(/Searching: \d+ tiles? timed, the best so far/);
  });

  test('writes a record of the finalists, and what was tried as T4 results', async () => {
    const t4 = join(folder, 't4.json');
    const { stdout } = await tune(['--json', '-', '--t4', t4]);
    const record = parseRecord(JSON.parse(stdout));
    // Eight finalists and the default; then the winner and the default; then the winner and auto's kernel.
    expect(record.results).toHaveLength(9 + 2 + 2);
    expect(record.comparisons.map(({ a, b }) => [a, b]).slice(-2)).toEqual([
      [9, 10],
      [11, 12],
    ]);
    expect(record.results[0]!.spec).toMatchObject({ protocol: 'standard', kernel: 'naive' });
    const file = JSON.parse(await readFile(t4, 'utf8')) as { results: { invalidity: string }[] };
    expect(file.results.length).toBeGreaterThan(9);
    expect(new Set(file.results.map(({ invalidity }) => invalidity))).toEqual(new Set(['correct']));
  });

  test('searches only what --set leaves open', async () => {
    const tried: Spec[] = [];
    const { stdout } = await tune(['--set', 'WX=16'], { onSample: (spec) => tried.push(spec) });
    expect(new Set(tried.map(({ params }) => params['WX']))).toEqual(new Set([16]));
    expect(stdout).toMatch(/winner +--set WX=16,WY=8\n/);
    // What won among a part of the tiles is no winner of all.
    expect(stdout).toMatch(/stored +nowhere: --set leaves a part of the tiles out/);
    await expect(winners()).rejects.toThrow('ENOENT');
  });

  test('keeps the default, and writes no winner, where nothing is faster', async () => {
    const { code, stdout } = await tune([], { time: () => 1e6 });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The default stays: no finalist is FASTER/);
    await expect(readFile(store())).rejects.toThrow('ENOENT');
  });

  test('ends with 2 where a tile is wrong, and does not choose it', async () => {
    const { code, stdout } = await tune([], {
      isWrong: ({ kernel, params }) => kernel === 'naive' && params['WX'] === 32,
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/WRONG result, \d tiles: output \[0, 0\] is wrong/);
    expect((await winners())[0]!.params['WX']).not.toBe(32);
  });

  test('says what is the matter where the default cannot be measured', async () => {
    const wrong = await tune([], { isWrong: () => true });
    expect(wrong.code).toBe(2);
    expect(wrong.stdout).toContain('No winner');
    const late = await tune(['--seed', '7'], { isWrong: ({ seed }) => seed !== 7 });
    expect(late.code).toBe(2);
    expect(late.stderr).toContain('The default tile cannot be measured');
    const rejected = await tune(['--set', 'WX=512,WY=512']);
    expect(rejected.code).toBe(6);
    expect(rejected.stderr).toContain('This cannot be tuned, for the default is rejected');
  });

  test.each([
    [['--budget', '0'], '--budget is "0"'],
    [['--budget', 'soon'], '--budget is "soon"'],
    [['--set', 'WX=8,WY=8'], 'There is nothing to search'],
    [['--strategy', 'luck'], 'Allowed choices are model, local, random'],
  ])('%j is a mistake', async (words, message) => {
    const { code, stderr } = await tune(words);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe('an interrupted search', () => {
  /** Tunes until so many samples were asked for. */
  async function interrupt(
    after: number,
    words: readonly string[] = [],
  ): Promise<{ ran: Ran; asked: string[] }> {
    const abort = new AbortController();
    const asked: string[] = [];
    const onSample = ({ params }: Spec): void => {
      if (asked.length === after) abort.abort(new Error('interrupted by SIGINT'));
      else asked.push(JSON.stringify(params));
    };
    return { ran: await tune(words, { onSample }, { signal: abort.signal }), asked };
  }

  test('goes on from its journal: no sample is lost or taken twice, and the store is the same', async () => {
    const whole = await interrupt(Infinity);
    const [expectedStore, expectedJournal] = [await winners(), await journal()];
    await rm(folder, { recursive: true });
    const first = await interrupt(9);
    expect(first.ran.code).not.toBe(0);
    expect(first.ran.stderr).toMatch(/Interrupted: 1\d samples are kept in .*\.jsonl\. Go on .*--resume/);
    await expect(readFile(store())).rejects.toThrow('ENOENT');
    const second = await interrupt(Infinity, ['--resume']);
    expect(second.ran.code).toBe(0);
    expect(second.ran.stderr).toMatch(/Going on from 1\d samples/);
    expect([...first.asked, ...second.asked]).toEqual(whole.asked);
    expect(await journal()).toEqual(expectedJournal);
    const [kept, expected] = [await winners(), expectedStore].map(([winner]) => ({
      ...winner!,
      measuredAt: 0,
    }));
    expect(kept).toEqual(expected);
  });

  test('that had ended measures nothing when it is resumed, and stores the same to the byte', async () => {
    const first = await tune(['--json', join(folder, 'first.json')]);
    const stored = await readFile(store(), 'utf8');
    await rm(store());
    let asked = 0;
    const again = await tune(['--resume', '--json', join(folder, 'again.json')], { onSample: () => asked++ });
    expect(asked).toBe(0);
    expect(again.stdout).toBe(first.stdout);
    expect(await readFile(store(), 'utf8')).toBe(stored);
    const [one, two] = await Promise.all(
      ['first.json', 'again.json'].map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(JSON.parse(two!)).toEqual(JSON.parse(one!));
  });

  test('that had ended goes on where its budget is raised', async () => {
    const file = join(folder, 'own.jsonl');
    const words = ['--journal', file, '--strategy', 'random', '--seed', '3'];
    const short = await tune([...words, '--budget', '0.000001']);
    expect(short.stdout).toContain('0 of 15 legal tiles');
    const { code, stdout } = await tune([...words, '--budget', '60', '--resume']);
    expect(code).toBe(0);
    expect(stdout).toContain('15 of 15 legal tiles');
    expect((await winners())[0]).toMatchObject({ params: { WX: 32, WY: 8 } });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines.filter((line) => line === '{"kind":"ended"}')).toHaveLength(2);
    expect(lines.at(-1)).toBe('{"kind":"ended"}');
  });

  test('loses no more than half a line to a crash', async () => {
    const file = join(folder, 'own.jsonl');
    await interrupt(9, ['--journal', file]);
    const before = await readFile(file, 'utf8');
    await appendFile(file, '{"kind":"sample","at":1,"ti');
    const { ran } = await interrupt(Infinity, ['--journal', file, '--resume']);
    expect(ran.code, ran.stderr).toBe(0);
    expect((await readFile(file, 'utf8')).startsWith(before)).toBe(true);
  });

  test('is kept where --resume was forgotten', async () => {
    const file = join(folder, 'own.jsonl');
    await interrupt(9, ['--journal', file]);
    const before = await readFile(file, 'utf8');
    const { ran } = await interrupt(Infinity, ['--journal', file]);
    expect(ran.stderr).toContain(`--resume would have gone on from it. It is kept as ${file}.before`);
    expect(await readFile(`${file}.before`, 'utf8')).toBe(before);
  });

  test('does not go on with another search, and says what differs', async () => {
    const file = join(folder, 'own.jsonl');
    await interrupt(9, ['--journal', file]);
    const other = await tune(['--journal', file, '--resume', '--strategy', 'random']);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('they differ in strategy ("model" there, "random" here)');
    await writeFile(file, 'no journal\n');
    expect((await tune(['--journal', file, '--resume'])).stderr).toContain('is no journal of tune');
  });

  test('begins where there is nothing to resume', async () => {
    const { code, stderr } = await tune(['--resume']);
    expect(code).toBe(0);
    expect(stderr).toContain('There is nothing to resume');
  });
});

describe('--kernel auto', () => {
  const auto = (words: readonly string[] = [], fake: Fake = {}): Promise<Ran> =>
    runFake(['run', '--m', '3', '--n', '64', '--k', '64', ...words], { ...places(), ...fake });

  test('takes the winner of the product’s class, and says so; the record names its kernel and tile', async () => {
    await tune();
    const { specs, stderr } = await auto();
    expect(specs.at(-1)).toMatchObject({ kernel: 'naive', params: { WX: 32, WY: 8 } });
    expect(stderr).toContain('auto is naive with WX=32,WY=8: tune found it');
    expect((await auto(['--m', '4', '--n', '70'])).specs.at(-1)).toMatchObject({ kernel: 'naive' });
  });

  test.each([
    ['--winners none', { kernel: 'auto', params: {} }],
    ['--m 64', { kernel: 'auto' }],
    ['--format int8', { kernel: 'auto' }],
    ['--kernel tiled', { kernel: 'tiled', params: {} }],
    ['--set BN=32', { kernel: 'auto', params: { BN: 32 } }],
  ])('does not with %s', async (words, expected) => {
    await tune();
    expect((await auto(words.split(' '))).specs.at(-1)).toMatchObject(expected);
  });

  test('does not with own WGSL, which is of one tile, and says what to name', async () => {
    await tune();
    const text = join(folder, 'own.wgsl');
    await writeFile(text, 'fn main() {}');
    const { specs, stderr } = await auto(['--wgsl', text]);
    expect(specs.at(-1)).toMatchObject({ kernel: 'auto', params: {} });
    expect(stderr).toContain('--kernel naive --set WX=32,WY=8');
  });

  test('does not on another adapter, nor where a plan rejects the tile', async () => {
    await tune();
    const elsewhere = { ...ENVIRONMENT, adapter: { ...ENVIRONMENT.adapter, architecture: 'a2' } };
    expect((await auto([], { environment: elsewhere })).specs.at(-1)).toMatchObject({ kernel: 'auto' });
    // WX 32 by WY 8 is 256 invocations.
    const rejecting = {
      caps: () => Promise.resolve({ ...DEFAULT_CAPS, maxComputeInvocationsPerWorkgroup: 128 }),
    };
    expect((await auto([], { lab: rejecting })).specs.at(-1)).toMatchObject({ kernel: 'auto' });
  });

  test('stays what it is where another kernel’s winner is slower, and tune says so', async () => {
    const { stdout } = await tune([], { time: (spec) => (spec.kernel === 'gemv' ? 2e6 : timeOfNaive(spec)) });
    expect((await winners())[0]!.againstAuto).toMatchObject({ kernel: 'gemv' });
    expect(stdout).toMatch(/--kernel auto +stays gemv: the winner takes \d+\.\d+ \[.*\] of the time of gemv/);
    expect((await auto()).specs.at(-1)).toMatchObject({ kernel: 'auto' });
  });

  test('says which file is no store', async () => {
    await writeFile(store(), '{"schemaVersion":1,"winners":[{}]}');
    const { code, stderr } = await auto();
    expect(code).toBe(1);
    expect(stderr).toContain(`${store()} is no store of winners. winners[0].adapter is missing`);
  });
});

const timeOfNaive = ({ params }: Spec): number => 1e6 * (params['WX'] ?? 1);

describe('stores of winners', () => {
  test('keep the tile that surely gains more, and tune says so', async () => {
    await tune();
    const stored = await winners();
    const { stdout } = await tune([], { time: (spec) => 1e3 * Math.sqrt(timeOf(spec)) });
    expect(stdout).toMatch(/Winner: .*FASTER/);
    expect(stdout).toMatch(/stored +nowhere: .* has a tile for these that gains more/);
    expect(await winners()).toEqual(stored);
  });

  test('are exported, and merged with ours, the newer of two alike winning', async () => {
    await tune();
    const out = join(folder, 'out.json');
    const exported = await runFake(['tune', '--export', out], places());
    expect(exported).toMatchObject({ code: 0, engines: [] });
    expect(exported.stdout).toContain(`1 winner; written to ${out}`);
    const [ours] = await winners();
    const file: WinnersFile = {
      schemaVersion: 1,
      winners: [
        { ...ours!, params: { WX: 4, WY: 4 }, measuredAt: ours!.measuredAt + 1 },
        { ...ours!, shape: { m: 64, n: 64, k: 64 } },
      ],
    };
    await writeFile(out, JSON.stringify(file));
    const merged = await runFake(['tune', '--import', out], places());
    expect(merged.stdout).toContain('2 winners, 1 file merged into it');
    expect((await winners()).map(({ params }) => params)).toEqual(
      expect.arrayContaining([{ WX: 4, WY: 4 }, ours!.params]),
    );
    expect((await runFake(['tune', '--import', '/nowhere.json'], places())).code).toBe(1);
  });
});
