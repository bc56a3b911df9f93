import type { Environment, Result } from '../../src/io/record.ts';
import type { Axis } from '../../src/lab/axes.ts';
import { type FormatPoint, weightBytesOf } from '../../src/lab/format-points.ts';
import type { SweepOutcome } from '../../src/lab/sweep.ts';

/** One point as a plot takes it; times [ns], rates in 10⁹ a second, sizes [bytes]. */
interface GridPoint {
  readonly at: Readonly<Record<string, string>>;
  readonly status: Result['status'];
  readonly reason?: string | undefined;
  readonly kernel?: string | undefined;
  readonly params?: Readonly<Record<string, number>> | undefined;
  readonly medianNs?: number | undefined;
  readonly ciLowNs?: number | undefined;
  readonly ciHighNs?: number | undefined;
  readonly cache?: 'hot' | 'cold' | undefined;
  readonly gflops?: number | undefined;
  readonly gbps?: number | undefined;
  /** Of the roof that binds, and which that is; where peaks are known. */
  readonly percentOfPeak?: number | undefined;
  readonly boundBy?: string | undefined;
  readonly weightBytes?: number | undefined;
  readonly relRmse?: number | undefined;
}

/** What `sweep --grid` writes: data for heat maps, lines and the front of formats. */
export interface GridFile {
  readonly schemaVersion: 1;
  readonly environment: Environment;
  readonly axes: readonly Axis[];
  /** In the order of the axes, the last changing fastest. */
  readonly points: readonly GridPoint[];
  /** Each format's fastest point, where all are of one weight matrix; `point` is an index into `points`. */
  readonly formats: readonly FormatPoint[];
}

/** The points of a sweep by their places. */
export const gridFile = (
  axes: readonly Axis[],
  outcomes: readonly SweepOutcome[],
  formats: readonly FormatPoint[],
  environment: Environment,
): GridFile => ({ schemaVersion: 1, environment, axes, points: outcomes.map(gridPoint), formats });

function gridPoint({ at, outcome }: SweepOutcome): GridPoint {
  if ('rejected' in outcome) return { at, status: 'unsupported', reason: outcome.rejected };
  const { status, reason, kernel, quantization } = outcome;
  // A time that was refused is none.
  const figures = status === 'ok' ? figuresOf(outcome) : {};
  return {
    ...{ at, status, reason },
    ...{ kernel: kernel?.variant, params: kernel?.params },
    ...figures,
    ...{ weightBytes: weightBytesOf(outcome), relRmse: quantization?.relRmse },
  };
}

function figuresOf({ timing, derived }: Result): Partial<GridPoint> {
  return {
    ...{ medianNs: timing?.medianNs, ciLowNs: timing?.ciLowNs, ciHighNs: timing?.ciHighNs },
    cache: timing?.cache,
    ...{ gflops: derived?.gflops.value, gbps: derived?.gbps.value },
    ...{ percentOfPeak: derived?.percentOfPeak?.value, boundBy: derived?.boundBy },
  };
}
