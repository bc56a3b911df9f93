/** One piece of WGSL with the name under which errors in it are reported. */
export interface ShaderPart {
  /** A path such as `shaders/kernels/tiled.wgsl`, or `generated: …` for text made in `kernels/`. */
  readonly name: string;
  readonly wgsl: string;
}

/** A complete WGSL module and the parts that it was joined from. */
export interface ComposedShader {
  readonly code: string;
  readonly parts: readonly { readonly name: string; readonly firstLine: number; readonly lines: number }[];
}

/** Joins parts into one module; WGSL allows declarations in any order, so only `enable` lines must come first. */
export function compose(parts: readonly ShaderPart[]): ComposedShader {
  const placed: { name: string; firstLine: number; lines: number }[] = [];
  let code = '';
  let line = 1;
  for (const { name, wgsl } of parts) {
    const text = wgsl.endsWith('\n') ? wgsl : `${wgsl}\n`;
    const lines = text.split('\n').length - 1;
    placed.push({ name, firstLine: line, lines });
    code += text;
    line += lines;
  }
  return { code, parts: placed };
}

/**
 * The part and line that a line of the joined module came from.
 *
 * @param line 1-based, as `GPUCompilationMessage.lineNum` has it.
 * @returns `name:line`, or `line N` outside every part.
 */
export function locate(shader: ComposedShader, line: number): string {
  const part = shader.parts.find(({ firstLine, lines }) => line >= firstLine && line < firstLine + lines);
  return part ? `${part.name}:${line - part.firstLine + 1}` : `line ${line}`;
}
