import { expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { Kept } from '../../src/lab/kept.ts';
import { KeptJournal, type KeptSearch } from '../../src/lab/kept-journal.ts';
import { MapStorage } from '../support/map-storage.ts';

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
  const sample = (ns: number) => ({ kind: 'sample', at: ns, tile: { WX: 8 }, ns }) as const;
  for (const ns of [1, 2, 3, 4]) journal.add(sample(ns));
  expect(journal.isCut).toBe(true);
  const [reloaded] = KeptJournal.list(kept);
  reloaded!.add(sample(5));
  expect(reloaded!.entries()).toEqual([1, 2, 4, 5].map(sample));
});
