/** A survivor: what was changed, where, and on what problem. */
export interface Survivor {
  readonly kernel: string;
  readonly format: string;
  /** File, or generated part, and its line. */
  readonly at: string;
  readonly operator: string;
  /** The line as it was, and as it became. */
  readonly was: string;
  readonly line: string;
}

/** Mutants that are no faults. Each pattern is of `kernel format | file | operator | was → line`, as {@link nameOf} gives it. */
interface Equivalent {
  readonly pattern: RegExp;
  readonly why: string;
}

/** What {@link Equivalent} patterns are matched with; it has no line numbers. */
export const nameOf = ({ kernel, format, at, operator, was, line }: Survivor): string =>
  `${kernel} ${format} | ${at.replace(/:\d+$/, '')} | ${operator} | ${was} → ${line}`;

const EQUIVALENTS: readonly Equivalent[] = [
  {
    pattern: /^\S*gemv\S* .*epilogues\/store-.* → if \((m <= problem\.M && n < N|n < N)\) \{$/,
    why: 'a gemv kernel has as many rows as the problem',
  },
  {
    pattern: /epilogues\/store-.* → if \((m <= problem\.M && n < N|n < N)\) \{$/,
    why: 'rows beyond the last lie past the end of the outputs, where the device drops what is stored',
  },
  {
    pattern:
      /quantize-activations\.wgsl \| .* → if \((block > PADDED_M \* \(PADDED_K \/ 32u\)|false \|\| false)\) \{$/,
    why: 'blocks beyond the last lie past the end of their buffers, where the device drops what is stored',
  },
  {
    pattern: /dequant-dense\.wgsl \| .* → if \((block <= PADDED_N \/ BN|true \|\| true)\) \{$/,
    why: 'weights beyond the last lie past the end of their buffer, where the device drops what is stored',
  },
  {
    pattern:
      /skinny-partials\.wgsl \| .* → if \((n >= N|m >= problem\.M|m > problem\.M \|\| n >= N|m >= problem\.M \|\| n > N|false \|\| false)\) \{$/,
    why: 'what stores the output has the same guard',
  },
  {
    pattern: /formats\/(scale|min)-code\.wgsl \| comparison off by one \| .*_BITS >= 32u\) \{$/,
    why: 'what is joined to a code that ends with its word is masked off',
  },
  {
    pattern:
      /^\S+ (nvfp4|mxfp4|bnb-nf4-dq|int3) \| shaders\/formats\/(scale|min)-code\.wgsl \| (?!guard → true)[^|]* \| (if \(|code \|=)/,
    why: 'codes of 8 and 16 bits never straddle two words, so that what is done for those that do is dead',
  },
  {
    pattern:
      /fragment = load_fragment\(.* → fragment = load_fragment\((\(step \+ 1u\)|min\(step \+ 1u, (STEPS|CHUNKS)( - 0u|\s*)\)),/,
    why: 'what is loaded behind the last step is never used',
  },
  {
    pattern: /quantize-activations\.wgsl \| clamp dropped \| .*clamp\(round\(.*vec4<i32>\(\(round\(/,
    why: 'the scale is rounded up from a 127th of the largest, so that no code is beyond ±127',
  },
  {
    pattern: /gemv-tree\.wgsl \| .* → if \((part >= half && part <= 2u \* half|part >= half)\) \{$/,
    why: 'parts beyond the second half write sums that nobody reads any more',
  },
  {
    pattern:
      /^gemv .*gemv-tree\.wgsl \| .* → (store4\(m, n (- q \* QUAD_COLUMNS|), |rows\[part\]\[\(m \* QUADS - q\))/,
    why: 'with four columns a lane there is one quad of them, number 0',
  },
  {
    pattern: /^gemv .*generated: gemv \| number [^|]* \| (.*)block \* 4u(.*) → \1block \* \d+u\2$/,
    why: 'a chunk of 32 has one block of 32, number 0',
  },
];

/** Why a survivor is no fault; `undefined` where nobody has said. */
export const explanationOf = (survivor: Survivor): string | undefined =>
  EQUIVALENTS.find(({ pattern }) => pattern.test(nameOf(survivor)))?.why;
