/**
 * A whole number of `bits` bits, stored unsigned: the code of value v is v + 2^(bits − 1) if signed (excess coding, as
 * GPTQ, AWQ, Marlin, ONNX Runtime and ggml's Q4_0 store it) and v itself if not.
 */
export interface IntegerElement {
  readonly kind: 'integer';
  readonly bits: number;
  readonly signed: boolean;
}

/** What the code of one weight means, before scale and zero point. Told apart by `kind`. */
export type Element = IntegerElement;

/** Every element codec by its name. */
export const ELEMENTS = {
  int4: { kind: 'integer', bits: 4, signed: true },
  uint4: { kind: 'integer', bits: 4, signed: false },
  int8: { kind: 'integer', bits: 8, signed: true },
  uint8: { kind: 'integer', bits: 8, signed: false },
} as const satisfies Record<string, Element>;

/** The name of an element codec: `int4`, `uint8`, … */
export type ElementName = keyof typeof ELEMENTS;

/** All names of {@link ELEMENTS}, in the order shown to users. */
export const ELEMENT_NAMES = Object.keys(ELEMENTS) as [ElementName, ...ElementName[]];

/** The code whose value is zero where no zero point is stored. */
export const zeroCode = (element: Element): number => (element.signed ? 2 ** (element.bits - 1) : 0);
