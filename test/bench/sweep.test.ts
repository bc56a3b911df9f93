import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GridFile } from '../../bench/sweep/grid-file.ts';
import { parseRecord, type Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { AxisError, readAxis, withBits } from '../../src/lab/axes.ts';
import { LabError } from '../../src/lab/lab.ts';
import { followsTile, followsTraffic, type Truth, trueTime } from '../support/synthetic-sweep.ts';
import { type Fake, okResult, type Ran, runFake } from './fake-context.ts';

const sweep = (line: string, fake: Fake = {}): Promise<Ran> => runFake(['sweep', ...line.split(' ')], fake);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('an axis', () => {
  test.each([
    ['m=1..8*2', ['1', '2', '4', '8']],
    ['m=3..20*3', ['3', '9']],
    ['n=512..1024+256', ['512', '768', '1024']],
    ['bits=2..5', ['2', '3', '4', '5']],
    ['format=int4, mxfp4', ['int4', 'mxfp4']],
    ['m=1,1,16..32*2', ['1', '16', '32']],
    ['group=32,K', ['32', 'K']],
    ['layout=interleaved,local(1,4).spatial(8,1)', ['interleaved', 'local(1,4).spatial(8,1)']],
    ['format=table:-1,0,1;int4', ['table:-1,0,1', 'int4']],
    ['BK=all', ['8', '16', '32']],
  ])('%s', (text, values) => {
    expect(readAxis(text, 'tiled').values).toEqual(values);
  });

  test.each([
    ['m', 'is not NAME=VALUES'],
    ['m=', 'is not NAME=VALUES'],
    ['depth=1', 'There is no axis "depth"'],
    ['set=BM=1', 'There is no axis "set"'],
    ['m=8..1', 'does not rise'],
    ['m=1..8*1', 'does not rise'],
    ['m=1..5000', '1000 are the most'],
    ['BQ=all', 'all is for kernel'],
  ])('%s is a mistake', (text, message) => {
    expect(() => readAxis(text, 'tiled')).toThrow(AxisError);
    expect(() => readAxis(text, 'tiled')).toThrow(message);
  });

  test('of bits changes formats that are named by their bits', () => {
    expect(withBits('uint4', '3')).toBe('uint3');
    expect(() => withBits('nf4', '3')).toThrow('bits is an axis of int, uint and bipolar');
    expect(() => withBits('int4', '9')).toThrow('from 1 to 8');
  });
});

describe('sweep', () => {
  test('runs every point of the axes, the last one fastest, its parameters added to those of --set', async () => {
    const line = '--n 64 --k 64 --kernel tiled --set BK=16 --over m=16,32 --over BM=16,32 --over TM=4';
    const { specs, code, stdout } = await sweep(line);
    expect(code).toBe(0);
    expect(specs.map(({ m, params }) => [m, params])).toEqual([
      [16, { BK: 16, BM: 16, TM: 4 }],
      [16, { BK: 16, BM: 32, TM: 4 }],
      [32, { BK: 16, BM: 16, TM: 4 }],
      [32, { BK: 16, BM: 32, TM: 4 }],
    ]);
    expect(stdout).toMatch(
      /Times, with the cache \(–: rejected\):\n +BM=16 +BM=32\nm=16 +1\.00 ms hot +1\.00 ms hot\nm=32/,
    );
  });

  test('rejects what a plan or the spec does not allow before it costs time, and groups it by reason', async () => {
    const line = '--m 16 --n 64 --k 64 --kernel tiled --over BM=16,24,40 --over group=32,0 --json -';
    const { specs, code, stdout } = await sweep(line);
    expect(code).toBe(0);
    expect(specs).toHaveLength(1);
    // Groups of 0 are no spec, and so in no record.
    expect(parseRecord(JSON.parse(stdout)).results.map(({ status }) => status)).toEqual([
      'ok',
      'unsupported',
      'unsupported',
    ]);
    const told = (await sweep(line.replace(' --json -', ''))).stdout;
    expect(told).toContain('6 points: 1 right, 5 rejected, 0 WRONG, 0 failed');
    expect(told).toContain('3 points rejected: group is 0');
    expect(told).toMatch(/2 points rejected, for instance: BM and BN must be powers of two, and are 24/);
  });

  test('shows a wrong result and ends with 2, however many others are right', async () => {
    const result = (spec: Spec): Result =>
      spec.m === 2 && spec.format === 'int8'
        ? { environment: 0, spec, status: 'wrong', reason: 'output [0, 1] is wrong', retries: 0 }
        : okResult(spec);
    const line = '--n 64 --k 64 --over m=1,2 --over format=int4,int8 --over seed=1,2';
    const { code, stdout } = await sweep(line, { result });
    expect(code).toBe(2);
    expect(stdout).toMatch(/m=2 +1\.00 ms hot +WRONG\n/);
    expect(stdout).toContain('2 points WRONG: output [0, 1] is wrong');
  });

  test('writes data for plots, and the front of time, bytes and error over formats', async () => {
    const figures: Readonly<Record<string, readonly [ns: number, bits: number, error: number]>> = {
      int2: [1e6, 2.5, 0.5],
      int4: [2e6, 4.5, 0.1],
      int8: [4e6, 8.5, 0.005],
      // Slower, larger and worse than int4.
      nf4: [3e6, 4.6, 0.12],
    };
    const result = (spec: Spec): Result => {
      const [ns, bitsPerWeight, relRmse] = figures[spec.format]!;
      const right = okResult(spec);
      const medianNs = spec.kernel === 'naive' ? 10 * ns : ns;
      return { ...right, timing: { ...right.timing!, medianNs }, quantization: { bitsPerWeight, relRmse } };
    };
    const file = join(folder, 'grid.json');
    const line = `--m 16 --n 64 --k 64 --over format=int2,int4,int8,nf4 --over kernel=naive,tiled --grid ${file}`;
    const { stdout } = await sweep(line, { result });
    const grid = JSON.parse(await readFile(file, 'utf8')) as GridFile;
    expect(grid.axes).toEqual([
      { name: 'format', values: ['int2', 'int4', 'int8', 'nf4'] },
      { name: 'kernel', values: ['naive', 'tiled'] },
    ]);
    expect(grid.points).toHaveLength(8);
    expect(grid.points[3]).toMatchObject({
      at: { format: 'int4', kernel: 'tiled' },
      status: 'ok',
      medianNs: 2e6,
      weightBytes: (4.5 * 64 * 64) / 8,
      relRmse: 0.1,
    });
    expect(grid.formats.map(({ format, point, onFront }) => [format, point, onFront])).toEqual([
      ['int2-g32', 1, true],
      ['int4-g32', 3, true],
      ['nf4-g32', 7, false],
      ['int8-g32', 5, true],
    ]);
    expect(stdout).toMatch(/int4-g32 +2\.00 ms hot +2\.30 kB +10 % +on the front\n/);
    expect(stdout).toMatch(/nf4-g32 +3\.00 ms hot +2\.36 kB +12 %\n/);
    // Formats of several matrices have no front.
    expect((await sweep(`${line} --over k=64,128`, { result })).stdout).not.toContain('on the front');
  });

  describe('judges how well its times predict those of shapes left out', () => {
    const line =
      '--kernel tiled --weights random --over n=256,512,2048 --over k=256,1024 --over m=16,64 --over BM=16,32';
    const timed =
      (truth: Truth) =>
      (spec: Spec): Result => {
        const right = okResult(spec);
        return { ...right, timing: { ...right.timing!, medianNs: trueTime(spec, truth) } };
      };

    test('where the regression wins', async () => {
      const { stdout } = await sweep(line, { result: timed(followsTile) });
      expect(stdout).toMatch(
        /Predicting the times of each shape from the others \(24 results, 12 shapes\), a regression on the plans’ features is off by [\d.]+ % in the median, the baseline bytes ÷ bandwidth \+ launch by [\d.]+ %: the regression wins\.\n/,
      );
    });

    test('where the baseline wins', async () => {
      const { stdout } = await sweep(line, { result: timed(followsTraffic) });
      expect(stdout).toMatch(/launch by \S+( × 10\S+)? %: baseline wins\.\n/);
    });

    test('but not by fewer than three shapes, nor by results that are wrong', async () => {
      const two = '--n 64 --k 64 --kernel tiled --over m=16,32 --over BM=16,32';
      expect((await sweep(two)).stdout).not.toContain('Predicting');
      const wrong = (spec: Spec): Result => ({ ...okResult(spec), status: 'wrong' });
      expect((await sweep(line, { result: wrong })).stdout).not.toContain('Predicting');
    });
  });

  test('keeps what was measured where the user interrupts', async () => {
    const abort = new AbortController();
    const lab: Fake['lab'] = {
      run: (spec, signal) => {
        if (spec.m === 3) abort.abort(new Error('interrupted by SIGINT'));
        signal.throwIfAborted();
        return Promise.resolve(okResult(spec));
      },
    };
    const line = '--n 64 --k 64 --over m=1..8 --json -';
    const { stdout, stderr } = await sweep(line, { lab, signal: abort.signal });
    expect(parseRecord(JSON.parse(stdout)).results).toHaveLength(2);
    expect(stderr).toContain('Interrupted: 2 of 8 points were reached.');
  });

  describe('says of each time its cache and how near it came to the roof that binds', () => {
    /** Rows up to 8 are cold; each format has its own time and share of its roof. */
    const result = (spec: Spec): Result => {
      const right = okResult(spec);
      const [medianNs, value] = spec.format === 'int4' ? [2e6, 62.5] : [4e6, 31.25];
      const one = { value: 1, kind: 'exact' } as const;
      return {
        ...right,
        timing: { ...right.timing!, medianNs, cache: spec.m > 8 ? 'hot' : 'cold' },
        derived: {
          ...{ flops: one, bytes: one, gflops: one, gbps: one },
          ...{ percentOfPeak: { value, kind: 'modelled' }, boundBy: 'memory' },
        },
      };
    };

    test('in a table of two axes, of the fastest over the others', async () => {
      const line = '--n 64 --k 64 --over m=8,16 --over seed=1,2 --over format=int8,int4,nf4';
      const { stdout } = await sweep(line, { result });
      expect(stdout).toContain(
        'Times, the least over format, with the cache and the share of the roof that binds',
      );
      expect(stdout).toMatch(/m=8 +2\.00 ms cold 62\.5 % +2\.00 ms cold 62\.5 %\nm=16 +2\.00 ms hot 62\.5 %/);
      expect(stdout).toContain('Fastest: m=8 seed=1 format=int4, 2.00 ms cold, 62.5 % of memory  (');
    });

    test('in a list, in the data for plots and in comma-separated values', async () => {
      const [csv, file] = ['near.csv', 'near.json'].map((name) => join(folder, name));
      const line = `--m 16 --n 64 --k 64 --over format=int8,int4 --csv ${csv!} --grid ${file!}`;
      const { stdout } = await sweep(line, { result });
      expect(stdout).toMatch(/format=int8 +4\.00 ms \[0\.900, 1\.10\] hot .*31\.3 % of memory\n/);
      const grid = JSON.parse(await readFile(file!, 'utf8')) as GridFile;
      expect(grid.points[1]).toMatchObject({ cache: 'hot', percentOfPeak: 62.5, boundBy: 'memory' });
      const [, , last] = (await readFile(csv!, 'utf8')).split('\n');
      expect(last).toMatch(/,hot,62\.5,memory,,,,,,,,structure passed; races not made$/);
    });
  });

  describe('whose adapter goes', () => {
    /** A lab whose third point is the last: it loses its device for good, and with the next there is no adapter. */
    const lab: Fake['lab'] & object = {
      run: (spec) => {
        if (spec.m > 3) return Promise.reject(new LabError('no-adapter', 'No adapter was found.'));
        if (spec.m < 3) return Promise.resolve(okResult(spec));
        return Promise.resolve({ environment: 0, spec, status: 'failed', reason: 'lost twice', retries: 1 });
      },
    };

    test('gives what was reached as table, record and grid, and ends with 3', async () => {
      const [json, grid] = ['lost.json', 'lost-grid.json'].map((name) => join(folder, name));
      const line = `--n 64 --k 64 --over m=1..8 --json ${json!} --grid ${grid!}`;
      const { code, stdout, stderr } = await sweep(line, { lab });
      expect(code).toBe(3);
      expect(stderr).toMatch(
        /Ended early: 3 of 8 points were reached.\nNo adapter was found.\nWhat this mach/,
      );
      expect(stdout).toContain('3 points: 2 right, 0 rejected, 0 WRONG, 1 failed');
      const { results } = parseRecord(JSON.parse(await readFile(json!, 'utf8')));
      expect(results.map(({ status }) => status)).toEqual(['ok', 'ok', 'failed']);
      const { points } = JSON.parse(await readFile(grid!, 'utf8')) as GridFile;
      expect(points.map(({ at }) => at['m'])).toEqual(['1', '2', '3']);
    });

    test('before its first point gives nothing', async () => {
      const { code, stdout } = await sweep('--n 64 --k 64 --over m=4,5', { lab });
      expect([code, stdout]).toEqual([3, '']);
    });
  });

  test.each([
    ['--m 16', 'sweep was given no axis'],
    ['--over m=1 --over m=2', 'The axis m was given twice'],
    ['--over format=int99', 'int99'],
    ['--over BM=x', 'parameters are whole numbers'],
    ['--over m=1..200 --over n=1..200', '40000 points together'],
    ['--format nf4 --over bits=2,3', 'bits is an axis of int'],
  ])('%s is a mistake', async (line, message) => {
    const { code, stderr, engines } = await sweep(line);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(engines).toEqual([]);
  });
});
