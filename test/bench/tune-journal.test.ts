import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fake, type Ran, runFake } from './fake-context.ts';
import { type TunableFaults, tunableLab } from './tunable-lab.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
});
afterEach(() => rm(folder, { recursive: true }));

const journal = (): string => join(folder, 'own.jsonl');
const lock = (): string => `${journal()}.lock`;

/** Tunes with the journal of the tests, unless words name another. */
const tune = (words: readonly string[] = [], faults: TunableFaults = {}, fake: Fake = {}): Promise<Ran> =>
  runFake(
    [...'tune --m 3 --n 64 --k 64 --kernel naive --winners none --journal'.split(' '), journal(), ...words],
    { lab: tunableLab(faults), ...fake },
  );

/** Tunes until so many samples were asked for. */
async function interrupt(after: number, words: readonly string[] = []): Promise<Ran> {
  const abort = new AbortController();
  let asked = 0;
  const onSample = (): void => {
    if (++asked > after) abort.abort(new Error('interrupted by SIGINT'));
  };
  return tune(words, { onSample }, { signal: abort.signal });
}

describe('a journal that cannot be', () => {
  test.each([[[]], [['--resume']]])('a folder %j is told before an engine opens', async (words) => {
    const { code, stderr, engines } = await tune([...words, '--journal', folder]);
    expect([code, engines]).toEqual([1, []]);
    expect(stderr).toBe(
      `The journal ${folder} cannot be written: it is a folder.\nName another one: --journal FILE\n`,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([[[]], [['--resume']]])('a device %j stays what it is', async (words) => {
    // Its lock would lie beside the device.
    await symlink('/dev/null', journal());
    const { code, stderr } = await tune(words);
    expect(code).toBe(1);
    expect(stderr).toMatch(/own\.jsonl cannot be read: it is no file\.\nName another one: --journal FILE\n$/);
    expect(await readdir(folder)).toEqual(['own.jsonl']);
  });

  test.each([[[]], [['--resume']]])('read %j is told', async (words) => {
    await symlink('own.jsonl', journal());
    const { code, stderr } = await tune(words);
    expect(code).toBe(1);
    expect(stderr).toMatch(/own\.jsonl cannot be read: ELOOP.*\nName another one/);
  });

  test('written any longer is told, and how to go on', async () => {
    const { code, stderr } = await tune([], {
      onSample: () => {
        rmSync(journal(), { force: true });
        mkdirSync(journal(), { recursive: true });
      },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/own\.jsonl can no longer be written: EISDIR.*\nGo on with the same command/);
  });
});

describe('a search that another process is at', () => {
  let other: ChildProcess;
  beforeEach(async () => {
    other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    await once(other, 'spawn');
  });
  afterEach(() => {
    other.kill();
  });

  const held = (pid: number, host: string): Promise<void> => writeFile(lock(), JSON.stringify({ pid, host }));

  test.each([[[]], [['--resume']]])('is left to it %j, and taken over once it is gone', async (words) => {
    await interrupt(9);
    const before = await readFile(journal(), 'utf8');
    await held(other.pid!, hostname());
    const refused = await tune(words);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`that process ${other.pid!} on ${hostname()} is at already.\n`);
    expect(refused.stderr).toContain('--journal FILE');
    expect(await readFile(journal(), 'utf8')).toBe(before);
    other.kill();
    await once(other, 'close');
    const { code, stderr } = await tune(words);
    expect(code, stderr).toBe(0);
    expect((await readdir(folder)).filter((name) => name.includes('lock'))).toEqual([]);
  });

  test('is left to one of another machine, of which nothing is known', async () => {
    other.kill();
    await once(other, 'close');
    await held(other.pid!, 'elsewhere');
    const { code, stderr } = await tune();
    expect(code).toBe(1);
    expect(stderr).toContain(`on elsewhere is at already`);
    expect(stderr).toContain(`If no such process runs, delete ${lock()}.`);
  });

  test('is left to one that has not written its name', async () => {
    await writeFile(lock(), '');
    expect((await tune()).stderr).toContain('that another process is at already');
  });

  test('does not write into its journal while both run', async () => {
    const lab = tunableLab();
    let second: Promise<Ran> | undefined;
    const first = await tune(
      [],
      {},
      {
        lab: {
          ...lab,
          compare: async (...asked) => {
            await (second ??= tune());
            return lab.compare!(...asked);
          },
        },
      },
    );
    expect((await second!).code).toBe(1);
    expect(first.code).toBe(0);
    expect(await readdir(folder)).toEqual(['own.jsonl']);
  });
});

test('a search that is interrupted lets go of its journal', async () => {
  await interrupt(9);
  expect(await readdir(folder)).toEqual(['own.jsonl']);
});

test('journals of searches before are all kept', async () => {
  await interrupt(9);
  const first = await readFile(journal(), 'utf8');
  await interrupt(12);
  const second = await readFile(journal(), 'utf8');
  const { stderr } = await interrupt(15);
  expect(stderr).toContain(`It is kept as ${journal()}.before-2.`);
  expect(await readFile(`${journal()}.before`, 'utf8')).toBe(first);
  expect(await readFile(`${journal()}.before-2`, 'utf8')).toBe(second);
});
