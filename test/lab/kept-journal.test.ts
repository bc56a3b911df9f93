import { afterEach, expect, test, vi } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { Kept } from '../../src/lab/kept.ts';
import { KeptJournal, type KeptSearch } from '../../src/lab/kept-journal.ts';
import { FakeLocks } from '../support/fake-locks.ts';
import { MapStorage } from '../support/map-storage.ts';
import { HARDWARE, okResult } from '../ui/fake-lab.ts';

const SEARCH: KeptSearch = {
  question: {
    spec: { ...DEFAULT_SPEC, kernel: 'naive' },
    auto: 'gemv',
    standard: { WX: 8 },
    wgsl: '0123abcd',
    strategy: 'random',
    legalTiles: 15,
  },
  machine: 'acme',
  startedAt: 1000,
};

const sample = (ns: number) => ({ kind: 'sample', at: ns, tile: { WX: 8 }, ns }) as const;

afterEach(() => {
  vi.useRealTimers();
});

/** A browser that refuses the third entry alone. */
class FullOnce extends MapStorage {
  override setItem(name: string, value: string): void {
    if (name.endsWith('/000002')) throw new Error('QuotaExceededError');
    super.setItem(name, value);
  }
}

test('an entry that found no room costs none of those that are kept', () => {
  const kept = new Kept(() => storage);
  const storage = new FullOnce();
  const journal = KeptJournal.begin(kept, SEARCH);
  for (const ns of [1, 2, 3, 4]) journal.add(sample(ns));
  expect(journal.isCut).toBe(true);
  const [reloaded] = KeptJournal.list(kept);
  reloaded!.add(sample(5));
  expect(reloaded!.entries()).toEqual([1, 2, 4, 5].map(sample));
});

test('listing forgets the entries of a journal that is gone, and of no other', () => {
  const storage = new MapStorage();
  const kept = new Kept(() => storage);
  for (const startedAt of [1000, 2000]) KeptJournal.begin(kept, { ...SEARCH, startedAt }).add(sample(1));
  kept.write('peaks/acme', 1);
  storage.removeItem('subbyte/tune/1000');
  // A running search for whose header there was no room.
  const held = new Set(['tune/1000']);
  expect(KeptJournal.list(kept, held).map(({ search }) => search.startedAt)).toEqual([2000]);
  expect(kept.names('')).toContain('tune/1000/000000');
  const [journal] = KeptJournal.list(kept);
  expect(journal!.entries()).toEqual([sample(1)]);
  expect(kept.names('')).toEqual(['peaks/acme', 'tune/2000', 'tune/2000/000000']);
});

test('a journal is held by one tab, and two that begin at once have names of their own', async () => {
  vi.useFakeTimers({ now: 5000, toFake: ['Date'] });
  const locks = new FakeLocks();
  const storage = new MapStorage();
  const [here, there] = [new Kept(() => storage, locks), new Kept(() => storage, locks)];
  const [one, other] = await Promise.all([KeptJournal.claim(here), KeptJournal.claim(there)]);
  expect([one.startedAt, other.startedAt]).toEqual([5000, 5001]);
  KeptJournal.begin(here, { ...SEARCH, startedAt: one.startedAt });
  const [listed] = KeptJournal.list(there, await there.held());
  expect(listed!.isAmong(await there.held())).toBe(true);
  expect(await listed!.hold()).toBeUndefined();
  await one.letGo();
  expect(listed!.isAmong(await there.held())).toBe(false);
  expect(await listed!.hold()).toBeDefined();
});

test('a journal is read again as it was left in another tab', () => {
  const kept = new Kept(() => storage);
  const storage = new MapStorage();
  const journal = KeptJournal.begin(kept, SEARCH);
  const [listed] = KeptJournal.list(kept);
  journal.add(sample(1));
  listed!.reread()!.add(sample(2));
  expect(journal.entries()).toEqual([sample(1), sample(2)]);
  journal.discard();
  expect(listed!.reread()).toBeUndefined();
});

test('records are kept beside the entries, and are none of them', () => {
  const kept = new Kept(() => storage);
  const storage = new MapStorage();
  const journal = KeptJournal.begin(kept, SEARCH);
  const results = [okResult(), okResult()];
  const record = { schemaVersion: 1 as const, environments: [HARDWARE], results, comparisons: [] };
  journal.add(sample(1));
  journal.addRecord(record);
  const [listed] = KeptJournal.list(kept);
  listed!.addRecord({ ...record, results: [okResult()] });
  listed!.add(sample(2));
  expect(listed!.entries()).toEqual([sample(1), sample(2)]);
  expect(listed!.records().map(({ results }) => results.length)).toEqual([2, 1]);
  storage.setItem('subbyte/tune/1000/record/000000', '{}');
  expect(listed!.records()).toHaveLength(1);
  listed!.discard();
  expect(storage.length).toBe(0);
});
