import { run } from './process.mjs';
import { ROOT } from './root.mjs';

/** Run apart: a driver that crashes must not take the launcher with it. */
const PROGRAM = `
  import { create } from 'webgpu';
  globalThis.gpu = create(process.platform === 'linux' ? ['backend=vulkan'] : []);
  const adapter = await globalThis.gpu.requestAdapter();
  if (adapter) console.log('adapter: ' + (adapter.info.description || adapter.info.device || adapter.info.vendor));
  process.exit(0);
`;

/**
 * The adapter that WebGPU has under Node on this machine.
 *
 * @returns {Promise<string | undefined>} its description; undefined if there is none
 */
export async function probeAdapter() {
  const { output } = await run(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    cwd: ROOT,
    quiet: true,
    limitMs: 60_000,
  });
  return /^adapter: (.*)$/m.exec(output)?.[1];
}
