import type { ComposedShader } from './compose.ts';
import type { Pass } from './plan.ts';

/** Under which name errors in a user's own text, and in what is made of a text, are reported. */
export const CUSTOM_NAME = 'custom.wgsl';

/** A text of one part. */
export const customShader = (code: string): ComposedShader => ({
  code,
  parts: [{ name: CUSTOM_NAME, firstLine: 1, lines: code.split('\n').length }],
});

/** The passes with a user's text in place of their module. */
export const withCustomText = (passes: readonly Pass[], wgsl: string): readonly Pass[] =>
  passes.map((pass) => ({ ...pass, shader: customShader(wgsl) }));
