/** Lines of generated WGSL as one text, each moved to the right. */
export const indent = (lines: readonly string[], spaces = 2): string =>
  lines.map((line) => `${' '.repeat(spaces)}${line}`).join('\n');
