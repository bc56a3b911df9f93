import { fingerprint } from '../base/fingerprint.ts';
import type { Environment, RecordFile, Result } from '../io/record.ts';
import { formatOf, type Spec } from '../io/spec.ts';
import { VARIANT_IDS, VARIANTS } from '../kernels/registry.ts';
import type { Tile } from '../kernels/tile.ts';
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
 * kernel and the parameters that it ran with. A wrong result counts as failed; the user's own WGSL is none of our configurations.
 */
export function portabilityInput(records: readonly RecordFile[]): PortabilityInput {
  const features = new Map<string, Readonly<Record<string, number>>>();
  const times = records.flatMap(({ environments, results }) =>
    results.filter(isOurs).map((result): PortabilityTime => {
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

const isOurs = ({ spec }: Result): boolean => spec.wgsl === undefined;

/** An adapter that a browser names by its family alone is told from others of it by what it can do. */
function machineName({ adapter, limits, features }: Environment): string {
  if (adapter.description !== '') return adapter.description;
  const abilities = JSON.stringify([Object.entries(limits).sort(), [...features].sort()]);
  return `${adapter.vendor} ${adapter.architecture} #${fingerprint(abilities)}`;
}

function caseName(environment: Environment, { spec }: Result): string {
  const { engine } = environment;
  const machine = machineName(environment);
  const { format, group, scale, zeroPoint, secondLevel, layout } = spec;
  const { activation, accumulator, epilogue, output, cache } = spec;
  const parts = [
    `${format} group ${group} scale ${scale}`,
    ...(zeroPoint === false ? [] : [`zero point ${zeroPoint === true ? 'stored' : zeroPoint}`]),
    ...(secondLevel === 'none' ? [] : [`second level ${secondLevel}`]),
    layout,
    `${activation} activations`,
    `${accumulator} sums`,
    ...(epilogue === 'none' ? [] : [epilogue]),
    ...(output === 'f32' ? [] : [`${output} outputs`]),
    `${cache} cache`,
  ];
  return `${machine} (${engine}): ${spec.m} × ${spec.n} × ${spec.k}, ${parts.join(', ')}`;
}

/** The kernel and all its parameters; those that a result does not have, as it never ran, are the kernel's defaults. */
function configurationName({ spec, kernel }: Result): string {
  const params = kernel?.params ?? { ...defaultsOf(spec), ...spec.params };
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return [kernel?.variant ?? spec.kernel, ...sorted.map(([name, value]) => `${name}=${value}`)].join(' ');
}

function defaultsOf(spec: Spec): Tile {
  const id = VARIANT_IDS.find((known) => known === spec.kernel);
  if (id === undefined) return {};
  const { m: M, n: N, k: K, layout, activation, accumulator, epilogue, output } = spec;
  const format = formatOf(spec);
  return VARIANTS[id].defaults({ M, N, K, format, layout, activation, accumulator, epilogue, output });
}

function featuresOf({ limits }: Environment, { spec }: Result): Readonly<Record<string, number>> {
  const known = LIMITS.flatMap((name) => (limits[name] === undefined ? [] : [[name, limits[name]] as const]));
  return { M: spec.m, N: spec.n, K: spec.k, ...Object.fromEntries(known) };
}
