import { reachedFrom, readModule, type WgslModule } from './module.ts';
import { WgslTextError } from './tokens.ts';
import { ADDED, inputMembers, invocationsOf, OWN_GROUP, OWN_LANE, wrapEntry } from './wrap-entry.ts';

/** For which lane of its workgroup each lane is taken: i of L becomes (factor · i + offset) mod L, or that counted from the end. */
export interface LaneOrder {
  /** A word for users: `reversed`. */
  readonly name: string;
  /** Coprime to every number of lanes. */
  readonly factor: number;
  readonly offset: number;
  readonly fromEnd: boolean;
}

/** An order as a permuted text reads it. */
export const orderWords = ({ factor, offset, fromEnd }: LaneOrder): Uint32Array<ArrayBuffer> =>
  new Uint32Array([factor, offset, fromEnd ? 1 : 0, 0]);

/**
 * A text in which the lanes of every workgroup trade places: whatever an entry point is told of where it runs is that of another
 * lane, the same for its index, its place and its place among all invocations. Which trades with which is told by a buffer.
 *
 * @param binding of the buffer.
 * @throws WgslTextError for a text that cannot be followed, or whose lanes subgroups tie to their places.
 */
export function permuteLanes(text: string, entryPoints: readonly string[], binding: number): string {
  const lane = (module: WgslModule, entryPoint: string): string => {
    const lanes = invocationsOf(module, entryPoint);
    const moved = `(${OWN_LANE} * ${ADDED}order.x + ${ADDED}order.y) % (${lanes})`;
    return `select(${moved}, ${lanes} - 1u - ${moved}, ${ADDED}order.z == 1u)`;
  };
  const permuted = entryPoints.reduce((before, entryPoint) => {
    const module = readModule(before);
    const tie = tieTo(module, entryPoint);
    if (tie !== undefined) throw new WgslTextError(`${tie} ties its lanes to their places`);
    return wrapEntry(module, entryPoint, {
      before: [],
      lane: lane(module, entryPoint),
      group: OWN_GROUP,
      after: [],
    });
  }, text);
  return `${permuted}
@group(0) @binding(${binding}) var<storage, read> ${ADDED}order : vec4<u32>;
`;
}

/** Functions, and inputs, that depend on which lanes are in one subgroup or quad. */
const OF_SUBGROUPS = /^(?:subgroup[A-Z_]|num_subgroups$|quad(?:Swap|Broadcast))/;

/** What ties the lanes of an entry point to their places; undefined where nothing does. */
function tieTo(module: WgslModule, entryPoint: string): string | undefined {
  const inputs = module.functions
    .get(entryPoint)
    ?.parameters.flatMap((parameter) => inputMembers(module, parameter))
    .map(({ builtin = '' }) => builtin);
  const names = reachedFrom(module, entryPoint).flatMap(({ body }) =>
    module.tokens
      .slice(body.from, body.to)
      .filter(
        (_, i) =>
          module.tokens[body.from + i + 1]?.text !== ':' && module.tokens[body.from + i - 1]!.text !== '.',
      )
      .map(({ text }) => text),
  );
  return [...(inputs ?? []), ...names].find((name) => OF_SUBGROUPS.test(name));
}
