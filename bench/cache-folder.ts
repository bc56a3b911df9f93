import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this machine's own findings are kept: peaks, winners, journals of searches. */
export const cacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'subbyte');
