import type { Equivalent } from './equivalent-structure.ts';

/** Changes of numbers, and of how codes become numbers, after which they are the same. */
export const EQUIVALENT_NUMBERS: readonly Equivalent[] = [
  {
    pattern: /formats\/(scale|min)-code\.wgsl \| comparison off by one \| .*_BITS >= 32u\) \{$/,
    why: 'what is joined to a code that ends with its word is masked off',
  },
  {
    pattern:
      /^\S+ (nvfp4|mxfp4|bnb-nf4-dq|int3) \| shaders\/formats\/(scale|min)-code\.wgsl \| (?!guard → true).*? \| (if \(|code \|=)/,
    why: 'codes of 8 and 16 bits never straddle two words, so that what is done for those that do is dead',
  },
  {
    pattern:
      /\| in f16( unless whole)? \| .*quantizeToF16\(\((c_\d+\.[xy]|q\d+c\d+_h\d+\.[xy]|u\d+c\d+_\d+\.[xy])\)\)/,
    why: 'what is unpacked from halves is a half',
  },
  {
    pattern: /\| flushed below \S+ \| let \w+ = unpack2x16float\(.*\| 0x64006400u\); →/,
    why: 'codes that are read as halves of 1024 and more are not small',
  },
  {
    pattern:
      /^\S+ int4 .*formats\/zero-stored\.wgsl \| (in f16|in bf16|in tf32|cut to bf16|clamped to ±100|flushed below \S+|without its sign) \| return zero_in\(/,
    why: 'zero points are whole numbers from 0 to 16, of at most 5 bits',
  },
  {
    pattern:
      /formats\/zero-stored\.wgsl \| term dropped \| .* \+ ZERO_SHIFT\); → .*\(\(1u << ZERO_BITS\) - 1u\)\) ?\);$/,
    why: 'the shift of these zero points is 0',
  },
  {
    pattern:
      /\| in tf32 \| .*u32>?\(\((c_\d+\.[xy]|q\d+c\d+_h\d+\.[xy]|u\d+c\d+_\d+\.[xy])\)\) \+ u32\(0x1000u\)/,
    why: 'what is unpacked from halves has the bits of a half',
  },
  {
    pattern: /\| without its sign \| let \w+ = unpack2x16float\(.*\| 0x64006400u\); →/,
    why: 'codes that are read as halves of 1024 and more are positive',
  },
  {
    pattern: /^\S+ int4 .*\| (in f16|in bf16|in tf32|cut to bf16) \| let \w+_zero = vec4<f32>\(zero_at\(/,
    why: 'zero points are whole numbers of at most 5 bits',
  },
  {
    pattern:
      /^\S+ int4 .*formats\/zero-stored\.wgsl \| (in f16|in bf16|in tf32|cut to bf16|clamped to ±100|flushed below \S+|without its sign) \| return f32\(/,
    why: 'zero points are whole numbers from 0 to 16, of at most 5 bits',
  },
  {
    pattern:
      /^\S+ (mxfp4|nvfp4) .*formats\/small-float\.wgsl \| (in f16|in bf16|in tf32|cut to bf16|of 3 bits|clamped to ±100|flushed below \S+) \|/,
    why: 'elements of four bits have two significant ones, and are 0, or 0.5 to 6 in magnitude',
  },
  {
    pattern: /^\S+ int3 .*\| (in bf16|in tf32|cut to bf16) \| let \w+_zero = vec4<f32>\(zero_at\(/,
    why: 'minima of this format are bf16',
  },
  {
    pattern: /\| without its sign \| .*max\(\((u\d+c\d+_\d+\.[xy])\), -\(\1\)\)/,
    why: 'codes that are read as halves of 1024 and more are positive',
  },
  {
    pattern:
      /^\S+ nvfp4 .*scale-small-float\.wgsl \| (in f16|in bf16|in tf32|cut to bf16|of 5 bits) \| (let normal =|return select)/,
    why: 'scales of this type have four significant bits, and their exponents are in the range of halves',
  },
  {
    pattern:
      /^\S+ mxfp4 .*\| (in bf16|in tf32|cut to bf16|of 3 bits) \| .*bitcast<vec4<u32>>\(\(vec4<f32>\(element_times\(/,
    why: 'weights of this format have two significant bits',
  },
  {
    pattern: /^dp4a int3 .*\| flushed below 0\.05 \| .*abs\(\(-vec4<f32>\(zero_at\(0u\)\)\)\)/,
    why: 'the zero point is 4 in this format',
  },
  {
    pattern:
      /^\S+ uint8 .*zero-stored\.wgsl \| (flushed below \S+|in f16|in bf16|in tf32|cut to bf16|without its sign) \| return zero_in\(/,
    why: 'zero points are whole numbers from 0 to 255',
  },
  {
    pattern: /formats\/half\.wgsl \| in tf32 \|/,
    why: 'halves have 11 significant bits',
  },
  {
    pattern:
      /^gemv-dp4a q4_k .*generated: gemv-dp4a \| (in f16|in bf16|in tf32|cut to bf16|of [35] bits) \| let \w+min = .* → .*\(q0scale\.[xyzw]\)/,
    why: 'the zero point that the scale is multiplied by is 0 in this format',
  },
  {
    pattern:
      /^\S+ q4_k .*zero-fixed\.wgsl \| (clamped to ±100|flushed below \S+|in f16|in bf16|in tf32) \| return ZERO;/,
    why: 'the zero point is 0 in this format',
  },
  {
    pattern: /^\S+ q4_k .*scale-code\.wgsl \| clamped to ±100 \| return scale_value\(/,
    why: 'scales of 6 bits are at most 63',
  },
  {
    pattern: /^\S*dp4a .*\| flushed below \S+ \| let all\d+ = f32\(sum\d+\);/,
    why: 'sums of codes are whole numbers',
  },
  {
    pattern:
      /\| (in f16( unless whole)?|in bf16|in tf32|cut to bf16|of 3 bits|clamped to ±100|flushed below \S+|without its sign) \| let \w+_half = select\(1\.0, 0\.5,/,
    why: 'it is 1 or a half',
  },
  {
    pattern:
      /^dequant-dense mxfp4 \| generated: dense \| (in bf16|in tf32|cut to bf16|of 3 bits) \| .* = expanded\[/,
    why: 'weights of this format have two significant bits',
  },
];
