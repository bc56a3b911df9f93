import { type ComposedShader, locate } from '../kernels/compose.ts';
import { CUSTOM_NAME } from '../kernels/custom-text.ts';
import type { KernelPlan } from '../kernels/plan.ts';
import { type WatchedPass, watchedPasses } from '../kernels/watched-pass.ts';
import { type Access, type Finding, findRace, type Race } from '../kernels/wgsl-text/find-race.ts';
import { holdsAtomics } from '../kernels/wgsl-text/workgroup-shape.ts';
import type { Check } from '../io/record.ts';
import { POISON_BITS } from '../reference/poison.ts';
import { checkText } from './check-text.ts';
import type { Subject } from './subject.ts';

const check = 'races';

/**
 * Looks for two lanes that touch one element of workgroup memory between two barriers, one of them writing. The kernel is made to
 * log its accesses, and so shows a race in whatever order its lanes run. The first and the last workgroups along each axis
 * are run, on what is in the buffers.
 */
export const checkRaces = (subject: Subject, signal: AbortSignal): Promise<Check> =>
  checkText(subject, check, async (plan) => {
    const seen: (Finding & { readonly kind: 'none' })[] = [];
    let atomics = false;
    for (const watched of watchedPasses(plan)) {
      signal.throwIfAborted();
      const finding = await watch(subject, watched);
      if (finding.kind === 'race') {
        return { check, outcome: 'failed', says: raceSentence(finding, shaderOf(plan, watched)) };
      }
      if (finding.kind === 'unknown') return { check, outcome: 'not made', says: finding.reason };
      seen.push(finding);
      atomics ||= watched.text.variables.some(({ typed }) => holdsAtomics(typed.shape));
    }
    return { check, outcome: 'passed', says: passedBy(seen, atomics) };
  });

async function watch({ loaded }: Subject, { plan, text }: WatchedPass): Promise<Finding> {
  const watched = await loaded.beside(plan);
  try {
    await watched.run(POISON_BITS);
    return findRace(new Uint32Array(await watched.read('lanes')), text);
  } finally {
    watched.destroy();
  }
}

/** @param atomics whether there are some in workgroup memory, whose accesses do not race; what they are to order may. */
function passedBy(seen: readonly (Finding & { readonly kind: 'none' })[], atomics: boolean): string {
  if (seen.length === 0) return 'Its lanes share no workgroup memory, and so do not race for it.';
  const stretches = seen.reduce((sum, finding) => sum + finding.stretches, 0);
  const which = seen.every(({ complete }) => complete) ? 'all' : 'the first and last';
  return (
    'No barrier is missing: no two lanes touch one element of workgroup memory, one of them writing, without a barrier between ' +
    `them, in ${which} ${stretches} stretches between barriers of the first and last workgroups. Buffers${atomics ? ', and atomics,' : ''} are not watched.`
  );
}

const shaderOf = ({ passes }: KernelPlan, { entryPoint }: WatchedPass): ComposedShader =>
  passes.find((pass) => pass.entryPoint === entryPoint)!.shader;

/** A race as a sentence. */
function raceSentence({ unit, write, other }: Race, shader: ComposedShader): string {
  const at = ({ lane, site }: Access): string => `lane ${lane} ${site.kind}s`;
  return (
    `Two lanes race for workgroup memory: ${at(write)} ${unit} (${placeOf(write, shader)}) and ${at(other)} it ` +
    `(${placeOf(other, shader)}), with no workgroupBarrier() between them.`
  );
}

function placeOf({ site: { line } }: Access, shader: ComposedShader): string {
  const place = locate(shader, line);
  return place.startsWith(CUSTOM_NAME) ? `line ${line}` : place;
}
