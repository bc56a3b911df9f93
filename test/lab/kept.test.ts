import { describe, expect, test } from 'vitest';
import { Kept, type KeptStorage } from '../../src/lab/kept.ts';
import { MapStorage } from '../support/map-storage.ts';

describe('what a page keeps', () => {
  test('is read back, listed by how its names begin, and forgotten', () => {
    const kept = new Kept(() => storage);
    const storage = new MapStorage();
    storage.setItem('of another page', '1');
    expect(kept.write('a/2', { x: 1 })).toBe(true);
    kept.write('a/1', [2]);
    kept.write('b', 3);
    expect(kept.read('a/2')).toEqual({ x: 1 });
    expect(kept.names('a/')).toEqual(['a/1', 'a/2']);
    kept.remove(['a/1', 'never written']);
    expect(kept.names('')).toEqual(['a/2', 'b']);
    expect(storage.getItem('of another page')).toBe('1');
  });

  test('is nothing where it is not JSON', () => {
    const storage = new MapStorage();
    storage.setItem('subbyte/a', 'no JSON');
    expect(new Kept(() => storage).read('a')).toBeUndefined();
  });

  test.each<[string, () => KeptStorage]>([
    [
      'refuses the very access',
      () => {
        throw new Error('SecurityError');
      },
    ],
    [
      'has no room',
      () => {
        const storage = new MapStorage();
        storage.setItem = () => {
          throw new Error('QuotaExceededError');
        };
        return storage;
      },
    ],
  ])('is nothing where the browser %s, and writing says so', (_, storage) => {
    const kept = new Kept(storage);
    expect(kept.write('a', 1)).toBe(false);
    expect(kept.read('a')).toBeUndefined();
    expect(kept.names('')).toEqual([]);
    kept.remove(['a']);
  });
});
