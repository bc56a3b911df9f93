import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RecordFile, Result } from '../../src/io/record.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { ENVIRONMENT, okResult, type Ran, runFake } from './fake-context.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
  await Promise.all([
    // Small tiles win with few rows, large ones with many; WX 16 is good everywhere.
    write('one.json', 'Acme 1', { 16: { 8: 10, 16: 12, 64: 40 }, 128: { 8: 40, 16: 12, 64: 10 } }),
    write('two.json', 'Acme 2', { 16: { 8: 20, 16: 25, 64: 80 }, 128: { 8: 80, 16: 25, 64: undefined } }),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a record with times of `naive` by M and WX; without a time it is wrong. */
async function write(
  name: string,
  adapter: string,
  times: Readonly<Record<number, Readonly<Record<number, number | undefined>>>>,
): Promise<void> {
  const results = Object.entries(times).flatMap(([m, byWidth]) =>
    Object.entries(byWidth).map(([WX, medianNs]): Result => {
      const params = { WX: Number(WX), WY: 1 };
      const right = okResult({ ...DEFAULT_SPEC, m: Number(m), kernel: 'naive', params });
      if (medianNs === undefined) return { ...right, environment: 0, status: 'wrong', reason: 'it is wrong' };
      return { ...right, environment: 0, timing: { ...right.timing!, medianNs } };
    }),
  );
  const environment = { ...ENVIRONMENT, adapter: { ...ENVIRONMENT.adapter, description: adapter } };
  const record: RecordFile = { schemaVersion: 1, environments: [environment], results, comparisons: [] };
  await writeFile(join(folder, name), JSON.stringify(record));
}

const portability = (...words: readonly string[]): Promise<Ran> =>
  runFake(['portability', join(folder, 'one.json'), join(folder, 'two.json'), ...words]);

test('tells each configuration’s share of the best of each case, and the one and the two to take', async () => {
  const { code, stdout, engines } = await portability();
  expect(code).toBe(0);
  expect(engines).toEqual([]);
  expect(stdout).toMatch(/ A +Acme 1 \(node\): 16 × 1536 × 512/);
  // 10 ÷ 12, 10 ÷ 12, 20 ÷ 25 and 25 ÷ 25: their mean 0.8667, their fourth root 0.8633.
  expect(stdout).toMatch(/naive WX=16 WY=1 +83\.3 % +83\.3 % +80\.0 % +100 % +86\.7 % +80\.0 % +86\.3 %\n/);
  expect(stdout).toMatch(/naive WX=64 WY=1 +25\.0 % +100 % +25\.0 % +0 % .* 0 %\n/);
  expect(stdout).toContain('One for all: naive WX=16 WY=1 (geometric mean 86.3 %, at worst 80.0 %)\n');
  // Above: 8 costs 0.25 and 0.3125, 64 is wrong on the second machine; so 16, with 10 ÷ 12 and 1.
  expect(stdout).toContain(
    'Rule of two: naive WX=8 WY=1 where M is at most 72, else naive WX=16 WY=1 (geometric mean 95.5 %, at worst 83.3 %)\n',
  );
});

test('writes the whole matrix as data, Markdown and comma-separated values', async () => {
  const [csv, markdown] = ['m.csv', 'm.md'].map((name) => join(folder, name));
  const { stdout } = await portability('--json', '-', '--csv', csv!, '--markdown', markdown!);
  const data = JSON.parse(stdout) as {
    cases: { name: string; features: Record<string, number> }[];
    rows: { configuration: string; shares: number[] }[];
    single: { configuration: string };
    rule: { feature: string; threshold: number };
  };
  expect(data.cases).toHaveLength(4);
  expect(data.cases[1]!.features).toMatchObject({ M: 128, N: 1536 });
  expect(data.rows).toHaveLength(3);
  expect(data.single.configuration).toBe('naive WX=16 WY=1');
  expect(data.rule).toMatchObject({ feature: 'M', threshold: 72 });
  const lines = (await readFile(csv!, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/^naive WX=16 WY=1,0\.8333\d*,0\.8333\d*,0\.8,1,/);
  expect((await readFile(markdown!, 'utf8')).split('\n')[2]).toContain('| naive WX=16 WY=1 | 0.833');
});

test('does not choose where nothing was tried everywhere', async () => {
  await write('other.json', 'Acme 3', { 16: { 32: 5 } });
  const { stdout } = await portability(join(folder, 'other.json'));
  expect(stdout).toContain('One for all: there is none, for no configuration was tried in every case.');
  expect(stdout).not.toContain('Rule of two');
});

test('names what is no record, and what has no time', async () => {
  const none = await runFake(['portability', '/nowhere.json']);
  expect(none.code).toBe(1);
  expect(none.stderr).toContain('/nowhere.json is no record file.');
  await write('wrong.json', 'Acme 4', { 16: { 8: undefined } });
  const wrong = await runFake(['portability', join(folder, 'wrong.json')]);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('There is no time of a right result');
  expect((await runFake(['portability'])).code).toBe(1);
});
