import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseRecord } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { type Fake, okResult, type Ran, runFake } from './fake-context.ts';
import { tunableLab } from './tunable-lab.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
  await writeFile(join(folder, 'file'), '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const SWEEP = '--n 64 --k 64 --over m=1,2';

describe('a path that cannot be written', () => {
  test.each([
    ['run --json', 'no/r.json', 'there is no folder'],
    ['run --csv', 'file/r.csv', 'file is no folder'],
    ['run --markdown', '.', 'it is a folder'],
    ['run --json', 'new/', 'it is a folder'],
    ['verify --json', 'no/r.json', 'there is no folder'],
    ['compare --m=1 --m=2 --csv', 'no/r.csv', 'there is no folder'],
    [`sweep ${SWEEP} --json`, 'no/r.json', 'there is no folder'],
    [`sweep ${SWEEP} --grid`, 'no/g.json', 'there is no folder'],
    ['tune --t4', 'no/t4.json', 'there is no folder'],
    ['peaks --json', 'no/p.json', 'there is no folder'],
    ['peers --markdown', 'no/p.md', 'there is no folder'],
    ['dequant model.gguf --tensor t --output', 'no/w.f32', 'there is no folder'],
  ])('of %s %s is told before an engine opens', async (command, path, reason) => {
    const whole = `${folder}/${path}`;
    const { code, stdout, stderr, engines } = await runFake([...command.split(' '), whole]);
    expect([code, stdout, engines]).toEqual([1, '', []]);
    expect(stderr).toContain(`${whole} cannot be written: `);
    expect(stderr).toContain(reason);
    expect(stderr).toMatch(/\nName a file in a folder that exists and can be written to: --\w+ FILE\n$/);
  });

  test('is told of a path that is empty', async () => {
    expect((await runFake(['run', '--json', ''])).stderr).toContain('the path is empty');
  });

  test('of a search’s winners is told before an engine opens; folders that are missing are made', async () => {
    const search = (winnersPath: string): Promise<Ran> =>
      runFake('tune --m 3 --n 64 --k 64 --kernel naive --budget 0.000001'.split(' '), {
        winnersPath,
        journalsFolder: folder,
        lab: tunableLab(),
      });
    const { code, stderr, engines } = await search(join(folder, 'file', 'winners.json'));
    expect([code, engines]).toEqual([1, []]);
    expect(stderr).toContain(`winners.json cannot be written: ${join(folder, 'file')} is no folder.`);
    expect((await search(join(folder, 'new', 'winners.json'))).code).toBe(0);
  });

  test.each([['/dev/null'], ['file']])('is not %s', async (path) => {
    const { code, stderr } = await runFake(['run', '--csv', path === 'file' ? join(folder, path) : path]);
    expect([code, stderr]).toEqual([0, 'Measuring\n']);
  });
});

describe('a file that can no longer be written at the end', () => {
  /** A lab that takes the folder of an output away while it measures. */
  const losing = (gone: string): Fake => ({
    lab: {
      run: async (spec) => {
        await rm(gone, { recursive: true, force: true });
        return okResult(spec);
      },
    },
  });

  test.each([[['run']], [['sweep', ...SWEEP.split(' ')]]])(
    'keeps neither the text nor the other files of %j from coming out',
    async (command) => {
      const gone = join(folder, 'gone');
      await mkdir(gone);
      const [json, csv] = [join(gone, 'r.json'), join(folder, 'r.csv')];
      const { code, stdout, stderr } = await runFake(
        [...command, '--json', json, '--csv', csv],
        losing(gone),
      );
      expect(code).toBe(1);
      expect(stderr).toContain(`${json} cannot be written`);
      expect(stdout).toContain('1.00 ms');
      expect(await readFile(csv, 'utf8')).toContain('Acme 9000');
    },
  );

  test('is told once the record was printed', async () => {
    const gone = join(folder, 'gone');
    await mkdir(gone);
    const words = ['run', '--json', '-', '--csv', join(gone, 'r.csv'), '--markdown', join(gone, 'r.md')];
    const { code, stdout, stderr } = await runFake(words, losing(gone));
    expect(code).toBe(1);
    expect(parseRecord(JSON.parse(stdout)).results).toHaveLength(1);
    expect(stderr).toMatch(/r\.md cannot be written.*\n.*r\.csv cannot be written/);
  });
});

test('a search whose winner can no longer be stored at the end shows and writes all else', async () => {
  const json = join(folder, 'r.json');
  const onSample = (): void => {
    writeFileSync(join(folder, 'new'), 'no folder');
  };
  const words = `tune --m 3 --n 64 --k 64 --kernel naive --json ${json}`.split(' ');
  const { code, stdout, stderr } = await runFake(words, {
    winnersPath: join(folder, 'new', 'winners.json'),
    journalsFolder: folder,
    lab: tunableLab({ onSample }),
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Winner: naive/);
  expect(stdout).toMatch(/stored +nowhere: .*winners\.json cannot be /);
  expect(stderr).toMatch(/winners\.json cannot be .*\nName another one/s);
  expect(parseRecord(JSON.parse(await readFile(json, 'utf8'))).results.length).toBeGreaterThan(2);
});

describe('compare --repeat that is ended early', () => {
  /** A lab that fails in the third comparison. */
  const failing = (fail: () => never): Partial<Lab> => {
    let times = 0;
    return {
      compare: (specs: readonly Spec[]) => {
        if (++times === 3) fail();
        const results = specs.map((spec) => ({ ...okResult(spec), environment: 0 }));
        return Promise.resolve({ schemaVersion: 1, environments: [], results, comparisons: [] });
      },
    };
  };
  const LINE = ['compare', '--m 1', '--m 2', '--repeat', '5'];

  test('by the user gives the times that were finished, and ends as interrupted', async () => {
    const abort = new AbortController();
    const lab = failing(() => {
      abort.abort(new Error('interrupted by SIGINT'));
      throw abort.signal.reason as Error;
    });
    const { code, stdout, stderr } = await runFake([...LINE, '--json', '-'], { lab, signal: abort.signal });
    expect(code).toBe(6);
    expect(parseRecord(JSON.parse(stdout)).results).toHaveLength(4);
    expect(stderr).toMatch(/2 of 5 times are finished\.\nInterrupted\.\n$/);
  });

  test('by a fault gives them, too', async () => {
    const lab = failing(() => {
      throw new Error('boom');
    });
    const { code, stdout, stderr } = await runFake(LINE, { lab });
    expect(code).toBe(6);
    expect(stdout).toContain('A is 1 ×');
    expect(stderr).toContain('boom');
  });
});
