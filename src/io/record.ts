import * as v from 'valibot';
import { SpecSchema } from './spec.ts';

const text = v.string();
const number = v.number();
const boolean = v.boolean();

/** A rate or count and how it was got. */
const DerivedSchema = v.object({ value: number, kind: v.picklist(['measured', 'exact', 'modelled']) });

/** One machine, engine and adapter. */
export const EnvironmentSchema = v.object({
  engine: text,
  adapter: v.object({ vendor: text, architecture: text, description: text, software: boolean }),
  features: v.array(text),
  limits: v.record(text, number),
  timer: v.object({ source: v.picklist(['timestamp-query', 'wall-clock']), stepNs: number }),
  versions: v.record(text, text),
});

/** How an output was checked and what was found; numbers that are not finite are stored as 1e308. */
export const VerificationSchema = v.object({
  passed: boolean,
  mode: v.picklist(['full', 'sampled']),
  checkedElements: number,
  maxAbsError: number,
  maxRelError: number,
  maxUlp: number,
  nmse: number,
  boundRatio: number,
  /** `passed`, `failed`, or the reason that neither integer-exact nor one-hot data apply. */
  integerExact: text,
  missProbability: number,
  smallestDetectable: number,
  unwritten: number,
  nonFinite: number,
  firstWrong: v.optional(v.object({ m: number, n: number, got: number, expected: number })),
});

/** Samples of one experiment's time [ns per dispatch] and their summary. */
export const TimingSchema = v.object({
  samplesNs: v.array(number),
  dispatchesPerSample: number,
  medianNs: number,
  ciLowNs: number,
  ciHighNs: number,
  p5Ns: number,
  p95Ns: number,
  cache: v.picklist(['hot', 'cold']),
  converged: boolean,
  throttledRounds: number,
});

/** How one experiment ended. */
export const ResultSchema = v.object({
  environment: number,
  spec: SpecSchema,
  status: v.picklist(['ok', 'wrong', 'unsupported', 'failed']),
  reason: v.optional(text),
  retries: number,
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
    }),
  ),
  quantization: v.optional(v.object({ bitsPerWeight: number, relRmse: number })),
});

/** A verdict on two results measured in the same process. */
export const ComparisonSchema = v.object({
  a: number,
  b: number,
  /** Time of b ÷ time of a. */
  ratio: number,
  ciLow: number,
  ciHigh: number,
  marginPct: number,
  verdict: v.picklist(['FASTER', 'SLOWER', 'SAME', 'UNCLEAR']),
  tieGroup: v.optional(number),
});

/** A record file: what `--json` writes and what every reader validates. */
export const RecordSchema = v.object({
  schemaVersion: v.literal(1),
  environments: v.array(EnvironmentSchema),
  results: v.array(ResultSchema),
  comparisons: v.array(ComparisonSchema),
});

export type Environment = v.InferOutput<typeof EnvironmentSchema>;
export type Verification = v.InferOutput<typeof VerificationSchema>;
export type Timing = v.InferOutput<typeof TimingSchema>;
/** How one experiment ended, as the record stores it. */
export type Result = v.InferOutput<typeof ResultSchema>;
export type Comparison = v.InferOutput<typeof ComparisonSchema>;
export type RecordFile = v.InferOutput<typeof RecordSchema>;
