import { range } from '../base/integers.ts';
import { CHUNK, RUN } from '../layouts/layout.ts';
import type { ShaderPart } from './compose.ts';
import { codesPerScale, decodeRun, fetchedNames, groupOffsets } from './decode.ts';
import { groupTerms, type GroupTerms } from './group-terms.ts';
import { indent } from './indent.ts';
import type { GemmProblem } from './problem.ts';
import { runAccess } from './run-access.ts';

/** The names under which {@link decodedRun} leaves the weights of a run. */
export interface WeightsOfRun {
  readonly statements: readonly string[];
  /** [RUN] f32 expressions. */
  readonly weights: readonly string[];
}

/** Decodes run `run` (a u32 name, counted from k = 0) of the one column `n` (a u32 name). */
export function decodedRun(problem: GemmProblem): WeightsOfRun {
  const access = runAccess(problem);
  const offsets = groupOffsets(problem);
  const names = fetchedNames(problem, (i) => `w${i}`);
  const inChunk = `(run % ${CHUNK / RUN}u)`;
  const statements = names.map(
    (name, i) => `let ${name} = ${access.load(i, 'n', `(run / ${CHUNK / RUN}u)`, inChunk)};`,
  );
  const span = codesPerScale(problem, RUN);
  const terms = range(RUN / span).map((g) => {
    statements.push(`let group${g} = group_index(n, (run * ${RUN}u + ${g * span}u) / GROUP);`);
    const reads = {
      four: false,
      scale: `scale_at(group${g})`,
      zero: offsets.zero && `${offsets.zero}(group${g})`,
      min: offsets.min && `${offsets.min}(group${g})`,
    };
    const term = groupTerms(problem, reads, `g${g}`);
    statements.push(...term.statements);
    return term;
  });
  const termsAt = (k: number): GroupTerms => terms[Math.floor(k / span)]!;
  const { statements: taken, codes } = decodeRun(problem, names, inChunk, 'c', (k) => termsAt(k).half);
  return {
    statements: [...statements, ...taken],
    weights: codes.map((code) => termsAt(code.k).weight(code)),
  };
}

/** The `add_run` of `shaders/kernels/naive.wgsl`. */
export function naiveFunctions(problem: GemmProblem): ShaderPart {
  const { statements, weights } = decodedRun(problem);
  const sums = weights.map((weight, k) => `sum = fma(activation(m, run * ${RUN}u + ${k}u), ${weight}, sum);`);
  const wgsl = `fn add_run(before : f32, m : u32, n : u32, run : u32) -> f32 {
  var sum = before;
${indent([...statements, ...sums])}
  return sum;
}
`;
  return { name: 'generated: naive', wgsl };
}
