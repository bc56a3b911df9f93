import { decodeBase64Url, encodeBase64Url } from './base64url.ts';

/** Stands for an array of f32 in a message between processes, which has none, and an end to its length. */
export interface ArrayStandIn {
  /** Which array of the message. */
  readonly array: number;
  /** Numbers of it. */
  readonly length: number;
}

/** Numbers of one slice: 4 MB. */
const SLICE = 1 << 20;

const isStandIn = (value: unknown): value is ArrayStandIn =>
  typeof value === 'object' && value !== null && 'array' in value && 'length' in value;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The arrays of a message, to be fetched in slices by whoever got it. */
export class HeldArrays {
  readonly #arrays: Float32Array<ArrayBuffer>[] = [];
  readonly #slice: number;

  /** @param slice numbers of one. */
  constructor(slice = SLICE) {
    this.#slice = slice;
  }

  /** A message in which each property that is an array of f32 is an {@link ArrayStandIn}. */
  without(message: unknown): unknown {
    if (!isObject(message)) return message;
    const properties = Object.entries(message).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Float32Array ? this.#hold(value as Float32Array<ArrayBuffer>) : value,
    ]);
    return Object.fromEntries(properties) as unknown;
  }

  /** Some numbers of an array from `from` on, little-endian, as base64url. */
  slice(array: number, from: number): string {
    return encodeBase64Url(new Uint8Array(this.#arrays[array]!.slice(from, from + this.#slice).buffer));
  }

  #hold(values: Float32Array<ArrayBuffer>): ArrayStandIn {
    return { array: this.#arrays.push(values) - 1, length: values.length };
  }
}

/**
 * The message that {@link HeldArrays} took the arrays from.
 *
 * @param fetchSlice asks for a slice where they are held.
 * @throws Error where what comes is no slice.
 */
export async function withArrays(
  message: unknown,
  fetchSlice: (array: number, from: number) => Promise<string>,
): Promise<unknown> {
  if (!isObject(message)) return message;
  const whole: Record<string, unknown> = { ...message };
  for (const [name, value] of Object.entries(whole)) {
    if (!isStandIn(value)) continue;
    const values = new Float32Array(value.length);
    for (let from = 0; from < value.length;) {
      const bytes = decodeBase64Url(await fetchSlice(value.array, from));
      if (!bytes || bytes.length === 0 || bytes.length % 4 !== 0)
        throw new Error('A slice of an array is damaged.');
      values.set(new Float32Array(bytes.buffer), from);
      from += bytes.length / 4;
    }
    whole[name] = values;
  }
  return whole;
}
