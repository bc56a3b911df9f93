import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecord } from '../../src/io/record.ts';
import { Winners } from '../../src/tune/winners.ts';
import { launch, type Launched } from './launched.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
});
afterAll(() => rm(folder, { recursive: true }));

const journal = (): string => join(folder, 'search.jsonl');
const store = (): string => join(folder, 'winners.json');

/** Three tiles. The default splits K to keep a GPU busy, for which a CPU pays; how much shows on a machine that is idle. */
const PRODUCT =
  '--kernel skinny --set BM=16,BN=256,TN=4,INNER=2 --m 16 --n 128 --k 128 --protocol quick'.split(' ');

const tune = (...words: readonly string[]): ReturnType<typeof launch> =>
  launch(['tune', ...PRODUCT, '--journal', journal(), '--winners', store(), ...words], {
    XDG_CACHE_HOME: folder,
  });

const lines = async (): Promise<string[]> => (await textOf(journal())).split('\n').slice(0, -1);

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Interrupts a search as soon as it has kept so many samples. */
async function interrupt({ child, ended }: ReturnType<typeof launch>, samples: number): Promise<Launched> {
  let interrupted = false;
  const watch = setInterval(() => {
    void lines().then((all) => {
      // Once: a second time it would end at once.
      if (interrupted || all.filter((line) => line.includes('"kind":"sample"')).length < samples) return;
      interrupted = child.kill('SIGINT');
    });
  }, 20);
  const launched = await ended;
  clearInterval(watch);
  return launched;
}

describe('a search on a GPU in Node', () => {
  it('that is interrupted goes on where it was, judges the finalists, and stores the same when it is asked again', async () => {
    const first = await interrupt(tune(), 3);
    expect(first.code, first.stderr).toBe(130);
    expect(first.stderr).toContain('Go on with the same command and --resume');
    const kept = await lines();
    expect(kept.length).toBeGreaterThan(3);
    const second = await tune('--resume').ended;
    expect(second.code, second.stderr).toBe(0);
    const all = await lines();
    expect(all.slice(0, kept.length)).toEqual(kept);
    expect(all.at(-1)).toBe('{"kind":"ended"}');
    const stored = await textOf(store());
    const [winner] = stored === '' ? [] : Winners.parse(JSON.parse(stored)).export().winners;
    if (winner) {
      expect(second.stdout).toMatch(/^Winner: skinny takes [\d.]+ \[[\d.]+, [\d.]+\] of its default’s time/);
      expect(winner).toMatchObject({ kernel: 'skinny', shape: { m: 16, n: 128, k: 128 } });
      expect(winner.ciHigh).toBeLessThan(1);
    } else {
      // Others kept the cores busy: nothing stands out of the noise.
      expect(second.stdout).toMatch(/^The default stays/);
    }
    await rm(store(), { force: true });
    const third = await tune('--resume').ended;
    expect(third.stdout).toBe(second.stdout);
    expect(await textOf(store())).toBe(stored);
    expect(await lines()).toEqual(all);
  });

  it('over a grid verifies and measures what a plan accepts, and rejects the rest', async () => {
    const line = '--m 3 --n 64 --k 64 --kernel naive --over format=int4,int8 --over WX=8,5000 --json -';
    const { code, stdout, stderr } = await launch(['sweep', ...line.split(' ')], { XDG_CACHE_HOME: folder })
      .ended;
    expect(code, stderr).toBe(0);
    const { results } = parseRecord(JSON.parse(stdout));
    expect(results.map(({ status }) => status)).toEqual(['ok', 'unsupported', 'ok', 'unsupported']);
    expect(results[0]!.timing!.medianNs).toBeGreaterThan(0);
    expect(results[1]!.reason).toContain('WX');
  });
});
