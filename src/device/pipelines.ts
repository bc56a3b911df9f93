import { type ComposedShader, locate } from '../kernels/compose.ts';
import type { Binding, Pass } from '../kernels/plan.ts';
import { COMPUTE_STAGE } from './flags.ts';
import { PlanError } from './plan-error.ts';

const BUFFER_TYPES = { uniform: 'uniform', read: 'read-only-storage', read_write: 'storage' } as const;

/** A compiled pass and the layout that its bind group must have. */
export interface CompiledPass {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Pipelines that are kept: a sweep goes through thousands, and each holds the driver's code. */
const KEPT = 256;

/** Compiled pipelines of one device. The key is the WGSL text and what it leaves out: entry point and bindings. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #compiled = new Map<string, Promise<CompiledPass>>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /**
   * The pipeline of a pass; two callers share one compilation.
   *
   * @throws PlanError `compile` with every message at its own file and line, or `validation`.
   */
  get({ shader, entryPoint, bindings }: Pass): Promise<CompiledPass> {
    const key = JSON.stringify([bindings, entryPoint, shader.code]);
    const known = this.#compiled.get(key);
    if (known) return known;
    const compiled = compile(this.#device, shader, entryPoint, bindings);
    this.#compiled.set(key, compiled);
    const oldest = this.#compiled.keys().next();
    if (this.#compiled.size > KEPT && oldest.done !== true) this.#compiled.delete(oldest.value);
    // A failure is not kept: it may have been for want of memory.
    compiled.catch(() => this.#compiled.delete(key));
    return compiled;
  }
}

async function compile(
  device: GPUDevice,
  shader: ComposedShader,
  entryPoint: string,
  bindings: readonly Binding[],
): Promise<CompiledPass> {
  // The scope keeps errors of the shader from the console: they are reported from the compilation's messages.
  device.pushErrorScope('validation');
  const label = shader.parts.at(-1)?.name ?? entryPoint;
  const module = device.createShaderModule({ label, code: shader.code });
  const layout = device.createBindGroupLayout({
    label,
    entries: bindings.map(({ binding, access }) => ({
      binding,
      visibility: COMPUTE_STAGE,
      buffer: { type: BUFFER_TYPES[access] },
    })),
  });
  const pipelineLayout = device.createPipelineLayout({ label, bindGroupLayouts: [layout] });
  const scope = device.popErrorScope();
  const pipeline = device.createComputePipelineAsync({
    label,
    layout: pipelineLayout,
    compute: { module, entryPoint },
  });
  try {
    const [compiled] = await Promise.all([pipeline, scope]);
    return { pipeline: compiled, layout };
  } catch (cause) {
    throw await explain(module, shader, cause);
  }
}

async function explain(module: GPUShaderModule, shader: ComposedShader, cause: unknown): Promise<unknown> {
  const { messages } = await module.getCompilationInfo();
  const errors = messages
    .filter(({ type }) => type === 'error')
    .map(({ lineNum, linePos, message }) => `${locate(shader, lineNum)}:${linePos}: ${message}`);
  if (errors.length > 0) return new PlanError('compile', errors, 'The WGSL does not compile.');
  if (!isPipelineError(cause)) return cause;
  if (cause.reason === 'internal') {
    return new PlanError('compile', [cause.message], "The GPU's compiler refused the kernel.");
  }
  return new PlanError('validation', [cause.message], 'The GPU refused the pipeline.');
}

/** By structure, for Node has no global `GPUPipelineError`. */
const isPipelineError = (cause: unknown): cause is GPUPipelineError =>
  cause instanceof Error && 'reason' in cause && typeof cause.reason === 'string';
