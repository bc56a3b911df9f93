import * as v from 'valibot';
import { PeaksSchema } from './peaks.ts';
import { boolean, describeIssues, finite as number, oneOf, text, wholeNumber } from './schema.ts';
import { SpecSchema } from './spec.ts';

const index = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** A rate or count and how it was got. */
const DerivedSchema = v.object({ value: number, kind: oneOf(['measured', 'exact', 'modelled']) });

/** The version of the record that this code writes and reads. */
const SCHEMA_VERSION = 1;

/** One machine, engine and adapter. */
export const EnvironmentSchema = v.object({
  engine: text,
  adapter: v.object({ vendor: text, architecture: text, description: text, software: boolean }),
  features: v.array(text),
  limits: v.record(text, number),
  timer: v.object({ source: oneOf(['timestamp-query', 'wall-clock']), stepNs: number }),
  versions: v.record(text, text),
  /** What the adapter can do at best, where it was measured. */
  peaks: v.optional(PeaksSchema),
});

/** Why integer-exact data do not apply, where one-hot data took their place and matched. */
export const ONE_HOT_PASSED = 'sums of these values cannot stay exact; one-hot data match bit for bit';

/** The checks of a verification beside the bound of each output, in the order in which they are told. */
const CHECKS = ['structure', 'precision', 'size', 'order', 'races', 'bounds', 'memory'] as const;

/**
 * One check of a verification. `structure`: integer-exact or one-hot data, bit for bit; `precision`: rows of one term, judged by that
 * term's own roundings; `size`: the error as a whole against what the declared roundings make; `order`: lanes permuted;
 * `races`: two lanes at one element of workgroup memory between two barriers; `bounds`: nothing read or written behind the ends of
 * buffers; `memory`: nothing kept between timed dispatches.
 */
const CheckSchema = v.object({
  check: oneOf(CHECKS),
  outcome: oneOf(['passed', 'failed', 'not made']),
  /** A sentence: what a kernel that passes is not, what failed, or why the check could not be made. */
  says: text,
});

/** How an output was checked and what was found; numbers that are not finite are stored as 1e308. */
export const VerificationSchema = v.object({
  passed: boolean,
  mode: oneOf(['full', 'sampled']),
  checkedElements: number,
  maxAbsError: number,
  maxRelError: number,
  maxUlp: number,
  nmse: number,
  /** The largest `nmse` that the declared roundings explain; above it the kernel computes in less precision than declared. */
  nmseExpected: v.optional(number),
  boundRatio: number,
  /** `passed`, `failed`, {@link ONE_HOT_PASSED}, or the reason that neither integer-exact nor one-hot data apply. */
  integerExact: text,
  /**
   * Chance that a wrong kernel passes: that integer-exact data miss any set of wrong outputs, or, where there are no such
   * data, that the samples of the real data miss one wrong output below `smallestDetectable`; 0 where all are compared.
   */
  missProbability: number,
  /** Smallest error of a single output on the real data that cannot pass; 0 where all are compared. */
  smallestDetectable: number,
  unwritten: number,
  nonFinite: number,
  firstWrong: v.optional(v.object({ m: number, n: number, got: number, expected: number })),
  /** Which checks were made and what each showed; a kernel that fails one is wrong. */
  checks: v.optional(v.array(CheckSchema)),
  /** What is wrong with activations that the GPU quantized, as a part of a sentence. */
  activationFault: v.optional(text),
  /**
   * Of activations that the GPU quantized: the errors of the outputs against the product with the activations before. The
   * figures above are against the product with what they became.
   */
  againstUnquantizedActivations: v.optional(
    v.object({ maxAbsError: number, maxRelError: number, nmse: number }),
  ),
});

/** Samples of one experiment's time [ns per dispatch] and their summary. */
export const TimingSchema = v.object({
  samplesNs: v.array(number),
  dispatchesPerSample: number,
  medianNs: v.pipe(number, v.gtValue(0, 'a number above 0')),
  ciLowNs: number,
  ciHighNs: number,
  p5Ns: number,
  p95Ns: number,
  cache: oneOf(['hot', 'cold']),
  converged: boolean,
  throttledRounds: number,
  /**
   * Whether it could be judged how samples depend on those before them. The interval allows for it where it could, and takes them
   * as independent where they are too few.
   */
  dependence: v.optional(oneOf(['judged', 'not judged'])),
  /** Where it could: how many independent samples would tell the median as well. */
  effectiveSamples: v.optional(number),
  /** Indices into `samplesNs` of what lies beyond Tukey's fences; kept in every statistic. */
  outliers: v.optional(v.array(index)),
  /** Samples for which the timer gave no positive time; they are in no statistic. */
  droppedSamples: v.optional(number),
  /** Indices into `samplesNs` of samples on a GPU that had slowed down and recovered after a pause; in no statistic. */
  throttled: v.optional(v.array(index)),
  /** Indices into `samplesNs` of samples taken while the page went to the background; in no statistic. */
  hidden: v.optional(v.array(index)),
  /** Whether a sample is the mean of its dispatches, or the slope of time over a rising number of them. */
  sampling: v.optional(oneOf(['mean', 'slope'])),
  /** Cold cache: bytes of packed weights that the dispatches read in turn, the scales of both sets of operands included. */
  coldBytes: v.optional(number),
  /** Bytes that the second of two sets of operands has of its own, activations included: a hot cache holds them, too. */
  secondBytes: v.optional(number),
});

/** A number of the product which its type cannot hold, whatever the kernel; see `Beyond` of the reference. */
const BeyondSchema = v.object({
  type: oneOf(['f32', 'f16']),
  of: oneOf(['output', 'sum', 'weight']),
  value: number,
  m: v.optional(index),
  n: index,
  k: v.optional(index),
});

/** How one experiment ended. */
export const ResultSchema = v.object({
  environment: index,
  spec: SpecSchema,
  status: oneOf(['ok', 'wrong', 'unsupported', 'failed']),
  reason: v.optional(text),
  /** Where the product does not fit its types: then the status is `unsupported`, though a plan allows the configuration. */
  beyond: v.optional(BeyondSchema),
  retries: number,
  /** What a reader should know of the conditions, as sentences: a battery, a software adapter. */
  warnings: v.optional(v.array(text)),
  verification: v.optional(VerificationSchema),
  timing: v.optional(TimingSchema),
  derived: v.optional(
    v.object({
      flops: DerivedSchema,
      bytes: DerivedSchema,
      gflops: DerivedSchema,
      gbps: DerivedSchema,
      percentOfPeak: v.optional(DerivedSchema),
      boundBy: v.optional(text),
    }),
  ),
  kernel: v.optional(
    v.object({
      variant: text,
      params: v.record(text, number),
      wgslSha256: text,
      workgroups: number,
      workgroupSize: number,
      workgroupBytes: number,
      compileNs: number,
      /** The first run by the wall clock, with what the driver leaves until then. */
      firstRunNs: v.optional(number),
    }),
  ),
  quantization: v.optional(
    v.object({
      bitsPerWeight: number,
      /** √(Σ(w − ŵ)² / Σw²) against the weights before quantization; 0 where they came quantized. */
      relRmse: number,
      /** The format in which the weights came, where they were quantized again. */
      requantizedFrom: v.optional(text),
    }),
  ),
});

/** A verdict on two results measured in the same process. */
export const ComparisonSchema = v.object({
  /** Indices into the results. */
  a: index,
  b: index,
  /** Time of b ÷ time of a. */
  ratio: number,
  /** The interval of the ratio, which holds in 95 of 100 comparisons whenever one stops. */
  ciLow: number,
  ciHigh: number,
  /** What the ratio must differ from 1 by: 1 %, or the noise of the ratio. */
  marginPct: number,
  verdict: oneOf(['FASTER', 'SLOWER', 'SAME', 'UNCLEAR']),
  tieGroup: v.optional(number),
});

/** A record file: what `--json` writes and what every reader validates. */
export const RecordSchema = v.object({
  schemaVersion: v.literal(SCHEMA_VERSION, String(SCHEMA_VERSION)),
  environments: v.array(EnvironmentSchema),
  results: v.array(ResultSchema),
  comparisons: v.array(ComparisonSchema),
});

/** One machine, engine and adapter. */
export type Environment = v.InferOutput<typeof EnvironmentSchema>;
/** How an output was checked and what was found. */
export type Verification = v.InferOutput<typeof VerificationSchema>;
/** One check of a verification and what it showed. */
export type Check = v.InferOutput<typeof CheckSchema>;
/** Samples of one experiment's time [ns per dispatch] and their summary. */
export type Timing = v.InferOutput<typeof TimingSchema>;
/** How one experiment ended, as the record stores it. */
export type Result = v.InferOutput<typeof ResultSchema>;
/** A verdict on two results measured in the same process. */
export type Comparison = v.InferOutput<typeof ComparisonSchema>;
/** A record file, validated. */
export type RecordFile = v.InferOutput<typeof RecordSchema>;

/** A record file that cannot be read. The message is for users. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/**
 * Validates a record file's JSON value.
 *
 * @throws RecordError naming each field that is wrong, what it holds and what is allowed.
 */
export function parseRecord(value: unknown): RecordFile {
  const result = v.safeParse(RecordSchema, value, { abortPipeEarly: true });
  if (!result.success) throw new RecordError(describeIssues('The record', result.issues));
  const record = result.output;
  record.results.forEach(({ environment }, i) => {
    checkIndex(`results[${String(i)}].environment`, environment, 'environments', record.environments);
  });
  record.comparisons.forEach(({ a, b }, i) => {
    checkIndex(`comparisons[${String(i)}].a`, a, 'results', record.results);
    checkIndex(`comparisons[${String(i)}].b`, b, 'results', record.results);
  });
  return record;
}

function checkIndex(field: string, index: number, list: string, { length }: readonly unknown[]): void {
  if (index < length) return;
  throw new RecordError(
    `${field} is ${String(index)}, but the record's ${list} number ${String(length)}, counted from 0.`,
  );
}
