import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readGgufHeader } from '../../../src/io/gguf/gguf-header.ts';
import { bytesSource, WeightSourceError } from '../../../src/io/source.ts';
import { attempt, attemptQuickly } from './attempt.ts';
import { ggufFile, tensor } from './gguf-writer.ts';
import { readVectorsFile } from './vectors-file.ts';

let whole: Uint8Array<ArrayBuffer>;
/** Where the tensors' bytes begin. */
const HEADER = 2688;

beforeAll(async () => {
  whole = await readVectorsFile();
});

describe('any damage ends in a header or a sentence, in milliseconds, and reads nothing beyond the file', () => {
  test('of random bytes', async () => {
    const anything = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(anything, fc.boolean(), async (rest, begun) => {
        await attemptQuickly(
          begun ? Uint8Array.of(0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0, ...rest) : rest.slice(),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('of a file cut off at any byte of the header, or anywhere behind it', async () => {
    for (let length = 0; length < HEADER; length++) {
      expect(await attempt(whole.slice(0, length))).toBeInstanceOf(WeightSourceError);
    }
    const lengths = fc.integer({ min: HEADER, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(lengths, async (length) => {
        expect(await attemptQuickly(whole.slice(0, length))).toBeInstanceOf(WeightSourceError);
      }),
      { numRuns: 50 },
    );
  });

  test('of a header with bytes changed', async () => {
    const put = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.constantFrom(
        Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255),
        Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128),
        Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0),
        Uint8Array.of(0, 0, 0, 0, 0, 0, 32, 0),
      ),
    );
    const change = fc.record({ at: fc.nat({ max: HEADER - 1 }), put });
    const runs = 4000;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const header = whole.slice(0, HEADER);
        for (const { at, put: bytes } of changes) header.set(bytes.subarray(0, HEADER - at), at);
        const outcome = await attemptQuickly(header, whole.length);
        if (outcome instanceof WeightSourceError) refused++;
      }),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(runs / 2);
    expect(refused).toBeLessThan(runs);
  });

  test('of a header with bytes left out or put in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: HEADER - 1 }),
        fc.nat({ max: 40 }),
        fc.uint8Array({ maxLength: 40 }),
        async (at, cut, put) => {
          const header = Uint8Array.of(...whole.subarray(0, at), ...put, ...whole.subarray(at + cut, HEADER));
          await attemptQuickly(header, whole.length);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('these checks fail a reader', () => {
  test('that reads beyond the file', async () => {
    const beyond = attempt(whole, whole.length, async (source) => {
      await source.read(source.size - 1, 2);
      return readGgufHeader(source);
    });
    await expect(beyond).rejects.toThrow('2 bytes were read from 1360991 on');
  });

  test('that throws another error', async () => {
    const other = attempt(whole, whole.length, () => Promise.reject(new RangeError('out of bounds')));
    await expect(other).rejects.toThrow(RangeError);
  });

  test('that does not say at which byte', async () => {
    const vague = attempt(whole, whole.length, () => Promise.reject(new WeightSourceError('It is bad.')));
    await expect(vague).rejects.toThrow('It is bad.');
  });

  test('that is slow', async () => {
    const slow = attemptQuickly(whole, whole.length, async (source) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return readGgufHeader(source);
    });
    await expect(slow).rejects.toThrow('to be less than 50');
  });

  test('that gives bytes to two tensors, or bytes that are not there', async () => {
    const tensors = [tensor('v', [8], 0, 0), tensor('w', [8], 0, 32)];
    const { tensors: placed, ...header } = await readGgufHeader(bytesSource(ggufFile({ tensors, data: 64 })));
    const [v, w] = placed;
    const wrong = (moved: number): Promise<unknown> =>
      attemptQuickly(ggufFile({}), v!.offset + 64, () =>
        Promise.resolve({ ...header, tensors: [v!, { ...w!, offset: w!.offset + moved }] }),
      );
    await expect(wrong(0)).resolves.toBeDefined();
    await expect(wrong(-1)).rejects.toThrow('to be greater than or equal to');
    await expect(wrong(1)).rejects.toThrow('to be less than or equal to');
  });
});
