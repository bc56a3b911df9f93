import { describe, expect, test } from 'vitest';
import { parseRecord, type RecordFile } from '../../src/io/record.ts';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import { Kept } from '../../src/lab/kept.ts';
import { KeptJournal } from '../../src/lab/kept-journal.ts';
import { keepWinners, keptWinners } from '../../src/lab/kept-winners.ts';
import type { Learnt } from '../../src/lab/learn-tiles.ts';
import { searchTiles } from '../../src/lab/search-tiles.ts';
import { JournalError } from '../../src/tune/journal.ts';
import { Winners } from '../../src/tune/winners.ts';
import { runSearch, type SearchFinding, SearchRefused, type SearchWish } from '../../src/ui/run-search.ts';
import { tunableLab, type TunableFaults } from '../bench/tunable-lab.ts';
import { FakeLocks } from '../support/fake-locks.ts';
import { MapStorage } from '../support/map-storage.ts';
import {
  followsTile,
  followsTraffic,
  syntheticSweep,
  type Truth,
  trueTime,
} from '../support/synthetic-sweep.ts';
import { FakeLab, HARDWARE, SOFTWARE } from './fake-lab.ts';

const SPEC: Spec = { ...DEFAULT_SPEC, m: 4, n: 64, k: 64, weights: 'random', kernel: 'naive' };
const WISH: SearchWish = { spec: SPEC, strategy: 'random', budget: 3600, journal: undefined };

const labWith = (faults: TunableFaults = {}): FakeLab => Object.assign(new FakeLab(), tunableLab(faults));

function run(
  kept: Kept,
  lab: FakeLab,
  wish: Partial<SearchWish> = {},
  signal = new AbortController().signal,
  told: string[] = [],
): Promise<SearchFinding> {
  return runSearch({ lab, kept, search: searchTiles }, { ...WISH, ...wish }, signal, ({ label, detail }) => {
    told.push(`${label} ${detail}`);
  });
}

/** The browser, and the sample at which the page was left. */
async function interrupted(
  storage: MapStorage,
  after: number,
  journal?: KeptJournal,
): Promise<readonly string[]> {
  const abort = new AbortController();
  const sampled: string[] = [];
  const lab = labWith({
    onSample: ({ params }) => {
      if (sampled.length === after) abort.abort(new Error('left'));
      else sampled.push(JSON.stringify(params));
    },
  });
  await expect(run(new Kept(() => storage), lab, { journal }, abort.signal)).rejects.toThrow('left');
  return sampled;
}

describe('a search on the page', () => {
  test('finds the best tile, compares it with what auto stands for, and keeps it', async () => {
    const storage = new MapStorage();
    const told: string[] = [];
    const finding = await run(new Kept(() => storage), labWith(), {}, undefined, told);
    expect(finding.tuned.winner).toMatchObject({ WX: 32, WY: 8 });
    expect(finding.withAuto?.comparisons[0]?.verdict).toBe('FASTER');
    expect(finding.isKept).toBe(true);
    const [winner] = keptWinners(new Kept(() => storage)).export().winners;
    expect(winner).toMatchObject({
      kernel: 'naive',
      params: { WX: 32, WY: 8 },
      againstAuto: { kernel: 'gemv' },
    });
    expect(KeptJournal.list(new Kept(() => storage))).toEqual([]);
    expect(told).toContainEqual(expect.stringMatching(/^Searching \d+ tiles timed, the best so far/));
    expect(told).toContainEqual(expect.stringMatching(/^Comparing \d+ finalists with the default/));
  });

  test('that was interrupted goes on from what the browser keeps: no sample is lost or taken twice', async () => {
    const whole: string[] = [];
    await run(
      new Kept(() => new MapStorage()),
      labWith({ onSample: ({ params }) => whole.push(JSON.stringify(params)) }),
    );
    const storage = new MapStorage();
    const before = await interrupted(storage, 5);
    const [journal] = KeptJournal.list(new Kept(() => storage));
    const kept = journal!.samples;
    expect(kept).toBeGreaterThanOrEqual(before.length);
    const after: string[] = [];
    const lab = labWith({ onSample: ({ params }) => after.push(JSON.stringify(params)) });
    const finding = await run(new Kept(() => storage), lab, { journal: journal! });
    expect(finding.tuned.winner).toMatchObject({ WX: 32, WY: 8 });
    expect([...before, ...after]).toEqual(whole);
    expect(KeptJournal.list(new Kept(() => storage))).toEqual([]);
  });

  test('does not go on on another adapter, of another question, or from what cannot be read', async () => {
    const storage = new MapStorage();
    await interrupted(storage, 3);
    const [journal] = KeptJournal.list(new Kept(() => storage));
    const elsewhere = labWith();
    elsewhere.script = { environment: SOFTWARE };
    const resumed = { journal: journal! };
    await expect(run(new Kept(() => storage), elsewhere, resumed)).rejects.toThrow(/another adapter/);
    const other = { ...resumed, spec: { ...SPEC, params: { WX: 8 } } };
    await expect(run(new Kept(() => storage), labWith(), other)).rejects.toThrow(/another version/);
    const { question } = journal!.search;
    const edited = { ...journal!.search, question: { ...question, wgsl: 'another text' } };
    storage.setItem(`subbyte/tune/${edited.startedAt}`, JSON.stringify(edited));
    const [older] = KeptJournal.list(new Kept(() => storage));
    await expect(run(new Kept(() => storage), labWith(), { journal: older! })).rejects.toThrow(
      /another version of the kernel/,
    );
    storage.setItem(`subbyte/tune/${journal!.search.startedAt}/000001`, '{"kind":"sample","ns":-1}');
    await expect(run(new Kept(() => storage), labWith(), resumed)).rejects.toBeInstanceOf(JournalError);
  });

  test('has nothing to search where all parameters are set, or the default is rejected', async () => {
    const kept = new Kept(() => new MapStorage());
    const all = run(kept, labWith(), { spec: { ...SPEC, params: { WX: 8, WY: 8 } } });
    await expect(all).rejects.toThrow(/nothing to search/);
    await expect(all).rejects.toBeInstanceOf(SearchRefused);
    const rejected = run(kept, labWith(), { spec: { ...SPEC, params: { WX: 4096 } } });
    await expect(rejected).rejects.toThrow(/The default is rejected/);
  });

  test('says so where the browser keeps nothing, and is not stopped by it', async () => {
    const refusing = new Kept(() => {
      throw new Error('SecurityError');
    });
    const finding = await run(refusing, labWith());
    expect(finding.tuned.winner).toMatchObject({ WX: 32, WY: 8 });
    expect(finding.isKept).toBe(false);
  });

  test('gives all its comparisons with their samples, those from before a reload included', async () => {
    const storage = new MapStorage();
    const abort = new AbortController();
    const lab = labWith();
    const compare = lab.compare.bind(lab);
    let compared = 0;
    lab.compare = (specs, signal, onProgress) => {
      if (++compared === 2) abort.abort(new Error('left'));
      signal.throwIfAborted();
      return compare(specs, signal, onProgress);
    };
    await expect(run(new Kept(() => storage), lab, {}, abort.signal)).rejects.toThrow('left');
    const [journal] = KeptJournal.list(new Kept(() => storage));
    const { record, tuned, entries } = await run(new Kept(() => storage), labWith(), { journal: journal! });
    expect(parseRecord(record)).toEqual(record);
    // The default with all finalists, the default with the best of them, and gemv with that.
    expect(record.results.map(({ spec }) => spec.kernel).slice(-2)).toEqual(['gemv', 'naive']);
    expect(record.results).toHaveLength(1 + tuned.finalists.length + 2 + 2);
    expect(record.comparisons.map(({ a, b }) => [a, b]).slice(-2)).toEqual([
      [record.results.length - 4, record.results.length - 3],
      [record.results.length - 2, record.results.length - 1],
    ]);
    for (const { timing } of record.results) expect(timing!.samplesNs.length).toBeGreaterThan(1);
    const tried = new Set(entries.map(({ tile }) => JSON.stringify(tile)));
    expect(tried.size).toBeGreaterThanOrEqual(tuned.tried);
    expect(entries.filter(({ kind }) => kind === 'confirmed')).toEqual(
      expect.arrayContaining([...tuned.finalists]),
    );
  });

  test('says which tile auto takes, and which better one the browser keeps instead of what it found', async () => {
    const storage = new MapStorage();
    const kept = new Kept(() => storage);
    const first = await run(kept, labWith());
    expect(first).toMatchObject({ isKept: true, taken: { kernel: 'naive', params: { WX: 32, WY: 8 } } });
    expect(first.better).toBeUndefined();
    const [winner] = keptWinners(kept).export().winners;
    const better = { ...winner!, params: { WX: 16, WY: 8 }, ratio: 0.4, ciLow: 0.39, ciHigh: 0.41 };
    const other = { ...better, shape: { m: 300, n: 64, k: 64 }, params: { WX: 64, WY: 1 } };
    keepWinners(kept, new Winners([better, other]));
    const second = await run(kept, labWith());
    expect(second.tuned.winner).toMatchObject({ WX: 32, WY: 8 });
    expect(second).toMatchObject({
      isKept: true,
      better,
      taken: { kernel: 'naive', params: { WX: 16, WY: 8 } },
    });
    expect(keptWinners(kept).export().winners).toContainEqual(better);
    const fixed = await run(new Kept(() => new MapStorage()), labWith(), {
      spec: { ...SPEC, params: { WX: 8 } },
    });
    expect(fixed).toMatchObject({ isKept: true, taken: { kernel: 'gemv', params: {} } });
  });
});

describe('searches in two tabs', () => {
  test('one that runs is not gone on with in the other, nor once it has ended there', async () => {
    const storage = new MapStorage();
    const locks = new FakeLocks();
    const [here, there] = [new Kept(() => storage, locks), new Kept(() => storage, locks)];
    const lab = labWith();
    const sample = lab.sample.bind(lab);
    let listed: KeptJournal | undefined;
    lab.sample = async (...of) => {
      if (!listed) {
        [listed] = KeptJournal.list(there, await there.held());
        const again = run(there, labWith(), { journal: listed! });
        await expect(again).rejects.toThrow('The search is running in another tab of this browser.');
        await expect(again).rejects.toBeInstanceOf(SearchRefused);
      }
      return sample(...of);
    };
    expect((await run(here, lab)).tuned.winner).toMatchObject({ WX: 32, WY: 8 });
    const again = run(there, labWith(), { journal: listed! });
    await expect(again).rejects.toThrow('The interrupted search ended in another tab of this browser');
    expect(await there.held()).toEqual(new Set());
    expect(there.names('tune/')).toEqual([]);
  });

  test('one goes on from what the other added meanwhile', async () => {
    const whole: string[] = [];
    const asked =
      (list: string[]) =>
      ({ params }: Spec): void => {
        list.push(JSON.stringify(params));
      };
    await run(new Kept(() => new MapStorage()), labWith({ onSample: asked(whole) }));
    const storage = new MapStorage();
    const locks = new FakeLocks();
    const before = await interrupted(storage, 5);
    const there = new Kept(() => storage, locks);
    const list = (): KeptJournal => KeptJournal.list(there)[0]!;
    const stale = list();
    const between = await interrupted(storage, 4, list());
    const then = await interrupted(storage, 3, stale);
    const after: string[] = [];
    await run(there, labWith({ onSample: asked(after) }), { journal: list() });
    expect([...before, ...between, ...then, ...after]).toEqual(whole);
  });
});

describe('a search on the page that learns from a sweep', () => {
  const tiles = [4, 8, 16, 32].flatMap((WX) => [4, 8, 16].map((WY) => ({ WX, WY })));
  const sweep = (truth: Truth): RecordFile => syntheticSweep(SPEC, tiles, truth, HARDWARE);

  /** Searches by the model until so many samples were asked for. */
  async function search(
    storage: MapStorage,
    wish: Partial<SearchWish>,
    after = Infinity,
  ): Promise<{ readonly asked: readonly string[]; readonly learnt: readonly Learnt[] }> {
    const abort = new AbortController();
    const asked: string[] = [];
    const learnt: Learnt[] = [];
    const lab = labWith({
      time: (spec) => trueTime(spec, followsTile),
      onSample: ({ params }) => {
        if (asked.length === after) abort.abort(new Error('left'));
        else asked.push(JSON.stringify(params));
      },
    });
    const whole = { strategy: 'model', onLearnt: (one: Learnt) => learnt.push(one), ...wish };
    const ran = run(new Kept(() => storage), lab, whole, abort.signal);
    await (after < Infinity ? expect(ran).rejects.toThrow('left') : ran);
    return { asked, learnt };
  }

  test('is told how well the sweep predicts, and begins with what it expects to be fastest', async () => {
    const { asked, learnt } = await search(new MapStorage(), { learn: [sweep(followsTile)] });
    const [{ judgement, likely } = { judgement: undefined, likely: [] }] = learnt;
    expect(judgement?.winner).toBe('regression');
    expect(likely.length).toBeGreaterThan(2);
    const tried = [...new Set(asked)].slice(1, 1 + likely.length);
    expect(tried).toEqual(likely.map((tile) => JSON.stringify(tile)));
  });

  test('searches as without where the baseline wins', async () => {
    const { asked, learnt } = await search(new MapStorage(), { learn: [sweep(followsTraffic)] });
    expect(learnt).toMatchObject([{ judgement: { winner: 'baseline' }, likely: [] }]);
    expect(asked).toEqual((await search(new MapStorage(), {})).asked);
  });

  test('goes on after a reload with what it had learnt, without the file', async () => {
    const whole = (await search(new MapStorage(), { learn: [sweep(followsTile)] })).asked;
    const storage = new MapStorage();
    const before = await search(storage, { learn: [sweep(followsTile)] }, 5);
    const [journal] = KeptJournal.list(new Kept(() => storage));
    expect(journal!.search.question.likely!.length).toBeGreaterThan(2);
    const { asked } = await search(storage, { journal: journal! });
    expect([...before.asked, ...asked]).toEqual(whole);
  });

  test.each(['local', 'random'])('learns nothing by the strategy %s', async (strategy) => {
    const { asked, learnt } = await search(new MapStorage(), { strategy, learn: [sweep(followsTile)] });
    expect(learnt).toEqual([]);
    expect(asked).toEqual((await search(new MapStorage(), { strategy })).asked);
  });

  test('is refused where there is nothing to learn', async () => {
    const naught = search(new MapStorage(), { learn: [{ ...sweep(followsTile), results: [] }] });
    await expect(naught).rejects.toThrow(/The sweeps teach nothing here\. There is no right and timed/);
    await expect(naught).rejects.toBeInstanceOf(SearchRefused);
  });
});
