import { elementOf, groupCount, groupSize, storesZeroCodes } from '../../src/formats/format.ts';
import { isPlain } from '../../src/layouts/layout.ts';
import { parseLayout } from '../../src/layouts/registry.ts';
import { groupOffsets } from '../../src/kernels/decode.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';

/**
 * One way to be wrong that published checks are known to miss, as a change of a right kernel's WGSL. A checker that does
 * not catch them all is no checker.
 */
export interface PlantedFault {
  readonly id: string;
  /** Why the fault cannot be planted in a kernel for this problem, or undefined where it can. */
  inapplicable(problem: GemmProblem): string | undefined;
  /** The faulty module. */
  plant(wgsl: string, problem: GemmProblem): string;
}

/**
 * The plan with a fault planted.
 *
 * @throws Error where the fault does not apply or finds nothing to change: a fault that changes nothing proves nothing.
 */
export function plantFault(plan: KernelPlan, fault: PlantedFault): KernelPlan {
  const reason = fault.inapplicable(plan.problem);
  if (reason) throw new Error(`${fault.id} does not apply: ${reason}`);
  const { shader } = plan.passes[0]!;
  const code = fault.plant(shader.code, plan.problem);
  if (code === shader.code) throw new Error(`${fault.id} left the kernel unchanged`);
  return { ...plan, passes: plan.passes.map((pass) => ({ ...pass, shader: { ...shader, code } })) };
}

const anywhere = (): undefined => undefined;
const severalGroups = ({ format, K }: GemmProblem): string | undefined =>
  groupCount(format, K) > 1 ? undefined : 'there is one group';
const moreThan =
  (name: 'M' | 'N' | 'K', count: number) =>
  (problem: GemmProblem): string | undefined =>
    problem[name] > count ? undefined : `${name} is not more than ${count}`;

/** Puts a function of the same name in front of `name`; it calls the right one as `right_…`. */
export function wrap(wgsl: string, name: string, wrapper: string): string {
  return wgsl.includes(`fn ${name}(`)
    ? `${wgsl.replace(`fn ${name}(`, `fn right_${name}(`)}\n${wrapper}\n`
    : wgsl;
}

/** Changes what is stored: `value` of type f32 or vec4<f32>, for the output (m, n) or the four from there on. */
function wrapStore(wgsl: string, one: string, four: string): string {
  return wgsl.includes('fn store1(')
    ? wrap(wgsl, 'store1', `fn store1(m : u32, n : u32, value : f32) { ${one} }`)
    : wrap(wgsl, 'store4', `fn store4(m : u32, n : u32, value : vec4<f32>) { ${four} }`);
}

/** Stores zero where `condition`, over m and n (of one output), holds. */
const zeroWhere = (wgsl: string, condition: string): string =>
  wrapStore(
    wgsl,
    `right_store1(m, n, select(value, 0.0, ${condition}));`,
    `var changed = value;
  for (var i = 0u; i < 4u; i++) { let right = value[i]; changed[i] = select(right, 0.0, ${condition.replaceAll('n ', '(n + i) ')}); }
  right_store4(m, n, changed);`,
  );

/** Reads activations from k = `first` on as zero. */
const dropFrom = (wgsl: string, first: number): string =>
  wrap(
    wgsl,
    'activation4',
    `fn activation4(m : u32, k4 : u32) -> vec4<f32> {
  let k = 4u * k4 + vec4<u32>(0u, 1u, 2u, 3u);
  return select(right_activation4(m, k4), vec4<f32>(), k >= vec4<u32>(${first}u));
}`,
  );

/** Changes every loaded word: `change` is statements that end in a return, over `w : Words`, n, chunk and i. */
const wrapWords = (wgsl: string, change: string): string =>
  wrap(
    wgsl,
    'words',
    `fn words(n : u32, chunk : u32, i : u32) -> Words {
  let w = right_words(n, chunk, i);
  ${change}
}`,
  );

/** A word with `value` in each of its codes of `bits` bits, as a WGSL literal. */
const everyCode = (bits: number, value: number): string => {
  let word = 0;
  for (let bit = 0; bit < 32; bit += bits) word = (word | (value << bit)) >>> 0;
  return `Words(0x${word.toString(16)}u)`;
};

const bitsOf = ({ format }: GemmProblem): number => elementOf(format).bits;

/** Faults in single codes change the words that hold them: whole codes, in order. */
function wordsHoldCodes({ format, layout }: GemmProblem): string | undefined {
  const { placement, order } = parseLayout(layout);
  const { bits } = elementOf(format);
  if (placement.kind === 'chunks' && isPlain(order) && 32 % bits === 0) return undefined;
  return `the words of the layout ${layout} do not hold whole codes of ${bits} bits in order`;
}

/** The code that is 0.0 in every group, where there is one. */
function fixedZeroCode({ format }: GemmProblem): number | undefined {
  const element = elementOf(format);
  if (element.kind !== 'linear' || storesZeroCodes(format) || format.zeroPoint === 'min') return undefined;
  const code = element.offset / element.step;
  return Number.isInteger(code) && code > 0 ? code : undefined;
}

/** Swaps the two codes of each pair of neighbours along K. */
function swapNeighbours(wgsl: string, problem: GemmProblem): string {
  const bits = bitsOf(problem);
  const low = everyCode(2 * bits, 2 ** bits - 1);
  return wrapWords(wgsl, `return ((w & ${low}) << Words(${bits}u)) | ((w >> Words(${bits}u)) & ${low});`);
}

/** Reads the largest code as the one below it. */
function lowerLargestCode(wgsl: string, problem: GemmProblem): string {
  const bits = bitsOf(problem);
  const shifts = Array.from({ length: bits }, (_, i) => `(w >> Words(${i}u))`).join(' & ');
  return wrapWords(wgsl, `return w - (${shifts} & ${everyCode(bits, 1)});`);
}

/** Decodes code 0 to 0.0 at the first place of each group. */
function zeroCodeOnce(wgsl: string, problem: GemmProblem): string {
  const bits = bitsOf(problem);
  const zero = fixedZeroCode(problem)!;
  const first = `(chunk * 32u + i * ${32 / bits}u) % GROUP == 0u`;
  const isZero = `(w & Words(${2 ** bits - 1}u)) == Words(0u)`;
  return wrapWords(wgsl, `if (${first}) { return select(w, w | Words(${zero}u), ${isZero}); } return w;`);
}

/** Every sum of the kernels, `name = fma(…);` on a line of its own: partial sums of a group as well. */
const SUMS = /^(\s*)(sum|p\d+_\d+_\d+|\(\*(?:acc|sums)\)(?:\[\d+\])+) = (fma\(.*\));$/gm;

/** Rounds each sum to f16, clamped, for what an overflow gives is open. */
const keepSumsInHalf = (wgsl: string): string =>
  `${wgsl.replace(SUMS, (_, space: string, name: string, sum: string) =>
    name === 'sum' ? `${space}${name} = in_half(vec4<f32>(${sum})).x;` : `${space}${name} = in_half(${sum});`,
  )}
fn in_half(value : vec4<f32>) -> vec4<f32> {
  let v = clamp(value, vec4<f32>(-65504.0), vec4<f32>(65504.0));
  return vec4<f32>(unpack2x16float(pack2x16float(v.xy)), unpack2x16float(pack2x16float(v.zw)));
}
`;

const outputs = (id: string, condition: (problem: GemmProblem) => string): PlantedFault => ({
  id,
  inapplicable: anywhere,
  plant: (wgsl, problem) => zeroWhere(wgsl, condition(problem)),
});

/** The fifteen faults on which common acceptance rules were replayed; most rules let some of them pass. */
export const FAULTS: readonly PlantedFault[] = [
  {
    id: 'all zeros',
    inapplicable: anywhere,
    plant: (wgsl) => wrapStore(wgsl, 'right_store1(m, n, 0.0 * value);', 'right_store4(m, n, 0.0 * value);'),
  },
  { id: 'last k dropped', inapplicable: moreThan('K', 1), plant: (wgsl, { K }) => dropFrom(wgsl, K - 1) },
  {
    id: 'last 16 k dropped',
    inapplicable: moreThan('K', 16),
    plant: (wgsl, { K }) => dropFrom(wgsl, K - 16),
  },
  {
    id: 'last group dropped',
    inapplicable: severalGroups,
    plant: (wgsl, { format, K }) => dropFrom(wgsl, (groupCount(format, K) - 1) * groupSize(format, K)),
  },
  {
    id: 'scale index off by one group',
    inapplicable: severalGroups,
    plant: (wgsl) =>
      wrap(
        wgsl,
        'group_index',
        `fn group_index(n : u32, group : u32) -> u32 { return right_group_index(n, max(group, 1u) - 1u); }`,
      ),
  },
  {
    id: 'neighbour codes swapped',
    inapplicable: (problem) => moreThan('K', 1)(problem) ?? wordsHoldCodes(problem),
    plant: swapNeighbours,
  },
  {
    id: 'zero point one too low',
    inapplicable: (problem) => (groupOffsets(problem).zero ? undefined : 'no zero point is taken off'),
    plant: (wgsl) =>
      wgsl.includes('fn zero_in(')
        ? wrap(
            wgsl,
            'zero_in',
            'fn zero_in(word : u32, index : u32) -> f32 { return right_zero_in(word, index) - 1.0; }',
          )
        : wrap(wgsl, 'zero_at', 'fn zero_at(index : u32) -> f32 { return right_zero_at(index) - 1.0; }'),
  },
  outputs('one output = 0', ({ N }) => `m == problem.M / 2u && n == ${Math.floor(N / 2)}u`),
  outputs('last column = 0', () => 'n == N - 1u'),
  outputs('16 outputs of the last row = 0', () => 'm == problem.M - 1u && n < 16u'),
  {
    id: 'everything × 1.02',
    inapplicable: anywhere,
    plant: (wgsl) =>
      wrapStore(wgsl, 'right_store1(m, n, 1.02 * value);', 'right_store4(m, n, 1.02 * value);'),
  },
  { id: 'largest code read as the one below', inapplicable: wordsHoldCodes, plant: lowerLargestCode },
  {
    id: 'code 0 → 0.0 once a group',
    inapplicable: (problem) => {
      const { format, K } = problem;
      if (fixedZeroCode(problem) === undefined) return 'no code but 0 is 0.0 in every group';
      const codes = 32 / elementOf(format).bits;
      if (groupSize(format, K) % codes !== 0 && groupCount(format, K) > 1) {
        return `groups are no multiple of the ${codes} codes of a word`;
      }
      return wordsHoldCodes(problem);
    },
    plant: zeroCodeOnce,
  },
  {
    id: 'outputs permuted',
    inapplicable: moreThan('N', 1),
    plant: (wgsl) => wrapStore(wgsl, 'right_store1(m, n ^ 1u, value);', 'right_store4(m, n, value.yxwz);'),
  },
  {
    id: 'f16 accumulation',
    inapplicable: ({ accumulator }) =>
      accumulator === 'f16'
        ? 'sums are kept in f16 by right, and one more rounding is within the bound'
        : undefined,
    plant: keepSumsInHalf,
  },
];
