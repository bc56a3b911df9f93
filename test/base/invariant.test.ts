import { expect, test } from 'vitest';
import { invariant, unreachable } from '../../src/base/invariant.ts';

test('a guarantee that fails throws with its message, one that holds does not', () => {
  expect(() => {
    invariant(false, 'tiles cover the matrix');
  }).toThrow('Internal error: tiles cover the matrix');
  expect(() => {
    invariant(true, 'tiles cover the matrix');
  }).not.toThrow();
});

test('a value outside a union is named', () => {
  expect(() => unreachable('red' as never)).toThrow('Internal error: unexpected value "red"');
});
