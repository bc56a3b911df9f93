import { BITBLAS_FP4, BNB_FP4, IQ4_NL, NF4 } from './codebooks.ts';
import type { CodebookElement, Element, LinearElement } from './element.ts';
import type { FloatElement, TopExponent } from './float-element.ts';

/** A format that cannot be had. The message is for users. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Weights that hold a code or a scale that is no number. The message is for users. */
export class NonNumberError extends FormatError {}

const linear = (bits: number, offset: number, step = 1, codes = 2 ** bits): LinearElement => ({
  kind: 'linear',
  bits,
  step,
  offset,
  codes,
});

const float = (exponentBits: number, mantissaBits: number, top: TopExponent = 'finite'): FloatElement => ({
  kind: 'float',
  bits: 1 + exponentBits + mantissaBits,
  exponentBits,
  mantissaBits,
  bias: 2 ** (exponentBits - 1) - 1,
  top,
  saturates: true,
});

const codebook = (values: readonly number[]): CodebookElement => ({
  kind: 'codebook',
  bits: Math.ceil(Math.log2(values.length)),
  values,
});

const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8];
const each = (prefix: string, make: (bits: number) => Element): Record<string, Element> =>
  Object.fromEntries(WIDTHS.map((bits) => [`${prefix}${String(bits)}`, make(bits)]));

/** Every named element codec, in the order shown to users. */
const ELEMENTS: Readonly<Record<string, Element>> = {
  ...each('int', (bits) => linear(bits, 2 ** (bits - 1))),
  ...each('uint', (bits) => linear(bits, 0)),
  ...each('bipolar', (bits) => linear(bits, 2 ** bits - 1, 2)),
  ternary: linear(2, 1, 1, 3),
  'int2-ggml': linear(2, 1),
  'int3-mlc': linear(3, 3),
  'int4-mlc': linear(4, 7),
  'int8-mx': linear(8, 2, 2 ** -6),
  e1m1: float(1, 1),
  e1m2: float(1, 2),
  e2m1: float(2, 1),
  e1m3: float(1, 3),
  e2m2: float(2, 2),
  e3m1: float(3, 1),
  e2m3: float(2, 3),
  e3m2: float(3, 2),
  e4m1: float(4, 1),
  e2m4: float(2, 4),
  e3m3: float(3, 3),
  e4m2: float(4, 2),
  e5m1: float(5, 1),
  e4m3: float(4, 3, 'nan'),
  e5m2: float(5, 2, 'ieee'),
  nf4: codebook(NF4),
  'fp4-bnb': codebook(BNB_FP4),
  'fp4-bitblas': codebook(BITBLAS_FP4),
  'iq4-nl': codebook(IQ4_NL),
};

/** The names of all element codecs that have one. */
export const ELEMENT_NAMES = Object.keys(ELEMENTS) as [string, ...string[]];

/** What may be written besides a name of {@link ELEMENT_NAMES}. */
export const FREE_ELEMENTS =
  'eXmY:bias=B,top=finite|ieee|nan,overflow=saturate|infinity (X from 1, 1 + X + Y at most 8), or table:V,V,… of 2 to 256 values';

const parsed = new Map<string, Element>();
const REMEMBERED = 256;

/**
 * The element that a name says: one of {@link ELEMENT_NAMES} or {@link FREE_ELEMENTS}.
 *
 * @throws FormatError saying what is wrong with the name and what there is.
 */
export function parseElement(name: string): Element {
  if (Object.hasOwn(ELEMENTS, name)) return ELEMENTS[name]!;
  const known = parsed.get(name);
  if (known) return known;
  const element = name.startsWith('table:') ? parseTable(name) : parseFloat(name);
  if (parsed.size >= REMEMBERED) parsed.clear();
  parsed.set(name, element);
  return element;
}

function parseTable(name: string): CodebookElement {
  const texts = name.slice('table:'.length).split(',');
  const values = texts.map((text) => Number(text));
  const wrong = values.findIndex(
    (value, i) => texts[i]!.trim() === '' || !Number.isFinite(Math.fround(value)),
  );
  if (wrong >= 0) {
    throw new FormatError(
      `Value ${String(wrong)} of the table is ${JSON.stringify(texts[wrong])}: each must be a finite f32.`,
    );
  }
  if (values.length < 2 || values.length > 256) {
    throw new FormatError(`The table has ${String(values.length)} values: it must have 2 to 256.`);
  }
  const tiny = values.find((value) => value !== 0 && Math.abs(Math.fround(value)) < 2 ** -126);
  if (tiny !== undefined) {
    throw new FormatError(
      `${String(tiny)} is a subnormal f32, which GPUs may read as 0: scale the table up.`,
    );
  }
  return codebook(values.map(Math.fround));
}

const FLOAT = /^e(\d)m(\d)(?::(.+))?$/;

function parseFloat(name: string): FloatElement {
  const [, e, m, options] = FLOAT.exec(name) ?? [];
  if (e === undefined || m === undefined) {
    throw new FormatError(
      `There is no element ${JSON.stringify(name)}: there are ${ELEMENT_NAMES.join(', ')}, and ${FREE_ELEMENTS}.`,
    );
  }
  const exponentBits = Number(e);
  const mantissaBits = Number(m);
  if (exponentBits < 1 || 1 + exponentBits + mantissaBits > 8 || exponentBits + mantissaBits < 1) {
    throw new FormatError(
      `${name.split(':')[0]!} has ${String(1 + exponentBits + mantissaBits)} bits and ${e} of exponent: at least 1 of exponent and at most 8 in all can be had.`,
    );
  }
  const named = ELEMENTS[`e${e}m${m}`];
  let element = named?.kind === 'float' ? named : float(exponentBits, mantissaBits);
  for (const option of options?.split(',') ?? []) element = withOption(element, option);
  return checkFloat(name, element);
}

const TOPS: readonly TopExponent[] = ['finite', 'ieee', 'nan'];

function withOption(element: FloatElement, option: string): FloatElement {
  const [key, value = ''] = option.split('=');
  if (key === 'bias' && /^-?\d{1,2}$/.test(value)) return { ...element, bias: Number(value) };
  const top = TOPS.find((each) => each === value);
  if (key === 'top' && top) return { ...element, top };
  if (key === 'overflow' && (value === 'saturate' || value === 'infinity')) {
    return { ...element, saturates: value === 'saturate' };
  }
  throw new FormatError(
    `${JSON.stringify(option)} is no option of a float: there are bias=NUMBER, top=${TOPS.join('|')} and overflow=saturate|infinity.`,
  );
}

/** Every value must be a normal f32 with room for a scale. */
const EXPONENT_LIMIT = 40;

function checkFloat(name: string, element: FloatElement): FloatElement {
  const { exponentBits, mantissaBits, bias, top, saturates } = element;
  if (top === 'nan' && mantissaBits === 0) {
    throw new FormatError(
      `${name}: top=nan needs a mantissa bit, for the exponent alone would be no number; take ieee.`,
    );
  }
  if (top === 'ieee' && exponentBits === 1) {
    throw new FormatError(
      `${name}: top=ieee leaves a 1-bit exponent nothing but subnormals; take finite or nan.`,
    );
  }
  if (!saturates && top === 'finite') {
    throw new FormatError(
      `${name}: overflow=infinity needs a code to stand for it; take top=ieee or top=nan.`,
    );
  }
  const least = 1 - bias - mantissaBits;
  const most = 2 ** exponentBits - bias;
  if (least < -EXPONENT_LIMIT || most > EXPONENT_LIMIT) {
    throw new FormatError(
      `${name}: with bias ${String(bias)} the values reach from 2^${String(least)} to 2^${String(most)}; they must stay within 2^±${String(EXPONENT_LIMIT)}.`,
    );
  }
  return element;
}
