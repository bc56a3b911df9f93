import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { PortabilityTime } from './portability.ts';

/** Times of several machines and what is known of each case, as {@link portability} and its rule take them. */
export interface PortabilityInput {
  readonly times: readonly PortabilityTime[];
  /** Numbers about each case by its name: M, N, K and limits of the adapter. */
  readonly features: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

/** Limits that tell adapters apart. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'subgroupMinSize',
  'subgroupMaxSize',
];

/**
 * The times in records of several machines. A case is an adapter and all of a spec but its kernel; a configuration is the
 * kernel and the parameters that it ran with. A wrong result counts as failed.
 */
export function portabilityInput(records: readonly RecordFile[]): PortabilityInput {
  const features = new Map<string, Readonly<Record<string, number>>>();
  const times = records.flatMap(({ environments, results }) =>
    results.map((result): PortabilityTime => {
      const environment = environments[result.environment]!;
      const name = caseName(environment, result);
      features.set(name, featuresOf(environment, result));
      return {
        case: name,
        configuration: configurationName(result),
        time: result.status === 'ok' ? result.timing?.medianNs : undefined,
      };
    }),
  );
  return { times, features };
}

function caseName({ adapter }: Environment, { spec }: Result): string {
  const machine = adapter.description || `${adapter.vendor} ${adapter.architecture}`;
  const types = [
    spec.format,
    spec.group,
    spec.scale,
    spec.layout,
    spec.activation,
    spec.accumulator,
    spec.cache,
  ];
  return `${machine}: ${spec.m} × ${spec.n} × ${spec.k}, ${types.join(' ')}`;
}

function configurationName({ spec, kernel }: Result): string {
  const params = Object.entries(kernel?.params ?? spec.params).sort(([a], [b]) => (a < b ? -1 : 1));
  return [kernel?.variant ?? spec.kernel, ...params.map(([name, value]) => `${name}=${value}`)].join(' ');
}

function featuresOf({ limits }: Environment, { spec }: Result): Readonly<Record<string, number>> {
  const known = LIMITS.flatMap((name) => (limits[name] === undefined ? [] : [[name, limits[name]] as const]));
  return { M: spec.m, N: spec.n, K: spec.k, ...Object.fromEntries(known) };
}
