import type { Spec } from '../src/io/spec.ts';
import { chooseKernel } from '../src/kernels/choose-kernel.ts';
import { problemOf } from '../src/lab/plan-spec.ts';
import type { Winners } from '../src/tune/winners.ts';
import type { CommandContext } from './context.ts';
import { loadWinners } from './winners-file.ts';
import { winnersPathOf } from './winners-option.ts';
import type { Session } from './with-engine.ts';

/**
 * Puts the winners of searches in the place of `auto`, where the store has one for the adapter and the product: the spec then
 * names kernel and tile, so that its record gives the same when it is run again without the store. A tile that a plan rejects
 * for this product is left out.
 *
 * @throws UsageError if the store cannot be read.
 */
export async function chooseWinners(
  specs: readonly Spec[],
  session: Session,
  options: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<Spec[]> {
  const path = winnersPathOf(options, context);
  if (path === undefined || !specs.some(isOpen)) return [...specs];
  const store = await loadWinners(path);
  const chosen: Spec[] = [];
  const told = new Set<string>();
  for (const spec of specs) {
    const winner = isOpen(spec) ? await winnerFor(spec, store, session) : undefined;
    if (winner) told.add(sentence(winner, path));
    chosen.push(winner ?? spec);
  }
  for (const each of told) session.progress.note(each);
  return chosen;
}

/** Whether a spec leaves its kernel to be chosen. */
const isOpen = ({ kernel, params, wgsl }: Spec): boolean =>
  kernel === 'auto' && Object.keys(params).length === 0 && wgsl === undefined;

async function winnerFor(
  spec: Spec,
  store: Winners,
  { engine: { lab }, environment }: Session,
): Promise<Spec | undefined> {
  const problem = problemOf(spec);
  const auto = chooseKernel(problem, await lab.caps()).id;
  const winner = store.lookup(environment.adapter, problem, auto);
  if (!winner) return undefined;
  const named: Spec = { ...spec, kernel: winner.kernel, params: winner.params };
  return 'rejected' in (await lab.wgsl(named)) ? undefined : named;
}

function sentence({ kernel, params }: Spec, path: string): string {
  const tile = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return `auto is ${kernel} with ${tile.join(',')}: tune found it for products like this one (${path}; --winners none leaves it out).`;
}
