import { decodeSmallFloat, type FloatElement } from './float-element.ts';

/**
 * Evenly spaced values: the value of a code is `step · code − offset`. Signed integers are stored in excess coding (as
 * GPTQ, AWQ, Marlin, ONNX Runtime and ggml's Q4_0 store them), bipolar ones are the odd numbers around zero.
 */
export interface LinearElement {
  readonly kind: 'linear';
  readonly bits: number;
  /** A power of two. */
  readonly step: number;
  readonly offset: number;
  /** Codes in use, from 0 on: 2^bits, or 3 for ternary. */
  readonly codes: number;
}

/** Any values: a table by code. */
export interface CodebookElement {
  readonly kind: 'codebook';
  readonly bits: number;
  /** [at most 2^bits], each exactly an f32. */
  readonly values: readonly number[];
}

/** What the code of one weight means, before scale, zero point and minimum. Told apart by `kind`. */
export type Element = LinearElement | FloatElement | CodebookElement;

/** Codes in use: 0 … codeCount − 1. */
export function codeCount(element: Element): number {
  switch (element.kind) {
    case 'linear':
      return element.codes;
    case 'float':
      return 2 ** element.bits;
    case 'codebook':
      return element.values.length;
  }
}

/** The value of a code, exact; NaN or ±Infinity for codes that stand for those. */
export function decodeElement(element: Element, code: number): number {
  switch (element.kind) {
    case 'linear':
      return element.step * code - element.offset;
    case 'float':
      return decodeSmallFloat(element, code);
    case 'codebook':
      return element.values[code] ?? NaN;
  }
}

/** The value of every pattern of `bits` bits, [2^bits]; NaN for those that are no code of the element. */
export function elementValues(element: Element): Float64Array<ArrayBuffer> {
  const values = new Float64Array(2 ** element.bits).fill(NaN);
  for (let code = 0; code < codeCount(element); code++) values[code] = decodeElement(element, code);
  return values;
}

/** The finite codes of an element by ascending value, ties by ascending code. */
export function codesByValue(element: Element): readonly { readonly code: number; readonly value: number }[] {
  return Array.from(elementValues(element), (value, code) => ({ code, value }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.value - b.value || a.code - b.code);
}
