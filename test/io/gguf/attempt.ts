import { expect } from 'vitest';
import { type GgufHeader, readGgufHeader } from '../../../src/io/gguf/gguf-header.ts';
import { WeightSourceError } from '../../../src/io/source.ts';
import { countingSource } from './counting-source.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Reads a file, and checks that nothing is read beyond it, and that what is refused is refused with a sentence.
 *
 * @param size of the file; all beyond the given bytes is zero.
 */
export async function attempt(
  bytes: Bytes,
  size = bytes.length,
  read: typeof readGgufHeader = readGgufHeader,
): Promise<GgufHeader | WeightSourceError> {
  try {
    return await read(countingSource(bytes, size));
  } catch (error) {
    if (!(error instanceof WeightSourceError)) throw error;
    expect(error.message).toMatch(/^This is no readable GGUF file: at byte \d+, .*[.?]$/s);
    return error;
  }
}

const LIMIT_MS = 50;

/** As {@link attempt}; in milliseconds, and a header that is read must name bytes of the file, each at most once. */
export async function attemptQuickly(
  bytes: Bytes,
  size = bytes.length,
  read: typeof readGgufHeader = readGgufHeader,
): Promise<GgufHeader | WeightSourceError> {
  let outcome = await attempt(bytes, size, read);
  let least = Infinity;
  // The least of a few tries: others may have the processor meanwhile.
  for (let tries = 0; tries < 3 && least > LIMIT_MS; tries++) {
    const begin = performance.now();
    outcome = await attempt(bytes, size, read);
    least = performance.now() - begin;
  }
  expect(least).toBeLessThan(LIMIT_MS);
  if (!(outcome instanceof WeightSourceError)) checkBytes(outcome, size);
  return outcome;
}

function checkBytes({ tensors }: GgufHeader, size: number): void {
  let filled = 0;
  for (const { offset, length } of tensors) {
    if (length === 0) continue;
    expect(offset).toBeGreaterThanOrEqual(filled);
    filled = offset + length;
  }
  expect(filled).toBeLessThanOrEqual(size);
}
