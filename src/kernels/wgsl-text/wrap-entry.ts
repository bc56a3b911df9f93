import { type Edit, edited } from './edits.ts';
import { range } from '../../base/integers.ts';
import {
  bracketed,
  listed,
  type Member,
  type Span,
  textOf,
  type WgslFunction,
  type WgslModule,
} from './module.ts';
import { referencesIn } from './references.ts';
import { WgslTextError } from './tokens.ts';

/** In front of every name that a transform adds to a text. */
export const ADDED = 'subbyte_';

/** An invocation's lane in its workgroup, in the statements of a {@link Stand}. */
export const OWN_LANE = `${ADDED}own_lane`;
/** Its workgroup there. */
export const OWN_GROUP = `${ADDED}own_group`;
/** The value of a builtin there. */
export const givenAs = (builtin: string): string => `${ADDED}given_${builtin}`;

/** Inputs that are the same whatever lane and workgroup an invocation is taken for, or that are said to be tied to its own. */
const HANDED_ON = [
  'num_workgroups',
  'subgroup_invocation_id',
  'subgroup_size',
  'subgroup_id',
  'num_subgroups',
];

/** What an entry point is told of where it runs, by whatever stands in its place. */
export interface Stand {
  /** Statements before it is called. They know {@link OWN_LANE} and {@link OWN_GROUP}. */
  readonly before: readonly string[];
  /** For which lane of its workgroup an invocation is taken, a u32 expression. */
  readonly lane: string;
  /** For which workgroup, a vec3<u32> expression. */
  readonly group: string;
  /** And of how many, where there are not as many as it is to believe. */
  readonly groups?: string;
  /** Statements after it has returned. */
  readonly after: readonly string[];
  /** Builtins of type u32 that the statements use besides, by {@link givenAs}. */
  readonly needs?: readonly string[];
}

/** What an entry point is given, flat: a parameter, or a member of one that is a struct. */
interface Input {
  /** As the function that it became names it. */
  readonly name: string;
  readonly builtin: string;
  readonly type: string;
}

/**
 * Puts another entry point in the place of one, which becomes a plain function, `subbyte_` and its name, and is called with what
 * it is to believe of where it runs. Structs of inputs are
 * taken apart, and put together again inside, for else compilers would no longer see which of their members are the same for
 * all of a workgroup, so that barriers may depend on them.
 *
 * @returns the text; its lines are where they were, and the other entry point is behind them.
 * @throws WgslTextError where there is no such entry point, or one that is given what is not known.
 */
export function wrapEntry(module: WgslModule, entryPoint: string, stand: Stand): string {
  const entry = module.functions.get(entryPoint);
  if (!entry) throw new WgslTextError(`there is no function ${entryPoint} in it`);
  const [x, y, z] = workgroupSize(module, entry);
  const inputs = entry.parameters.flatMap((parameter) => inputsOf(module, parameter));
  const given = new Map([
    ['local_invocation_index', 'u32'],
    ['workgroup_id', 'vec3<u32>'],
    ...(stand.needs ?? []).map((builtin) => [builtin, 'u32'] as const),
    ...inputs.map(({ builtin, type }) => [builtin, type] as const),
  ]);
  // A text may have any of these names for something that its workgroup's size is made of.
  const [lane, group, place] = ['lane', 'group', 'place'].map((name) => ADDED + name);
  const values: Readonly<Record<string, string | undefined>> = {
    local_invocation_index: lane,
    local_invocation_id: place,
    workgroup_id: group,
    global_invocation_id: `${group} * vec3<u32>(${x}, ${y}, ${z}) + ${place}`,
    num_workgroups: stand.groups,
  };
  const valueOf = ({ builtin }: Input): string => {
    const value = values[builtin];
    if (value === undefined && !HANDED_ON.includes(builtin)) {
      throw new WgslTextError(`what its input ${builtin} would be for another lane is not known here`);
    }
    return value ?? givenAs(builtin);
  };
  const lines = [
    `let ${OWN_LANE} = ${givenAs('local_invocation_index')};`,
    `let ${OWN_GROUP} = ${givenAs('workgroup_id')};`,
    ...stand.before,
    `let ${lane} = ${stand.lane};`,
    `let ${group} = ${stand.group};`,
    `let ${place} = vec3<u32>(${lane} % ${x}, ${lane} / ${x} % ${y}, ${lane} / (${x} * ${y}));`,
    `${ADDED}${entryPoint}(${inputs.map(valueOf).join(', ')});`,
    ...stand.after,
  ];
  const parameters = [...given].map(
    ([builtin, type]) => `@builtin(${builtin}) ${givenAs(builtin)} : ${type}`,
  );
  const marks = entryMarks(module, entry);
  const edits = [
    ...marks.map((mark) => ({ ...mark, text: '' })),
    { from: entry.nameAt, to: entry.nameAt + 1, text: `${ADDED}${entryPoint}` },
    ...entry.parameters.flatMap((parameter) => parameterEdits(module, entry, parameter)),
  ];
  return `${edited(module, edits)}
${marks.map((mark) => textOf(module, mark)).join(' ')}
fn ${entryPoint}(${parameters.join(', ')}) {
  ${lines.join('\n  ')}
}
`;
}

/** The invocations of a workgroup, as a u32 expression. */
export function invocationsOf(module: WgslModule, entryPoint: string): string {
  const entry = module.functions.get(entryPoint);
  if (!entry) throw new WgslTextError(`there is no function ${entryPoint} in it`);
  return workgroupSize(module, entry).join(' * ');
}

/** The members of a parameter that is a struct, else the parameter. */
export function inputMembers(module: WgslModule, parameter: Member): readonly Member[] {
  if (parameter.builtin !== undefined) return [parameter];
  const members = module.structs.get(textOf(module, parameter.type));
  if (!members)
    throw new WgslTextError(`the parameter ${parameter.name} of its entry point is of no known kind`);
  return members;
}

const inputsOf = (module: WgslModule, parameter: Member): readonly Input[] =>
  inputMembers(module, parameter).map((member) => {
    if (member.builtin === undefined) {
      throw new WgslTextError(`the input ${member.name} of its entry point is of no known kind`);
    }
    const name = member === parameter ? member.name : memberName(parameter, member.name);
    return { name, builtin: member.builtin, type: textOf(module, member.type) };
  });

const memberName = ({ name }: Member, member: string): string => `${ADDED}${name}_${member}`;

/** Makes a parameter of an entry point one of a plain function. */
function parameterEdits(module: WgslModule, entry: WgslFunction, parameter: Member): readonly Edit[] {
  const { name, attributes, type } = parameter;
  if (parameter.builtin !== undefined) return [{ ...attributes, text: '' }];
  const inputs = inputsOf(module, parameter);
  const { tokens } = module;
  const members = referencesIn(module, entry, { kind: 'parameters', has: (each) => each === name }).filter(
    (i) => tokens[i + 1]!.text === '.',
  );
  return [
    {
      from: attributes.from,
      to: type.to,
      text: inputs.map((input) => `${input.name} : ${input.type}`).join(', '),
    },
    {
      from: entry.body.from,
      to: entry.body.from,
      text: `let ${name} = ${textOf(module, type)}(${inputs.map((input) => input.name).join(', ')}); `,
    },
    ...members.map((i) => ({ from: i, to: i + 3, text: memberName(parameter, tokens[i + 2]!.text) })),
  ];
}

/** The attributes that make a function an entry point: `@compute` and `@workgroup_size(…)`. */
const entryMarks = ({ tokens }: WgslModule, { attributes }: WgslFunction): readonly Span[] =>
  range(attributes.to - attributes.from).flatMap((i) => {
    const at = attributes.from + i;
    const name = tokens[at]!.text === '@' ? tokens[at + 1]!.text : '';
    if (name === 'compute') return [{ from: at, to: at + 2 }];
    return name === 'workgroup_size' ? [{ from: at, to: bracketed(tokens, at + 2).to + 1 }] : [];
  });

/** The extent of a workgroup along x, y and z, as u32 expressions. */
function workgroupSize(
  module: WgslModule,
  { name, attributes }: WgslFunction,
): readonly [string, string, string] {
  const { tokens } = module;
  for (let i = attributes.from; i < attributes.to; i++) {
    if (tokens[i]!.text !== 'workgroup_size') continue;
    const sizes = listed(tokens, bracketed(tokens, i + 1)).map((part) => `u32(${textOf(module, part)})`);
    return [sizes[0]!, sizes[1] ?? '1u', sizes[2] ?? '1u'];
  }
  throw new WgslTextError(`its function ${name} is no entry point of a compute shader`);
}
