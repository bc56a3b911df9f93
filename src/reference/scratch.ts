/**
 * Memory that is used again from call to call: where each call took its own, the page faults of megabytes that were never touched
 * cost more than what is computed in them.
 */
export class Scratch {
  #values = new Float64Array(0);

  /** @returns `length` values of whatever was left there, which the next call overwrites. */
  take(length: number): Float64Array {
    if (this.#values.length < length) this.#values = new Float64Array(length);
    return this.#values.subarray(0, length);
  }

  /** A copy in f64, which the next call overwrites. */
  copy(values: Float32Array): Float64Array {
    const copy = this.take(values.length);
    copy.set(values);
    return copy;
  }
}
