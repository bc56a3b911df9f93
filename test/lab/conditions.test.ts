import { describe, expect, test } from 'vitest';
import { type PageSurroundings, underWatch, watchConditions } from '../../src/lab/conditions.ts';
import { endedResult, okResult } from '../ui/fake-lab.ts';

/** A page that a test hides, on a machine with or without a battery. */
class FakePage extends EventTarget implements PageSurroundings {
  visibilityState: DocumentVisibilityState = 'visible';
  readonly document = this as unknown as PageSurroundings['document'];
  readonly navigator: PageSurroundings['navigator'];

  constructor(charging?: boolean | Error) {
    super();
    this.navigator =
      charging === undefined
        ? {}
        : {
            getBattery: () =>
              charging instanceof Error ? Promise.reject(charging) : Promise.resolve({ charging }),
          };
  }

  show(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

describe('conditions', () => {
  test.each([
    ['a page in front on a plug', new FakePage(true), []],
    ['a browser that knows no battery', new FakePage(), []],
    ['a browser that refuses to tell', new FakePage(new Error('no')), []],
    ['a battery', new FakePage(false), [expect.stringContaining('battery')]],
  ])('of %s', async (_, page, warnings) => {
    expect(await watchConditions(page).end()).toEqual(warnings);
  });

  test('of a tab that was hidden for a while, and not of one that is hidden after', async () => {
    const page = new FakePage();
    const watch = watchConditions(page);
    page.show('hidden');
    page.show('visible');
    expect(await watch.end()).toEqual([expect.stringContaining('hidden')]);
    const next = watchConditions(page);
    await next.end();
    page.show('hidden');
    expect(await next.end()).toEqual([]);
  });
});

describe('under a watch', () => {
  const hidden = { end: () => Promise.resolve(['It was hidden.']) };

  test('every result that has a time carries the warning, and none that has not', async () => {
    const results = [{ ...okResult(), warnings: ['Software.'] }, okResult(), endedResult('failed', 'no')];
    const warned = await underWatch(hidden, () => Promise.resolve(results));
    expect(warned.map(({ warnings }) => warnings)).toEqual([
      ['Software.', 'It was hidden.'],
      ['It was hidden.'],
      undefined,
    ]);
  });

  test('a failure passes, and the watch ends', async () => {
    let ended = 0;
    const watch = {
      end: () => {
        ended++;
        return Promise.resolve([]);
      },
    };
    await expect(underWatch(watch, () => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    expect(ended).toBe(1);
  });
});
