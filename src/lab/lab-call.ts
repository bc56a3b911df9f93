import type { RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { type Lab, LAB_METHODS, type ProgressListener } from './lab.ts';

/** One call of a lab's method: plain data. */
export interface LabCall {
  readonly method: keyof Lab;
  readonly args: readonly unknown[];
}

/** Carries a call out. What the method does not listen to goes unheard. */
export type Invoke = (call: LabCall, signal: AbortSignal, onProgress: ProgressListener) => Promise<unknown>;

const NEVER = new AbortController().signal;
/** Listens where nobody does. */
export const UNHEARD: ProgressListener = () => undefined;

/** A lab all of whose methods are carried out by `invoke`. */
export function labOf(invoke: Invoke): Lab {
  const methodOf = (method: keyof Lab): unknown => {
    const { args } = LAB_METHODS[method];
    return (...given: readonly unknown[]) => {
      const [signal = NEVER, onProgress = UNHEARD] = given.slice(args) as [AbortSignal?, ProgressListener?];
      return invoke({ method, args: given.slice(0, args) }, signal, onProgress);
    };
  };
  const names = Object.keys(LAB_METHODS) as (keyof Lab)[];
  // LAB_METHODS is checked against Lab, row by row.
  return Object.fromEntries(names.map((name) => [name, methodOf(name)])) as unknown as Lab;
}

/** The other way round: carries calls out by a lab's methods. */
export const invokeOn =
  (lab: Lab): Invoke =>
  ({ method, args }, signal, onProgress) => {
    const methods = lab as unknown as Record<keyof Lab, (...all: readonly unknown[]) => Promise<unknown>>;
    const { args: count, hears } = LAB_METHODS[method];
    const rest = hears === 'nothing' ? [] : hears === 'signal' ? [signal] : [signal, onProgress];
    // JSON, which may have carried them, has no undefined.
    const given = args.slice(0, count).map((argument) => argument ?? undefined);
    return methods[method](...given, ...rest);
  };

/** What a call gave, its results changed by the spec that each is about. */
export function mapResults(
  { method, args }: LabCall,
  value: unknown,
  change: (result: Result, spec: Spec) => Result,
): unknown {
  const { gives } = LAB_METHODS[method];
  if (gives === 'result') return change(value as Result, args[0] as Spec);
  if (gives !== 'record') return value;
  const record = value as RecordFile;
  const specs = args[0] as readonly Spec[];
  return { ...record, results: record.results.map((result, i) => change(result, specs[i]!)) };
}
