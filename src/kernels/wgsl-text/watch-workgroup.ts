import { edited } from './edits.ts';
import { reachedFrom, readModule, type WgslModule } from './module.ts';
import { type Site, watchAccesses } from './watch-accesses.ts';
import { countsOf, type Typed, typedAt, unitsOf } from './workgroup-shape.ts';
import { ADDED, givenAs, invocationsOf, OWN_GROUP, OWN_LANE, wrapEntry } from './wrap-entry.ts';

/** A text that writes a log of its accesses to workgroup memory, and how to read it. */
export interface WatchedText {
  readonly code: string;
  /** Workgroups to dispatch: the first and the last along each axis stand for all. */
  readonly dispatch: readonly [number, number, number];
  readonly sites: readonly Site[];
  readonly variables: readonly WatchedVariable[];
}

/** A variable in workgroup memory. */
export interface WatchedVariable {
  readonly name: string;
  readonly typed: Typed;
}

/** Words in front of the array sizes of a log: lanes of a workgroup, words of half a lane's log, workgroups. */
export const LOG_HEAD = 3;
/** Bits of a log's entry that are a unit's number; those above are the site's. */
export const UNIT_BITS = 18;

/** Names of the binding of the log in messages and in the text. */
const LOG = `${ADDED}log`;

/**
 * Makes one entry point of a module write a log. A lane's log is what it does in the order in which it does it: no two lanes
 * share a word, so that the log is the same however lanes are scheduled. Of a log that is too long the beginning and the
 * end are kept.
 *
 * The log is u32 words: {@link LOG_HEAD}, the sizes of all arrays in the variables in turn, the number of entries of each lane
 * [workgroups][lanes], and the entries [workgroups][2 · half][lanes], those that do not fit in the second half overwriting each
 * other in turn.
 *
 * @param dispatch workgroups of the pass.
 * @param binding of the log.
 * @throws WgslTextError for a text that cannot be followed.
 */
export function watchWorkgroup(
  module: WgslModule,
  entryPoint: string,
  dispatch: readonly [number, number, number],
  binding: number,
): WatchedText {
  const variables = [...module.workgroup].map(([name, type]) => ({ name, typed: typedAt(module, type) }));
  const dispatched = dispatch.map((count) => Math.min(2, count)) as [number, number, number];
  const subgroups = usesMatrices(module, entryPoint);
  const wrapped = readModule(
    wrapEntry(module, entryPoint, {
      before: [
        `${ADDED}begin(${OWN_LANE}, ${OWN_GROUP});`,
        ...(subgroups ? SUBGROUP.map(([name, builtin]) => `${ADDED}${name} = ${givenAs(builtin)};`) : []),
      ],
      lane: OWN_LANE,
      group: `select(${OWN_GROUP}, ${ADDED}GROUPS - 1u, ${OWN_GROUP} == vec3<u32>(1u))`,
      groups: `${ADDED}GROUPS`,
      after: [`${ADDED}end(${OWN_LANE}, ${OWN_GROUP});`],
      ...(subgroups ? { needs: SUBGROUP.map(([, builtin]) => builtin) } : {}),
    }),
  );
  const { edits, functions, sites } = watchAccesses(wrapped, reachedFrom(wrapped, `${ADDED}${entryPoint}`));
  const code = [
    edited(wrapped, edits),
    `@group(0) @binding(${binding}) var<storage, read_write> ${LOG} : array<u32>;`,
    `const ${ADDED}GROUPS = vec3<u32>(${dispatch.join(', ')});`,
    ...firsts(variables),
    ...(subgroups ? SUBGROUP.map(([name]) => `var<private> ${ADDED}${name} : u32;`) : []),
    logging(invocationsOf(module, entryPoint), dispatched, variables),
    functions,
  ].join('\n');
  return { code, dispatch: dispatched, sites, variables };
}

/** What functions for matrices of subgroups divide their notes by, and the inputs that tell. */
const SUBGROUP = [
  ['subgroup_lane', 'subgroup_invocation_id'],
  ['subgroup_lanes', 'subgroup_size'],
] as const;

const usesMatrices = (module: WgslModule, entryPoint: string): boolean =>
  reachedFrom(module, entryPoint).some(({ body }) =>
    module.tokens.slice(body.from, body.to).some(({ text }) => text.startsWith('subgroupMatrix')),
  );

/** Whether an entry point, or what it calls, names a variable in workgroup memory. */
export function usesWorkgroup(module: WgslModule, entryPoint: string): boolean {
  return reachedFrom(module, entryPoint).some(({ body }) =>
    module.tokens
      .slice(body.from, body.to)
      .some(({ kind, text }) => kind === 'name' && module.workgroup.has(text)),
  );
}

/** The number of the first unit of each variable. */
const firsts = (variables: readonly WatchedVariable[]): readonly string[] =>
  variables.map(({ name }, i) => {
    const before = variables.slice(0, i).map(({ typed }) => unitsOf(typed));
    return `const ${ADDED}first_${name} = ${before.join(' + ') || '0u'};`;
  });

function logging(
  lanes: string,
  [x, y, z]: readonly [number, number, number],
  variables: readonly WatchedVariable[],
): string {
  const counts = variables.flatMap(({ typed }) => countsOf(typed));
  const head = [`${ADDED}LANES`, `${ADDED}half`, `${x * y * z}u`, ...counts];
  return `const ${ADDED}LANES = ${lanes};
var<private> ${ADDED}count : u32;
var<private> ${ADDED}half : u32;
var<private> ${ADDED}first : u32;

fn ${ADDED}begin(lane : u32, group : vec3<u32>) {
  let slot = group.x + ${x}u * (group.y + ${y}u * group.z);
  let head = ${head.length}u + ${x * y * z}u * ${ADDED}LANES;
  let words = (arrayLength(&${LOG}) - head) / (${x * y * z}u * ${ADDED}LANES);
  ${ADDED}half = 1u << (30u - countLeadingZeros(words));
  ${ADDED}first = head + slot * 2u * ${ADDED}half * ${ADDED}LANES + lane;
  if (slot == 0u && lane == 0u) {
${head.map((word, i) => `    ${LOG}[${i}] = ${word};`).join('\n')}
  }
}

fn ${ADDED}end(lane : u32, group : vec3<u32>) {
  ${LOG}[${head.length}u + (group.x + ${x}u * (group.y + ${y}u * group.z)) * ${ADDED}LANES + lane] = ${ADDED}count;
}

fn ${ADDED}note(site : u32, unit : u32) {
  let rest = ${ADDED}half | (${ADDED}count & (${ADDED}half - 1u));
  let at = select(${ADDED}count, rest, ${ADDED}count >= ${ADDED}half);
  ${LOG}[${ADDED}first + at * ${ADDED}LANES] = (site << ${UNIT_BITS}u) | unit;
  ${ADDED}count++;
}

fn ${ADDED}barrier(site : u32) {
  workgroupBarrier();
  ${ADDED}note(site, 0u);
}
`;
}
