import type { Spec } from '../src/io/spec.ts';
import { tileText } from '../src/kernels/tile.ts';
import { isOpen, withWinner } from '../src/lab/choose-winner.ts';
import type { CommandContext } from './context.ts';
import { loadWinners } from './winners-file.ts';
import { winnersPathOf } from './winners-option.ts';
import type { Session } from './with-engine.ts';

/**
 * Puts the winners of searches in the place of `auto`, where the store has one for the adapter and the product, and tells of
 * each. A tile that a plan rejects for this product is left out.
 *
 * @throws UsageError if the store cannot be read.
 */
export async function chooseWinners(
  specs: readonly Spec[],
  { engine, environment, progress }: Session,
  options: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<Spec[]> {
  const path = winnersPathOf(options, context);
  if (path === undefined || !specs.some((spec) => isOpen(withoutText(spec)))) return [...specs];
  const store = await loadWinners(path);
  const machine = { adapter: environment.adapter, caps: await engine.lab.caps() };
  const told = new Set<string>();
  const chosen = specs.map((spec) => {
    const named = withWinner(withoutText(spec), store, machine);
    if (!named) return spec;
    // A text is of one tile, which its spec must name: a store that changes must not change what it runs as.
    told.add(spec.wgsl === undefined ? sentence(named, path) : ownTextSentence(named));
    return spec.wgsl === undefined ? named : spec;
  });
  for (const each of told) progress.note(each);
  return chosen;
}

const withoutText = (spec: Spec): Spec => {
  const bare = { ...spec };
  delete bare.wgsl;
  return bare;
};

const ownTextSentence = ({ kernel, params }: Spec): string =>
  `Own WGSL runs with auto’s default tile. If it comes from what wgsl printed for a winner of tune, name that: --kernel ${kernel} --set ${tileText(params)}.`;

const sentence = ({ kernel, params }: Spec, path: string): string =>
  `auto is ${kernel} with ${tileText(params)}: tune found it for products like this one (${path}; --winners none leaves it out).`;
