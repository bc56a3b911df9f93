import { expect, test } from 'vitest';
import { HeldArrays, withArrays } from '../../src/io/array-slices.ts';

/** A message as JSON carries it, and put together again. @param slice numbers of one. */
async function carried(message: unknown, slice?: number): Promise<{ whole: unknown; slices: number }> {
  const held = new HeldArrays(slice);
  const text = JSON.stringify(held.without(message)) as string | undefined;
  let slices = 0;
  const whole = await withArrays(text === undefined ? undefined : JSON.parse(text), (array, from) => {
    slices++;
    return Promise.resolve(held.slice(array, from));
  });
  return { whole, slices };
}

test('arrays come through a message of text, in slices', async () => {
  const message = {
    activations: new Float32Array([1, -2.5, 1e-40, -0]),
    output: new Float32Array([3, 4, 5, 6, 7]),
    none: new Float32Array(),
    told: 'as it is',
  };
  expect(await carried(message, 2)).toEqual({ whole: message, slices: 2 + 3 });
  expect(await carried(message)).toEqual({ whole: message, slices: 2 });
});

test.each([[undefined], [null], ['text'], [[1, 2]], [{ results: [{ m: 1 }] }]])(
  '%j is as it was',
  async (message) => {
    expect((await carried(message)).whole).toEqual(message);
  },
);

test('a slice that is none is refused', async () => {
  const message = { values: { array: 0, length: 3 } };
  for (const slice of ['', '*', 'AAA']) {
    await expect(withArrays(message, () => Promise.resolve(slice))).rejects.toThrow('damaged');
  }
});
