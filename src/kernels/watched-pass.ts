import { bytes } from '../base/units.ts';
import { BINDING_OF } from './bindings.ts';
import { withLanes } from './permuted-plan.ts';
import type { KernelPlan } from './plan.ts';
import { dropStores } from './wgsl-text/drop-stores.ts';
import { readModule } from './wgsl-text/module.ts';
import { usesWorkgroup, type WatchedText, watchWorkgroup } from './wgsl-text/watch-workgroup.ts';

/** Entries that a log has for each lane, besides its head: several steps along K of any kernel here, twice. */
const LANE_ENTRIES = 2048;
/** Room for what a log says before its entries [words]. */
const HEAD_WORDS = 1024;
/** The longest log [words]. */
const MOST_WORDS = 1 << 24;

/** One pass of a plan that logs its accesses to workgroup memory, and stores nothing else. */
export interface WatchedPass {
  readonly entryPoint: string;
  /** Of this pass alone; its log is the buffer `lanes`. */
  readonly plan: KernelPlan;
  readonly text: WatchedText;
}

/**
 * The passes of a plan whose lanes share workgroup memory, each as a plan of its own.
 *
 * @throws WgslTextError where the text cannot be followed.
 */
export function watchedPasses(plan: KernelPlan): readonly WatchedPass[] {
  return plan.passes.flatMap((pass) => {
    const { entryPoint, dispatch, shader } = pass;
    const module = readModule(shader.code);
    if (!usesWorkgroup(module, entryPoint)) return [];
    const stored = readModule(dropStores(module, entryPoint));
    const text = watchWorkgroup(stored, entryPoint, dispatch, BINDING_OF.lanes);
    const watched = { ...withLanes(pass, text.code, 'read_write'), dispatch: text.dispatch };
    const [x, y, z] = text.dispatch;
    const words = Math.min(MOST_WORDS, HEAD_WORDS + (LANE_ENTRIES + 1) * pass.workgroupSize * x * y * z);
    const buffers = { ...plan.buffers, lanes: bytes(4 * words) };
    return [{ entryPoint, plan: { ...plan, passes: [watched], buffers }, text }];
  });
}
