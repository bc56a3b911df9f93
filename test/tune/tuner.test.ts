import { describe, expect, test } from 'vitest';
import { parseJournal } from '../../src/tune/journal.ts';
import { model } from '../../src/tune/strategies/model.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { local } from '../../src/tune/strategies/local.ts';
import { FakeBench, timeOf } from './fake-bench.ts';

describe('tune', () => {
  test('finds the best tile and confirms it against the default', async () => {
    const bench = new FakeBench();
    const tuned = await bench.run([], { strategy: local, budget: 1000 });
    expect(tuned.winner).toEqual({ A: 6, B: 3 });
    // The default takes 100 + 60 + 60.
    expect(tuned.confirmed?.ratio).toBeCloseTo(100 / 220, 12);
    expect(tuned.finalists.map(({ ratio }) => ratio)).toEqual(
      tuned.finalists.map(({ ratio }) => ratio).toSorted((a, b) => a - b),
    );
  });

  test('verifies before it samples, begins with the default, compares eight finalists, and the best of them again', async () => {
    const bench = new FakeBench();
    await bench.run();
    expect(bench.calls.slice(0, 3)).toEqual(['verify 0,9', 'evaluate 0,9 ×1', 'evaluate 0,9 ×2']);
    expect(bench.calls.slice(-2)).toEqual(['confirm ×8 0', 'confirm ×1 1']);
  });

  test('gives the best quarter nine samples in all', async () => {
    const bench = new FakeBench();
    const { tried } = await bench.run([], { budget: 2000 });
    expect(tried).toBe(100);
    const more = bench.calls.filter((call) => call.endsWith('×6'));
    expect(more.length).toBe(25);
    expect(more[0]).toBe('evaluate 6,3 ×6');
  });

  test('gives one sample to a tile that is three times slower than the best', async () => {
    const bench = new FakeBench({ times: ({ A, B }) => (A === 0 && B === 9 ? 100 : A === 1 ? 301 : 299) });
    await bench.run([], { budget: 2000 });
    const ofSlow = bench.calls.filter((call) => call.startsWith('evaluate 1,'));
    expect(ofSlow).toHaveLength(10);
    expect(ofSlow.every((call) => call.endsWith('×1'))).toBe(true);
    expect(bench.calls).toContain('evaluate 2,2 ×2');
  });

  test('keeps the default where nothing is faster', async () => {
    const bench = new FakeBench();
    const standard = { A: 6, B: 3 };
    const tuned = await bench.run([], { standard, budget: 2000 });
    expect(tuned.winner).toEqual(standard);
    expect(tuned.confirmed).toBeUndefined();
  });

  test('does not time, promote or choose a tile with a wrong result, and counts it by its reason', async () => {
    const bench = new FakeBench({ isWrong: ({ A }) => A === 6 });
    const tuned = await bench.run([], { budget: 2000 });
    expect(tuned.failures).toEqual([{ cause: 'wrong', reason: 'a wrong output', count: 10 }]);
    expect(bench.calls.some((call) => call.startsWith('evaluate 6,'))).toBe(false);
    // The best of the others: 110.
    expect(tuned.confirmed?.medianNs).toBe(110);
  });

  test('takes the next finalist where the first was chosen for a lucky time', async () => {
    // The best of all is 6, 3 (100), as good as the default when it is measured again; 5, 3 and others take 110.
    const lucky = new FakeBench({
      trialTimes: (tile, trial) => (trial === 1 ? timeOf({ A: 0, B: 9 }) : timeOf(tile)),
    });
    const tuned = await lucky.run([], { budget: 2000 });
    expect(lucky.calls.slice(-2)).toEqual(['confirm ×1 1', 'confirm ×1 2']);
    expect(tuned.finalists[0]!.tile).toEqual({ A: 6, B: 3 });
    expect(tuned.winner).toEqual(tuned.finalists[1]!.tile);
    expect(tuned.confirmed?.ratio).toBeCloseTo(110 / 220, 12);
    const neverAgain = new FakeBench({ trialTimes: (tile, trial) => (trial === 0 ? timeOf(tile) : 220) });
    const kept = await neverAgain.run([], { budget: 2000 });
    expect(kept).toMatchObject({ winner: { A: 0, B: 9 }, confirmed: undefined });
    expect(neverAgain.calls.at(-1)).toBe('confirm ×1 3');
  });

  test('is content with a second result that says faster within the noise, not with one that may be slower', async () => {
    const noisy = (half: number): FakeBench =>
      new FakeBench({ trialHalfWidth: (trial) => (trial === 0 ? 0.01 : half) });
    const content = await noisy(0.5).run([], { budget: 2000 });
    expect(content.confirmed).toMatchObject({ tile: { A: 6, B: 3 }, verdict: 'UNCLEAR' });
    const doubtful = await noisy(1.5).run([], { budget: 2000 });
    expect(doubtful.confirmed).toBeUndefined();
    expect(doubtful.finals).toHaveLength(3);
  });

  test('takes of finalists that tie the one that changes least of the default', async () => {
    // B makes no difference; the default has B 9.
    const bench = new FakeBench({ times: ({ A }) => 100 + 20 * Math.abs(A! - 6) });
    const tuned = await bench.run([], { budget: 2000 });
    expect(tuned.finalists.map(({ tile }) => tile['A'])).toEqual(new Array(8).fill(6));
    expect(tuned.finalists[0]!.tile['B']).not.toBe(9);
    expect(tuned.winner).toEqual({ A: 6, B: 9 });
  });

  test('does not choose a finalist that is wrong on the whole product, and counts it', async () => {
    const bench = new FakeBench({ isWrongLate: ({ A, B }) => A === 6 && B === 3 });
    const tuned = await bench.run([], { budget: 2000 });
    expect(tuned.confirmed?.medianNs).toBe(110);
    expect(tuned.failures).toEqual([{ cause: 'wrong', reason: 'wrong on the whole product', count: 1 }]);
    // Its place is not given to another one, whether or not the run is resumed.
    const again = new FakeBench();
    expect(await again.run(bench.journal, { budget: 2000 })).toEqual(tuned);
    expect(again.calls).toEqual([]);
  });

  test('stops searching at three fifths of its budget', async () => {
    const bench = new FakeBench();
    const { tried } = await bench.run([], { budget: 100 });
    // Three seconds a tile; the sixtieth second ends the twentieth.
    expect(tried).toBe(20);
  });
});

describe('finalists', () => {
  test.each([
    // The search ends at 60 s, and the samples of the third of the best at 78; 22 s are four comparisons, three of them taken.
    [100, 1],
    // Five tiles are sampled from 120 s to 150.
    [200, 7],
    // One is compared whatever the budget.
    [10, 1],
    [1000, 8],
  ])('of a budget of %i s are %i: it is for them as well', async (budget, finalists) => {
    const bench = new FakeBench();
    const begin = bench.time;
    await bench.run([], { budget });
    expect(bench.calls.find((call) => call.startsWith('confirm'))).toBe(`confirm ×${finalists} 0`);
    // What is compared at least: one finalist, and it once more.
    expect(bench.time - begin).toBeLessThanOrEqual(Math.max(budget, 10 + 2 * 10 + 20));
  });
});

describe('an interrupted run', () => {
  test('keeps the samples of the call that was interrupted, and takes only the rest', async () => {
    const first = new FakeBench().abortAfter(3);
    await expect(first.run()).rejects.toThrow('Ctrl-C');
    expect(first.calls).toEqual(['verify 0,9', 'evaluate 0,9 ×1', 'evaluate 0,9 ×2']);
    expect(first.journal.map(({ kind }) => kind)).toEqual(['verified', 'sample', 'sample']);
    const second = new FakeBench();
    await second.run(first.journal);
    expect(second.calls[0]).toBe('evaluate 0,9 ×1');
  });

  test('goes on from its journal to the same end, without losing or repeating a sample', async () => {
    const whole = new FakeBench();
    const expected = await whole.run();
    for (const entries of [
      1,
      2,
      3,
      4,
      50,
      51,
      52,
      200,
      whole.journal.length - 10,
      whole.journal.length - 1,
    ]) {
      const first = new FakeBench().abortAfter(entries);
      await expect(first.run()).rejects.toThrow('Ctrl-C');
      expect(first.journal.length).toBeLessThan(whole.journal.length);
      const kept = parseJournal(JSON.parse(JSON.stringify(first.journal)));
      const second = new FakeBench();
      expect(await second.run(kept)).toEqual(expected);
      expect([...first.journal, ...second.journal]).toEqual(whole.journal);
    }
  });

  test.each([60, 100, 150, 200])(
    'of %i s ends the same where most tiles are hopeless, and some of those get more samples',
    async (budget) => {
      // Each sample is another: a tile's first says little of its median.
      const times = ({ A, B }: Tile, taken: number): number => {
        const noise = (37 * A! + 61 * B! + 29 * taken) % 97;
        return A === 6 && B! < 3 ? 100 + noise : 400 + 10 * noise;
      };
      for (let seed = 0; seed < 24; seed++) {
        const options = { budget, seed, strategy: [local, model][seed % 2]! };
        const whole = new FakeBench({ times });
        const expected = await whole.run([], options);
        const again = new FakeBench({ times });
        expect(await again.run(whole.journal, options)).toEqual(expected);
        expect(again.calls).toEqual([]);
        const entries = Math.floor(((seed + 1) / 25) * whole.journal.length);
        const first = new FakeBench({ times }).abortAfter(entries);
        await expect(first.run([], options)).rejects.toThrow('Ctrl-C');
        const second = new FakeBench({ times });
        expect(await second.run(first.journal, options)).toEqual(expected);
        expect([...first.journal, ...second.journal]).toEqual(whole.journal);
      }
    },
  );

  test('asks nothing where its journal is complete', async () => {
    const whole = new FakeBench();
    const expected = await whole.run();
    const again = new FakeBench();
    expect(await again.run(whole.journal)).toEqual(expected);
    expect(again.calls).toEqual([]);
  });

  test('does not hide what another journal would have led to', async () => {
    const whole = new FakeBench();
    await whole.run();
    const changed = whole.journal.map((entry) =>
      entry.kind === 'sample' && entry.tile['A'] === 6 ? { ...entry, ns: entry.ns * 2 } : entry,
    );
    const other = await new FakeBench().run(
      changed.filter(({ kind }) => kind !== 'confirmed' && kind !== 'final'),
    );
    expect(other.winner['A']).not.toBe(6);
  });
});
