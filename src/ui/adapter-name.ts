import type { Environment } from '../io/record.ts';

/** The shortest name by which an adapter is known, software adapters marked. */
export function adapterName({ adapter }: Environment): string {
  const name =
    adapter.description || [adapter.vendor, adapter.architecture].filter(Boolean).join(' ') || 'this adapter';
  const short = name.replace(/\s*\(.*$/s, '') || name;
  return adapter.software ? `${short} (software)` : short;
}
