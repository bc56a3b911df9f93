import type { KernelPlan } from '../../src/kernels/plan.ts';

/**
 * A plan whose matrices of subgroups are numbers, and whose operations on them do nothing: it goes the same ways, and runs on
 * adapters without such units. Products come out wrong.
 */
export function withoutMatrixUnits(plan: KernelPlan): KernelPlan {
  return {
    ...plan,
    passes: plan.passes.map((pass) => ({
      ...pass,
      shader: { ...pass.shader, code: standIns(pass.shader.code) },
    })),
  };
}

const standIns = (wgsl: string): string =>
  wgsl.includes('subgroupMatrix')
    ? `${wgsl
        .replace('enable chromium_experimental_subgroup_matrix;\n', '')
        .replace(/= subgroup_matrix_(left|right|result)<.*>;/g, '= f32;')
        .replace(/subgroupMatrixLoad<(?:Left|Right), \w+>\(&\w+, /g, 'matrix_load(')
        .replace(/subgroupMatrixStore<\w+>\(&\w+, /g, 'matrix_store(')
        .replaceAll('subgroupMatrixMultiplyAccumulate(', 'matrix_multiply(')}
fn matrix_load(offset : u32, stride : u32) -> f32 { return 0.0; }
fn matrix_store(offset : u32, matrix : f32, stride : u32) { }
fn matrix_multiply(left : f32, right : f32, sum : f32) -> f32 { return fma(left, right, sum); }
`
    : wgsl;
