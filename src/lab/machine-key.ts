import type { Environment } from '../io/record.ts';

/** What figures of a machine hold for: the adapter, and the engine with its versions, whose compilers differ. */
export const machineKey = ({ engine, adapter, versions }: Environment): string =>
  JSON.stringify([engine, adapter.vendor, adapter.architecture, adapter.description, versions]);
