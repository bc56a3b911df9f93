import { describe, expect, test } from 'vitest';
import { npyHeader, type NpyValues } from '../../src/io/npy.ts';

/**
 * A header read as NumPy's format description (NEP 1, version 1.0) says: magic, two bytes of version, a little-endian u16 of the
 * length of what follows, and that is a Python literal that ends in a newline, in all a multiple of 64 bytes.
 */
function readHeader(bytes: Uint8Array): { descr: string; fortran: string; shape: string } {
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  expect(bytes[8]! + 256 * bytes[9]!).toBe(bytes.length - 10);
  expect(bytes.length % 64).toBe(0);
  const text = String.fromCharCode(...bytes.subarray(10));
  expect(text).toMatch(/ *\n$/);
  const literal = /^\{'descr': '(.*?)', 'fortran_order': (\w+), 'shape': \((.*?)\), \} *\n$/.exec(text);
  const [, descr = '', fortran = '', shape = ''] = literal ?? [];
  return { descr, fortran, shape };
}

describe('the header of an .npy file', () => {
  test.each<[NpyValues, number[], string, string]>([
    [new Float32Array(6), [2, 3], '<f4', '2, 3'],
    [new Float64Array(6), [3, 2], '<f8', '3, 2'],
    [new Float32Array(5), [5], '<f4', '5,'],
    // Longer than what fits the first 64 bytes.
    [new Float64Array(0), [1048576, 1048576, 0], '<f8', '1048576, 1048576, 0'],
  ])('has the type and the shape of %o as %j', (values, shape, descr, written) => {
    expect(readHeader(npyHeader(values, shape))).toEqual({ descr, fortran: 'False', shape: written });
  });
});
