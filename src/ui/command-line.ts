import { isPreset } from '../formats/presets.ts';
import type { Spec } from '../io/spec.ts';
import { tileText } from '../kernels/tile.ts';

/** The command that runs a spec in a terminal; `kernel.wgsl` stands for a file with the user's own WGSL. */
export function commandLine(spec: Spec): string {
  const fixedSize = spec.weights !== 'random';
  const set = tileText(spec.params);
  const options: readonly (string | false)[] = [
    `--m ${spec.m}`,
    !fixedSize && `--n ${spec.n} --k ${spec.k}`,
    `--weights ${quoted(spec.weights)}`,
    `--format ${quoted(spec.format)}`,
    ...(isPreset(spec.format) ? [] : formatOptions(spec)),
    `--layout ${quoted(spec.layout)}`,
    `--act ${spec.activation}`,
    spec.accumulator !== 'f32' && `--acc ${spec.accumulator}`,
    spec.epilogue !== 'none' && `--epilogue ${spec.epilogue}`,
    spec.output !== 'f32' && `--output ${spec.output}`,
    `--kernel ${quoted(spec.kernel)}`,
    set !== '' && `--set ${set}`,
    `--protocol ${spec.protocol}`,
    `--cache ${spec.cache}`,
    `--seed ${spec.seed}`,
    spec.checks === 'all' && '--checks all',
    spec.wgsl !== undefined && '--wgsl kernel.wgsl',
  ];
  return `npm run --silent bench -- run ${options.filter(Boolean).join(' ')}`;
}

/** What a format has besides its element. */
const formatOptions = ({ group, scale, zeroPoint, secondLevel, rule }: Spec): readonly (string | false)[] => [
  `--group ${String(group)}`,
  `--scale ${scale}`,
  zeroPoint !== false && (zeroPoint === true ? '--zero-point' : `--zero-point ${zeroPoint}`),
  secondLevel !== 'none' && `--second-level ${secondLevel}`,
  rule !== 'amax' && `--rule ${rule}`,
];

/** A word as a POSIX shell reads it back. */
const quoted = (word: string): string =>
  /^[\w.:/#@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
