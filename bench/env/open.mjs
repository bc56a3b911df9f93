import { spawn } from 'node:child_process';

/**
 * Shows an address in the user's browser, where there is a desktop to show it on; nowhere else, never in CI.
 *
 * @param {string} address
 */
export function openBrowser(address) {
  const command = opener();
  if (!command) return;
  const [program, ...args] = command;
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // no opener: the printed address is enough
  child.unref();
}

/** @returns {[string, ...string[]] | undefined} */
function opener() {
  const { CI, SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI || SSH_CONNECTION) return undefined;
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['cmd.exe', '/d', '/c', 'start', ''];
  return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}
