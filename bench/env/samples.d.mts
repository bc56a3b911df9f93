/**
 * Writes use.safetensors and its licence, unless they are there and of the installed package's version.
 *
 * @param from the package's folder.
 * @param to the folder that is written.
 * @returns whether anything was written.
 */
export function ensureSamples(from?: URL, to?: URL): Promise<boolean>;
