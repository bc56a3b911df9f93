/**
 * Solves the symmetric positive definite system `A x = b` by Cholesky's factorization.
 *
 * @param matrix [n, n], row-major; only its lower triangle is read.
 * @param right [n].
 * @returns x, [n]; a direction in which the matrix is numerically singular gets 0.
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const lower = Float64Array.from(matrix);
  const x = Float64Array.from(right);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = lower[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i === j) lower[j * n + j] = sum > 1e-12 * Math.abs(matrix[j * n + j]!) ? Math.sqrt(sum) : Infinity;
      else lower[i * n + j] = sum / lower[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * n + k]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= lower[k * n + i]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  return x;
}
