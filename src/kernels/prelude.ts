import type { ShaderPart } from './compose.ts';

/** A `u32` constant, a finite `f32` constant, a table of those, or a type alias of the prelude. */
export type PreludeValue =
  number | { readonly f32: number } | { readonly f32s: readonly number[] } | { readonly alias: string };

/**
 * The generated head of a shader: one `const` or `alias` line a name, in the order given.
 *
 * @param values numbers become `u32` constants.
 */
export function prelude(values: Readonly<Record<string, PreludeValue>>): ShaderPart {
  const lines = Object.entries(values).map(([name, value]) => {
    if (typeof value === 'number') return `const ${name} = ${value}u;`;
    if ('alias' in value) return `alias ${name} = ${value.alias};`;
    if ('f32s' in value) {
      return `const ${name} = array<f32, ${value.f32s.length}>(${value.f32s.map(float).join(', ')});`;
    }
    return `const ${name} = ${float(value.f32)};`;
  });
  return { name: 'generated: prelude', wgsl: `${lines.join('\n')}\n` };
}

/** An f32 literal. */
export const float = (value: number): string =>
  `${Number.isInteger(value) ? value.toFixed(1) : String(value)}f`;
