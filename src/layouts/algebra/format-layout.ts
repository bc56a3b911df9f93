import { makeLayout } from './make-layout.ts';
import { axisModes, type RegisterLayout } from './register-layout.ts';

/**
 * Writes a layout as an expression that `parseLayout` reads back as the same layout: a chain of primitives, as short as its
 * order of modes allows; a `reshape` at the end where no chain over its own axes has that order.
 *
 * @throws LayoutError if `layout` is none.
 */
export function formatLayout(layout: RegisterLayout): string {
  const canonical = makeLayout(layout);
  const chain = writeChain(canonical);
  if (chain !== undefined) return chain;
  // With an axis for each mode, no order of modes is out of reach.
  const perMode = writeChain({ ...canonical, shape: canonical.modeShape })!;
  return `${perMode}.reshape(${canonical.shape.join(', ')})`;
}

/** What is still to be written. */
interface Pending {
  /** The modes of each axis, slowest first. */
  readonly axes: number[][];
  readonly spatial: number[];
  readonly local: number[];
}

/** @returns undefined if the orders along axes, lanes and locals contradict each other. */
function writeChain(layout: RegisterLayout): string | undefined {
  const pending: Pending = {
    axes: axisModes(layout),
    spatial: [...layout.spatialModes],
    local: [...layout.localModes],
  };
  const links: string[] = [];
  while (pending.spatial.length + pending.local.length > 0) {
    const link = takeLink('spatial', layout, pending) ?? takeLink('local', layout, pending);
    if (link === undefined) return undefined;
    links.push(link);
  }
  const hasAxes = links.some((link) => !link.startsWith('replicated'));
  if (!hasAxes) links.push(`local(${layout.shape.join(', ')})`);
  return links.join('.');
}

/** Takes as many modes off a list as one primitive can write; undefined if its first mode has to wait. */
function takeLink(
  kind: 'spatial' | 'local',
  { shape, modeShape }: RegisterLayout,
  pending: Pending,
): string | undefined {
  const list = pending[kind];
  if (list[0] !== undefined && list[0] < 0) return `replicated(${-list.shift()!})`;
  const sizes = shape.map(() => 1);
  const taken: number[] = [];
  for (;;) {
    const axis = pending.axes.findIndex((modes) => modes[0] !== undefined && modes[0] === list[0]);
    if (axis < 0 || !continues(taken, axis)) break;
    const mode = list.shift()!;
    pending.axes[axis]!.shift();
    sizes[axis] = modeShape[mode]!;
    taken.push(axis);
  }
  const [first, second] = taken;
  if (first === undefined) return undefined;
  const column = second !== undefined && second < first ? 'column_' : '';
  return `${column}${kind}(${sizes.join(', ')})`;
}

/** Whether the axes still run in one direction. */
function continues(taken: readonly number[], axis: number): boolean {
  const [first, second] = taken;
  const last = taken.at(-1);
  if (first === undefined || last === undefined) return true;
  const ascends = second === undefined ? axis > first : second > first;
  return ascends ? axis > last : axis < last;
}
