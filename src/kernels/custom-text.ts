import type { Pass } from './plan.ts';

/** Under which name errors in a user's own text are reported. */
export const CUSTOM_NAME = 'custom.wgsl';

/** The passes with a user's text in place of their module. */
export function withCustomText(passes: readonly Pass[], wgsl: string): readonly Pass[] {
  const parts = [{ name: CUSTOM_NAME, firstLine: 1, lines: wgsl.split('\n').length }];
  return passes.map((pass) => ({ ...pass, shader: { code: wgsl, parts } }));
}
