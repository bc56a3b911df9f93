/**
 * `out[m, n] = Σ_k a[m, k] · b[n, k]` in f64, four rows by two columns at once: eight sums in registers are what V8
 * keeps free of spills.
 *
 * @param a [rows, K]
 * @param b [columns, K]
 * @param out [rows, columns], overwritten.
 */
export function multiply(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  rows: number,
  columns: number,
  K: number,
): void {
  const tiledRows = rows - (rows % 4);
  const tiledColumns = columns - (columns % 2);
  for (let m = 0; m < tiledRows; m += 4) {
    for (let n = 0; n < tiledColumns; n += 2) multiplyTile(a, b, out, m, n, columns, K);
    for (let n = tiledColumns; n < columns; n++) multiplyEdge(a, b, out, m, m + 4, n, columns, K);
  }
  for (let n = 0; n < columns; n++) multiplyEdge(a, b, out, tiledRows, rows, n, columns, K);
}

function multiplyTile(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  m: number,
  n: number,
  columns: number,
  K: number,
): void {
  const a0 = m * K;
  const a1 = a0 + K;
  const a2 = a1 + K;
  const a3 = a2 + K;
  const b0 = n * K;
  const b1 = b0 + K;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let k = 0; k < K; k++) {
    const x = b[b0 + k]!;
    const y = b[b1 + k]!;
    const v0 = a[a0 + k]!;
    s00 += v0 * x;
    s01 += v0 * y;
    const v1 = a[a1 + k]!;
    s10 += v1 * x;
    s11 += v1 * y;
    const v2 = a[a2 + k]!;
    s20 += v2 * x;
    s21 += v2 * y;
    const v3 = a[a3 + k]!;
    s30 += v3 * x;
    s31 += v3 * y;
  }
  const at = m * columns + n;
  out[at] = s00;
  out[at + 1] = s01;
  out[at + columns] = s10;
  out[at + columns + 1] = s11;
  out[at + 2 * columns] = s20;
  out[at + 2 * columns + 1] = s21;
  out[at + 3 * columns] = s30;
  out[at + 3 * columns + 1] = s31;
}

function multiplyEdge(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  firstRow: number,
  endRow: number,
  n: number,
  columns: number,
  K: number,
): void {
  for (let m = firstRow; m < endRow; m++) {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += a[m * K + k]! * b[n * K + k]!;
    out[m * columns + n] = sum;
  }
}

/**
 * As {@link multiply}, with `magnitudes[m, n] = Σ_k |a[m, k] · b[n, k]|` beside it.
 *
 * @param magnitudes [rows, columns], overwritten.
 */
export function multiplyWithMagnitudes(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  magnitudes: Float64Array,
  rows: number,
  columns: number,
  K: number,
): void {
  const pairedRows = rows - (rows % 2);
  const pairedColumns = columns - (columns % 2);
  for (let m = 0; m < pairedRows; m += 2) {
    for (let n = 0; n < pairedColumns; n += 2) magnitudeTile(a, b, out, magnitudes, m, n, columns, K);
    for (let n = pairedColumns; n < columns; n++) {
      magnitudeEdge(a, b, out, magnitudes, m, m + 2, n, columns, K);
    }
  }
  for (let n = 0; n < columns; n++) magnitudeEdge(a, b, out, magnitudes, pairedRows, rows, n, columns, K);
}

function magnitudeTile(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  magnitudes: Float64Array,
  m: number,
  n: number,
  columns: number,
  K: number,
): void {
  const a0 = m * K;
  const a1 = a0 + K;
  const b0 = n * K;
  const b1 = b0 + K;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let t00 = 0;
  let t01 = 0;
  let t10 = 0;
  let t11 = 0;
  for (let k = 0; k < K; k++) {
    const x = b[b0 + k]!;
    const y = b[b1 + k]!;
    const v0 = a[a0 + k]!;
    const p00 = v0 * x;
    s00 += p00;
    t00 += Math.abs(p00);
    const p01 = v0 * y;
    s01 += p01;
    t01 += Math.abs(p01);
    const v1 = a[a1 + k]!;
    const p10 = v1 * x;
    s10 += p10;
    t10 += Math.abs(p10);
    const p11 = v1 * y;
    s11 += p11;
    t11 += Math.abs(p11);
  }
  const at = m * columns + n;
  out[at] = s00;
  out[at + 1] = s01;
  out[at + columns] = s10;
  out[at + columns + 1] = s11;
  magnitudes[at] = t00;
  magnitudes[at + 1] = t01;
  magnitudes[at + columns] = t10;
  magnitudes[at + columns + 1] = t11;
}

function magnitudeEdge(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  magnitudes: Float64Array,
  firstRow: number,
  endRow: number,
  n: number,
  columns: number,
  K: number,
): void {
  for (let m = firstRow; m < endRow; m++) {
    let sum = 0;
    let magnitude = 0;
    for (let k = 0; k < K; k++) {
      const product = a[m * K + k]! * b[n * K + k]!;
      sum += product;
      magnitude += Math.abs(product);
    }
    out[m * columns + n] = sum;
    magnitudes[m * columns + n] = magnitude;
  }
}

/**
 * `sums[k] += Σ_n b[n, k]²`, eight rows at once: one at a time, storing the sums takes longer than all the rest.
 *
 * @param b [rows, K]
 * @param sums [K]
 */
export function addSquares(b: Float64Array, rows: number, K: number, sums: Float64Array): void {
  const whole = rows - (rows % 8);
  for (let n = 0; n < whole; n += 8) {
    for (let k = 0; k < K; k++) {
      const at = n * K + k;
      const b0 = b[at]!;
      const b1 = b[at + K]!;
      const b2 = b[at + 2 * K]!;
      const b3 = b[at + 3 * K]!;
      const b4 = b[at + 4 * K]!;
      const b5 = b[at + 5 * K]!;
      const b6 = b[at + 6 * K]!;
      const b7 = b[at + 7 * K]!;
      sums[k]! += b0 * b0 + b1 * b1 + (b2 * b2 + b3 * b3) + (b4 * b4 + b5 * b5 + (b6 * b6 + b7 * b7));
    }
  }
  for (let n = whole; n < rows; n++) {
    for (let k = 0; k < K; k++) sums[k]! += b[n * K + k]! * b[n * K + k]!;
  }
}

/** Σ_i a[i] · b[i]. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
