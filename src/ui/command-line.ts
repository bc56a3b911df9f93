import type { Spec } from '../io/spec.ts';

/** The command that runs a spec in a terminal; `kernel.wgsl` stands for a file with the user's own WGSL. */
export function commandLine(spec: Spec): string {
  const fixedSize = spec.weights !== 'random';
  const set = Object.entries(spec.params).map(([name, value]) => `${name}=${value}`);
  const options: readonly (string | false)[] = [
    `--m ${spec.m}`,
    !fixedSize && `--n ${spec.n} --k ${spec.k}`,
    `--weights ${quoted(spec.weights)}`,
    `--format ${spec.format}`,
    `--group ${String(spec.group)}`,
    `--scale ${spec.scale}`,
    spec.zeroPoint && '--zero-point',
    `--layout ${spec.layout}`,
    `--act ${spec.activation}`,
    `--kernel ${quoted(spec.kernel)}`,
    set.length > 0 && `--set ${set.join(',')}`,
    `--protocol ${spec.protocol}`,
    `--seed ${spec.seed}`,
    spec.wgsl !== undefined && '--wgsl kernel.wgsl',
  ];
  return `npm run --silent bench -- run ${options.filter(Boolean).join(' ')}`;
}

/** A word as a POSIX shell reads it back. */
const quoted = (word: string): string =>
  /^[\w.:/#@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
