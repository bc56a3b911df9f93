import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Comparison, type RecordFile, RecordSchema, type Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { ENVIRONMENT, okResult, PEAKS, runFake } from './fake-context.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A lab whose comparisons are these. */
const comparing = (...comparisons: Omit<Comparison, 'a'>[]): Partial<Lab> => ({
  compare: (specs) =>
    Promise.resolve({
      schemaVersion: 1,
      environments: [ENVIRONMENT],
      results: specs.map((spec) => ({ ...okResult(spec), environment: 0 })),
      comparisons: comparisons.map((comparison) => ({ a: 0, ...comparison })),
    }),
});

const SAME = { b: 1, ratio: 1.001, ciLow: 0.996, ciHigh: 1.003, marginPct: 1.2, verdict: 'SAME' } as const;

describe('compare', () => {
  test('names tie groups from the fastest on', async () => {
    const lab = comparing(
      { ...SAME, verdict: 'FASTER', tieGroup: -1 },
      { ...SAME, b: 2, tieGroup: 0 },
      { ...SAME, b: 3, verdict: 'SLOWER', tieGroup: 1 },
    );
    const { stdout } = await runFake(['compare', '--m 9', '--m 10', '--m 11', '--m 12'], { lab });
    const groups = stdout
      .split('\n')
      .slice(2, 6)
      .map((line) => line.at(-1));
    expect(stdout).toMatch(/ratio to A .*tie group\n/);
    expect(groups).toEqual(['2', '1', '2', '3']);
  });

  test('writes ratio, interval, verdict, margin and tie group of each row into files, behind all else', async () => {
    const lab = comparing(
      { ...SAME, verdict: 'FASTER', ratio: 0.5, ciLow: 0.4, ciHigh: 0.6, tieGroup: -1 },
      { ...SAME, b: 2, tieGroup: 0 },
    );
    const [csv, markdown] = ['c.csv', 'c.md'].map((name) => join(folder, name));
    const words = ['--m 9', '--m 10', '--m 11', '--repeat', '2', '--csv', csv!, '--markdown', markdown!];
    await runFake(['compare', ...words], { lab });
    const [head, ...lines] = (await readFile(csv!, 'utf8')).trimEnd().split('\n');
    expect(head).toMatch(/^engine,adapter,status,reason,m,n,k,.*,gflops,gbps,bitsPerWeight,relRmse,cache,/);
    expect(head).toMatch(
      /,cache,percentOfPeak,boundBy,comparedWithRow,ratio,ratioLow,ratioHigh,verdict,marginPct,tieGroup,checks$/,
    );
    const CHECKS = 'structure passed; races not made';
    // Rows 2 and 3 of each time against its first, which is row 1 and row 4.
    expect(lines.map((line) => line.split(',').slice(-11).join())).toEqual([
      `hot,,,,,,,,,,${CHECKS}`,
      `hot,,,1,0.5,0.4,0.6,FASTER,1.2,-1,${CHECKS}`,
      `hot,,,1,1.001,0.996,1.003,SAME,1.2,0,${CHECKS}`,
      `hot,,,,,,,,,,${CHECKS}`,
      `hot,,,4,0.5,0.4,0.6,FASTER,1.2,-1,${CHECKS}`,
      `hot,,,4,1.001,0.996,1.003,SAME,1.2,0,${CHECKS}`,
    ]);
    const rows = (await readFile(markdown!, 'utf8')).split('\n');
    expect(rows[0]).toMatch(/cache \| comparedWithRow \| ratio \|/);
    expect(rows[3]).toMatch(/\| hot \| 1 \| 0\.5 \| 0\.4 \| 0\.6 \| FASTER \| 1\.2 \| -1 \|/);
  });

  test('says of each time its cache, and where peaks are known how near it came to the roof that binds', async () => {
    const one = { value: 1, kind: 'exact' } as const;
    const near = (spec: Spec): Result => {
      const right = okResult(spec);
      const timing = { ...right.timing!, cache: spec.cache };
      const derived = { flops: one, bytes: one, gflops: one, gbps: one };
      const percentOfPeak = { value: 37.5, kind: 'modelled' } as const;
      return { ...right, timing, derived: { ...derived, percentOfPeak, boundBy: 'cache' } };
    };
    const words = ['compare', '--m 9 --cache cold', '--m 9 --cache hot'];
    const { stdout } = await runFake(words, { result: near });
    expect(stdout).toMatch(/verdict +time +of the roof +ratio to A/);
    expect(stdout).toMatch(/A +cold .*1\.00 ms \[0\.900, 1\.10\] cold +37\.5 % of cache +1\n/);
    expect(stdout).toMatch(/B +hot .*\] hot +37\.5 % of cache +2\.00 \[1\.90, 2\.10\] +SLOWER\n/);
    expect((await runFake(words)).stdout).not.toContain('roof');
  });

  test('says what to do about what is unclear', async () => {
    const lab = comparing({ ...SAME, ciLow: 0.95, ciHigh: 1.06, verdict: 'UNCLEAR' });
    const { stdout } = await runFake(['compare', '--m 9', '--m 10'], { lab });
    expect(stdout).toContain('B is unclear. Too few rounds');
  });

  test('--repeat counts the verdicts, and the record holds every time', async () => {
    const { stdout } = await runFake(['compare', '--m 9', '--m 10', '--repeat', '3', '--json', '-'], {
      lab: comparing(SAME),
    });
    const record = v.parse(RecordSchema, JSON.parse(stdout));
    expect(record.results).toHaveLength(6);
    expect(record.comparisons.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    const told = await runFake(['compare', '--m 9', '--m 10', '--repeat', '3'], { lab: comparing(SAME) });
    expect(told.stdout).toContain('B against A, 3 times: SAME 3\n');
  });

  test('--self-test compares one experiment with itself and prints the noise floor', async () => {
    const { stdout, code } = await runFake(['compare', '--self-test', '--m', '9'], { lab: comparing(SAME) });
    expect(code).toBe(0);
    expect(stdout).toContain('Against itself: SAME, ratio 1.00 [0.996, 1.00]');
    // The farther end is 0.996: 0.4 %.
    expect(stdout).toMatch(/Noise floor: 0\.[45]0 %; a difference is called one beyond 1\.20 %/);
    expect((await runFake(['compare', '--self-test', '--m 9', '--m 10'])).code).toBe(1);
  });

  test('--recorded puts recorded times beside each other, without a verdict', async () => {
    const recordOf = (medianNs: number, adapter: string): RecordFile => {
      const result = okResult(SPEC);
      const timing = { ...result.timing!, medianNs, ciLowNs: 0.9 * medianNs, ciHighNs: 1.1 * medianNs };
      const environment = { ...ENVIRONMENT, adapter: { ...ENVIRONMENT.adapter, description: adapter } };
      return {
        schemaVersion: 1,
        environments: [environment],
        results: [{ ...result, timing, environment: 0 }],
        comparisons: [],
      };
    };
    const { specs } = await runFake(['run', '--m', '9']);
    const SPEC = specs[0]!;
    const paths = [join(folder, 'one.json'), join(folder, 'two.json')];
    await writeFile(paths[0]!, JSON.stringify(recordOf(1e6, 'Acme 1')));
    await writeFile(paths[1]!, JSON.stringify(recordOf(2e6, 'Acme 2')));
    const { stdout, code, engines } = await runFake(['compare', '--recorded', ...paths]);
    expect(code).toBe(0);
    expect(engines).toEqual([]);
    // 0.9 · 2 ÷ 1.1 and 1.1 · 2 ÷ 0.9.
    expect(stdout).toMatch(/B +2\.00 ms \[1\.80, 2\.20\] hot +2\.00 \[1\.64, 2\.44\] +indicative/);
    expect(stdout).not.toMatch(/FASTER|SLOWER|SAME/);
    expect((await runFake(['compare', '--recorded', paths[0]!, '/nowhere.json'])).code).toBe(1);
    // A time that was refused has no place in a ranking.
    const refused = recordOf(1, 'Acme 3');
    refused.results[0]!.status = 'failed';
    await writeFile(paths[1]!, JSON.stringify(refused));
    const { code: failed, stderr } = await runFake(['compare', '--recorded', ...paths]);
    expect([failed, stderr]).toEqual([1, expect.stringContaining('holds no time of a right result')]);
  });

  test.each([[['compare', '--m 9']], [['compare', '--m 1', '--m 2', '--repeat', '0']]])(
    '%j is a mistake',
    async (args) => {
      expect((await runFake(args)).code).toBe(1);
    },
  );
});

describe('the cache, where nothing is said of it,', () => {
  test.each([
    [['run', '--m', '8'], 'cold'],
    [['run', '--m', '9'], 'hot'],
    [['run', '--m', '1', '--cache', 'hot'], 'hot'],
    [['run', '--m', '64', '--cache', 'cold'], 'cold'],
  ])('of %j is %s', async (args, cache) => {
    expect((await runFake(args)).specs[0]).toMatchObject({ cache });
  });
});

describe('peaks', () => {
  test('are measured, printed, kept, and not measured again', async () => {
    const peaksPath = join(folder, 'kept', 'peaks.json');
    let measured = 0;
    const lab: Partial<Lab> = {
      peaks: (known) => {
        if (!known) measured++;
        return Promise.resolve(known ?? PEAKS);
      },
    };
    const first = await runFake(['peaks'], { lab, peaksPath });
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/f32 multiply-adds +12,000 GFLOP\/s/);
    expect(first.stdout).toMatch(/f16 multiply-adds +not on this adapter/);
    expect(JSON.parse(await readFile(peaksPath, 'utf8'))).toMatchObject({ schemaVersion: 1 });
    await runFake(['peaks'], { lab, peaksPath });
    await runFake(['run'], { lab, peaksPath });
    expect(measured).toBe(1);
    await runFake(['peaks', '--again'], { lab, peaksPath });
    expect(measured).toBe(2);
  });

  test('of another adapter, or in a file that is damaged, are measured anew', async () => {
    const peaksPath = join(folder, 'damaged.json');
    await writeFile(peaksPath, '{"schemaVersion":1,"adapters":{"x":{"copyGbps":"fast"}}}');
    const known: unknown[] = [];
    const lab: Partial<Lab> = {
      peaks: (given) => {
        known.push(given);
        return Promise.resolve(PEAKS);
      },
    };
    await runFake(['peaks'], { lab, peaksPath });
    const adapter = { ...ENVIRONMENT.adapter, description: 'Acme 8000' };
    await runFake(['peaks'], { lab, peaksPath, environment: { ...ENVIRONMENT, adapter } });
    await runFake(['peaks'], { lab, peaksPath });
    expect(known).toEqual([undefined, undefined, PEAKS]);
  });

  test('--json - prints a record that holds them', async () => {
    const { stdout } = await runFake(['peaks', '--json', '-']);
    expect(v.parse(RecordSchema, JSON.parse(stdout)).environments[0]).toMatchObject({ peaks: PEAKS });
  });

  test('of a software adapter are measured only where that is asked for', async () => {
    const environment = { ...ENVIRONMENT, adapter: { ...ENVIRONMENT.adapter, software: true } };
    let asked = 0;
    const lab: Partial<Lab> = {
      peaks: () => {
        asked++;
        return Promise.resolve(PEAKS);
      },
    };
    await runFake(['run'], { lab, environment });
    expect(asked).toBe(0);
    await runFake(['peaks'], { lab, environment });
    expect(asked).toBe(1);
  });
});
