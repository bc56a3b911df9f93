import { bytes } from '../base/units.ts';
import { BINDING_OF } from './bindings.ts';
import { customShader } from './custom-text.ts';
import type { KernelPlan, Pass } from './plan.ts';
import { permuteLanes } from './wgsl-text/permute-lanes.ts';

/**
 * A plan whose lanes trade places, by the order that is in its buffer `lanes`.
 *
 * @throws WgslTextError where its text cannot be followed.
 */
export function permutedPlan(plan: KernelPlan): KernelPlan {
  const texts = [...new Set(plan.passes.map(({ shader }) => shader.code))];
  const permuted = new Map(
    texts.map((text) => {
      const entryPoints = plan.passes
        .filter(({ shader }) => shader.code === text)
        .map((pass) => pass.entryPoint);
      return [text, permuteLanes(text, [...new Set(entryPoints)], BINDING_OF.lanes)];
    }),
  );
  return {
    ...plan,
    passes: plan.passes.map((pass) => withLanes(pass, permuted.get(pass.shader.code)!, 'read')),
    buffers: { ...plan.buffers, lanes: bytes(16) },
  };
}

/** A pass with another text, which also binds the buffer `lanes`. */
export const withLanes = (pass: Pass, code: string, access: 'read' | 'read_write'): Pass => ({
  ...pass,
  shader: customShader(code),
  bindings: [...pass.bindings, { binding: BINDING_OF.lanes, role: 'lanes', access }],
});
