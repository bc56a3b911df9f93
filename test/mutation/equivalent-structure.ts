/** Mutants that are no faults. Each pattern is of `kernel format | file | operator | was → line`, as `nameOf` gives it. */
export interface Equivalent {
  readonly pattern: RegExp;
  readonly why: string;
}

/** Changes of guards, loops, indices, constants and statements that change no output. */
export const EQUIVALENT_STRUCTURE: readonly Equivalent[] = [
  {
    pattern: /^\S*gemv\S* .*epilogues\/store-.* → if \((m <= problem\.M && n < N|n < N)\) \{$/,
    why: 'a gemv kernel has as many rows as the problem',
  },
  {
    pattern:
      /^dp4a .*quantize-activations\.wgsl \| .* → if \((block > PADDED_M \* \(PADDED_K \/ 32u\)|false \|\| false)\) \{$/,
    why: 'with 64 rows, or so many times as many, there is a lane for each block and none more',
  },
  {
    pattern: /dequant-dense\.wgsl \| .* → if \((block <= PADDED_N \/ BN|true \|\| true)\) \{$/,
    why: 'with 64 columns a tile there is a lane for each run of weights and none more',
  },
  {
    pattern:
      /skinny-partials\.wgsl \| .* → if \((n >= N|m >= problem\.M|m > problem\.M \|\| n >= N|m >= problem\.M \|\| n > N|false \|\| false)\) \{$/,
    why: 'what stores the output has the same guard',
  },
  {
    pattern:
      /fragment = load_fragment\(.* → fragment = load_fragment\((\(step \+ 1u\)|min\(step \+ 1u, (STEPS|CHUNKS)( - 0u|\s*)\)),/,
    why: 'what is loaded behind the last step is never used',
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
    pattern:
      /^gemv .*generated: gemv \| (number [^|]*|\* → \/) \| (.*)block \* 4u(.*) → \2block [*/] \d+u\3$/,
    why: 'a chunk of 32 has one block of 32, number 0',
  },
  {
    pattern: /kernels\/skinny\.wgsl \| .* → if \((first \+ part <= end|true \|\| true)\) \{$/,
    why: 'activations of chunks beyond the end are staged and not multiplied',
  },
  {
    pattern: /^(tiled|dequant-dense) .* → .*\[\(buffer\) \+ 1u\]/,
    why: 'there is one buffer: an index beyond it is taken back to it',
  },
  {
    pattern:
      /kernels\/tiled\.wgsl \| .* → (if \(true \|\| true\) \{|let buffer = (step|step \/ BUFFERS|BUFFERS) ?;)$/,
    why: 'there is one buffer, and BUFFERS is 1',
  },
  {
    pattern: /kernels\/tiled\.wgsl \| [^|]* \| let (index|band|rows|place) = /,
    why: 'RASTER is 1, and what is behind the return for that is dead',
  },
  {
    pattern:
      /^naive .*(epilogues\/store-scalar|kernels\/naive)\.wgsl \| .* \| if \(m (<|>=) problem\.M (&&|\|\|) n (<|>=) N\)(?! .* → .*false)/,
    why: 'the kernel returns and the store is left out on the same condition, of which one is enough',
  },
  {
    pattern: /^(dp4a|tiled|naive|dequant-dense) .*prelude \| number [^|]* \| const GROUP_STRIDE = 1u; →/,
    why: 'of the groups of a column only the first is looked up from one index: nothing is a stride away',
  },
  {
    pattern: /quantize-activations\.wgsl \| bit of a mask lost \| .* → .*& 0x7ffff000u/,
    why: 'a magnitude has no sign to be masked',
  },
  {
    pattern:
      /quantize-activations\.wgsl \| (bit of a mask lost|number [^|]*) \| .*, 0x0d800000u\)\); → .*, 0x(0?5800000|d000000|d800001|d7fffff|0)u\)\);$/,
    why: 'the least scale is met by blocks below 2^-93 only, whose codes under a smaller one are no worse',
  },
  {
    pattern: /^gemv-dp4a .*prelude \| number (\+ 1|× 2|− 1) \| const SPLIT = /,
    why: 'blocks are dealt to as many parts as there are, and workgroups lie along N alone',
  },
  {
    pattern: /^gemv .*kernels\/gemv\.wgsl \| half a guard \| .* → if \(chunk < CHUNKS\) \{$/,
    why: 'the other half saves a comparison where no chunk is beyond the last',
  },
  {
    pattern: /^\S+ q4_k .*\| number [^|]* \| (.*)zero_at\(0u\)(.*) → \1zero_at\(\d+u\)\2$/,
    why: 'zero points that are all the same are at any index',
  },
  {
    pattern:
      /^skinny .*generated: skinny \| [^|]* \| if \(inner < 1u\) \{ → if \((true \|\| true|inner <= 1u|inner < [2-9]u)\) \{$/,
    why: 'sums of the parts that are not the first are not stored, whatever is added to them',
  },
  {
    pattern: /^skinny (int4|mxfp4) .*generated: skinny \| \+ → - \| .*\(chunk \* 32u - block \* 32u/,
    why: 'a chunk of 32 has one block of 32, number 0',
  },
  {
    pattern:
      /^naive .*kernels\/naive\.wgsl \| guard → false \| if \(m >= problem\.M \|\| n >= N\) \{ → if \(false \|\| false\)/,
    why: 'the store has the same guard',
  },
  {
    pattern:
      /^naive int3 .*generated: naive \| number [^|]* \| let w1 = words\(.* → let w1 = words\(.*, [3-9]u\)\);$/,
    why: 'behind the last word of a chunk there are no bits that a code needs',
  },
  {
    pattern:
      /^\S+ int3 .*min-code\.wgsl \| bit of a mask lost \| .* → .*\(0xfffffffeu >> \(32u - MIN_BITS\)\);$/,
    why: 'the lowest bits are shifted away',
  },
  {
    pattern: /scale-small-float\.wgsl \| comparison off by one \| .* → .*, code <= 8u\);$/,
    why: 'at code 8 both are the least normal number',
  },
  {
    pattern:
      /^skinny .*generated: skinny \| comparison off by one \| if \(inner >= 1u && inner < 2u\) \{ → .*inner <= 2u\) \{$/,
    why: 'there are two parts, 0 and 1',
  },
  {
    pattern: /^gemv .*prelude \| number [^|]* \| const SPLIT = /,
    why: 'chunks are dealt to as many parts as there are, and a workgroup has as many lanes',
  },
  {
    pattern:
      /^gemv bnb-nf4-dq .*kernels\/gemv\.wgsl \| guard → true \| if \(CHUNKS % \(SPLIT \* DEPTH\) == 0u/,
    why: 'K has ten chunks, which two parts share evenly',
  },
  {
    pattern:
      /^gemv mxfp4 .*(kernels\/gemv\.wgsl \| barrier dropped|generated: gemv \| statement dropped \| rows\[part\]\[.* = vec4<f32>\(\);)/,
    why: 'K has nine chunks: in the last step the second part has none, reads nothing, and writes what only the sums need',
  },
  {
    pattern: /^gemv .*gemv-tree\.wgsl \| comparison off by one \| for \(var q = 0u; q < QUADS; q\+\+\)/,
    why: 'what is behind the quads of a row is written anew by the next row, or belongs to none',
  },
  {
    pattern:
      /\| \+= → = \| (i\d+_\d+ \+= vec4<i32>\(dot4I8Packed\(a\d+\.[xz],|sum\d+ \+= dot4I8Packed\(a\d+\.x,)/,
    why: 'the first that is added is added to 0',
  },
  {
    pattern: /^dp4a int3 .*generated: dp4a \| factor dropped \| w_\w+\[span0\]\[of0 \/ \(4u \* THREADS_N\)\]/,
    why: 'a lane has one quad of columns: an index beyond it is taken back to it',
  },
  {
    pattern: /^gemv-dp4a nvfp4 .*generated: gemv-dp4a \| [^|]* \| sum\d+ \+= dot4I8Packed/,
    why: 'sums of codes are for zero points, of which this format has none',
  },
  {
    pattern: /^gemv-dp4a .*gemv-dp4a\.wgsl \| factor dropped \| for \(var i = index; i < OUTPUT_QUADS;/,
    why: 'each output is stored by several lanes, the same by each',
  },
  {
    pattern:
      /quantize-activations\.wgsl \| bit of a mask lost \| return bitcast<f32>\(max\(\(bits \+ 0xfefu\).* → .*\(bits \+ 0xfeeu\)/,
    why: 'a largest activation a hair above 127 times the scale is rounded to 127 all the same',
  },
  {
    pattern:
      /^gemv-dp4a .*gemv-dp4a\.wgsl \| \+= → = \| for \(var i = index; i < OUTPUT_QUADS; i \+= LANES \* SPLIT\)/,
    why: 'there are no more quads of outputs than lanes, so that none is left for a second turn',
  },
  {
    pattern: /^gemv-dp4a .*generated: gemv-dp4a \| number [^|]* \| for \(var unit = section \* 2u;/,
    why: 'there is one section, number 0',
  },
  {
    pattern: /kernels\/tiled\.wgsl \| guard → false \| if \(RASTER == 1u\)/,
    why: 'bands of one tile give each workgroup the tile of its own place',
  },
  {
    pattern: /^tiled .* → a_tile\[buffer\]\[k0\]\[\d\]\[\(r0 \/ 16u\) \+ 1u\]/,
    why: 'tiles of 32 rows have one part of 32: an index beyond it is taken back to it',
  },
  {
    pattern: /^naive q4_k .*\| term dropped \| (let \w+ = \d+\.0f) \+ \d+\.0f \* \w+_z; → \1 ?;$/,
    why: 'the zero point is 0 in this format',
  },
];
