import type { GpuDescription } from '../device/gpu.ts';
import type { Environment } from '../io/record.ts';

/** A device as a record describes it. */
export const environmentOf = (
  { vendor, architecture, description, software, features, limits, timer }: GpuDescription,
  { engine, versions }: { readonly engine: string; readonly versions: Readonly<Record<string, string>> },
): Environment => ({
  engine,
  adapter: { vendor, architecture, description, software },
  features: [...features],
  limits: { ...limits },
  timer: { ...timer },
  versions: { ...versions },
});
