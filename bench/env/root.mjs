import { fileURLToPath } from 'node:url';

/**
 * The repository's root folder, with no slash at the end. The Node bundle in `dist/node` lies as deep as this file, so
 * the same relative address is right there too.
 */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
