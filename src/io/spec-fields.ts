import { SHAPES } from './shapes.ts';
import type { Spec } from './spec.ts';

/** Fields of a spec as a user gave them: not validated yet. */
export type SpecFields = Partial<Record<keyof Spec, unknown>>;

/** A text that is no value of a field. The message is for users. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  /** The field's name, where the message begins with it. */
  readonly field: string | undefined;
  constructor(message: string, field?: string) {
    super(message);
    this.field = field;
  }
}

type Reader = (value: string) => SpecFields;

const text =
  (field: keyof Spec): Reader =>
  (value) => ({ [field]: value });

const whole =
  (field: keyof Spec): Reader =>
  (value) => ({ [field]: readWhole(field, value) });

/** What users call the fields of a spec, on the command line with dashes before it. */
const READERS: Readonly<Record<string, Reader>> = {
  shape: readShape,
  m: whole('m'),
  n: whole('n'),
  k: whole('k'),
  weights: text('weights'),
  format: text('format'),
  group: (value) => ({ group: value.toUpperCase() === 'K' ? 'K' : readWhole('group', value) }),
  scale: text('scale'),
  'zero-point': (value) => ({ zeroPoint: ZERO_POINTS.get(value) ?? value }),
  'second-level': text('secondLevel'),
  rule: text('rule'),
  layout: text('layout'),
  act: text('activation'),
  acc: text('accumulator'),
  epilogue: text('epilogue'),
  output: text('output'),
  kernel: text('kernel'),
  seed: whole('seed'),
  protocol: text('protocol'),
  cache: text('cache'),
  checks: text('checks'),
};

/** Zero points that a spec does not have as words. */
const ZERO_POINTS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** Whether users know a field by this name. */
export const isFieldName = (name: string): boolean => Object.hasOwn(READERS, name);

/**
 * The fields that a text sets.
 *
 * @param name of {@link isFieldName}.
 * @throws FieldError if the text is no value of it.
 */
export const readField = (name: string, value: string): SpecFields => READERS[name]!(value);

function readWhole(field: string, value: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new FieldError(`${field} is ${JSON.stringify(value)}: it must be a whole number.`, field);
}

function readShape(value: string): SpecFields {
  const shape = SHAPES.find(({ name }) => name === value);
  if (shape) return { n: shape.N, k: shape.K };
  throw new FieldError(`There is no shape ${JSON.stringify(value)}.`);
}
