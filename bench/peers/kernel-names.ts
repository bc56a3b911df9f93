/** Learns which kernels a library runs: the names it gives its shader modules, of the pipelines that passes really set. */
export class KernelNames {
  readonly #names = new WeakMap<GPUComputePipeline, string>();
  readonly #modules = new WeakMap<GPUShaderModule, string>();
  readonly #restores: (() => void)[] = [];
  #heard: Set<string> | undefined;

  /** Patches devices and passes of the realm, until {@link restore}; pipelines made before have no name. */
  constructor() {
    const modules = this.#modules;
    const names = this.#names;
    const hear = (name: string): void => {
      this.#heard?.add(name);
    };
    const learn = (pipeline: GPUComputePipeline, { label, compute }: GPUComputePipelineDescriptor): void => {
      names.set(pipeline, modules.get(compute.module) ?? label ?? 'a kernel without a name');
    };
    this.#patch(
      GPUDevice.prototype,
      'createShaderModule',
      (create) =>
        function (this: GPUDevice, descriptor: GPUShaderModuleDescriptor) {
          const made = create.call(this, descriptor);
          modules.set(made, moduleName(descriptor));
          return made;
        },
    );
    this.#patch(
      GPUDevice.prototype,
      'createComputePipeline',
      (create) =>
        function (this: GPUDevice, descriptor: GPUComputePipelineDescriptor) {
          const made = create.call(this, descriptor);
          learn(made, descriptor);
          return made;
        },
    );
    this.#patch(
      GPUDevice.prototype,
      'createComputePipelineAsync',
      (create) =>
        async function (this: GPUDevice, descriptor: GPUComputePipelineDescriptor) {
          const made = await create.call(this, descriptor);
          learn(made, descriptor);
          return made;
        },
    );
    this.#patch(
      GPUComputePassEncoder.prototype,
      'setPipeline',
      (set) =>
        function (this: GPUComputePassEncoder, pipeline: GPUComputePipeline) {
          hear(names.get(pipeline) ?? 'a kernel made earlier');
          set.call(this, pipeline);
          return undefined;
        },
    );
  }

  /** Runs work. @returns the names of the kernels that it set, in the order of their first use. */
  async during(work: () => Promise<void>): Promise<readonly string[]> {
    const heard = (this.#heard = new Set<string>());
    try {
      await work();
    } finally {
      this.#heard = undefined;
    }
    return [...heard];
  }

  /** Undoes the patches. */
  restore(): void {
    for (const restore of this.#restores) restore();
  }

  #patch<T extends object, Name extends keyof T>(
    prototype: T,
    name: Name,
    wrap: (original: T[Name]) => T[Name],
  ): void {
    const original = prototype[name];
    prototype[name] = wrap(original);
    this.#restores.push(() => {
      prototype[name] = original;
    });
  }
}

/** A module's own label; without one, its size, by which a kernel can be told from another. */
function moduleName({ label, code }: GPUShaderModuleDescriptor): string {
  if (label) return label;
  const [, size = ''] = /@workgroup_size\(([^)]*)\)/.exec(code) ?? [];
  return `unnamed WGSL of ${code.split('\n').length} lines, workgroup ${size.replaceAll(/\s/g, '')}`;
}
