import { aptInstall, aptUpdate, addBackports, candidateMajor, canInstall, distribution } from './apt.mjs';
import { findChrome } from './chrome.mjs';
import { probeAdapter } from './probe.mjs';

/** @typedef {{ readonly found: string } | { readonly missing: string }} Requirement `missing` says how to get it */

/** Dawn refuses the software Vulkan of older ones. */
const LEAST_MESA = 24;

const MESA = 'mesa-vulkan-drivers';

/**
 * A Chrome for the browser tests; as root on Debian it is installed.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<Requirement>} `found` is its path
 */
export async function ensureChrome(say) {
  const found = findChrome();
  if (found) return { found };
  if (process.env['CHROME_PATH']) {
    return {
      missing: `CHROME_PATH is ${process.env['CHROME_PATH']}, which is no program. Correct or unset it.`,
    };
  }
  const { id } = distribution();
  if (id === 'debian' && canInstall()) {
    await aptUpdate();
    await aptInstall(['chromium'], say);
    const installed = findChrome();
    if (installed) return { found: installed };
  }
  return { missing: howToGetChrome(id) };
}

/** @param {string} id of the distribution */
function howToGetChrome(id) {
  const own = 'npx puppeteer browsers install chrome';
  if (id === 'debian') return `No Chrome found. Run: sudo apt-get install -y chromium   (or: ${own})`;
  const ubuntu = id === 'ubuntu' ? " Ubuntu's own chromium is a snap, which does not serve for tests." : '';
  return `No Chrome found. Install Google Chrome from https://www.google.com/chrome/, or run: ${own}, or set CHROME_PATH.${ubuntu}`;
}

/**
 * An adapter for WebGPU under Node: the machine's GPU, or on Linux the software Vulkan of Mesa, which is installed on
 * Debian and Ubuntu as root.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<Requirement>} `found` describes it
 */
export async function ensureAdapter(say) {
  const found = await probeAdapter();
  if (found) return { found };
  const { like, codename } = distribution();
  if (like.includes('debian') && canInstall()) {
    await installMesa(codename, say);
    const installed = await probeAdapter();
    if (installed) return { found: installed };
  }
  return { missing: howToGetAdapter(like, codename) };
}

/**
 * @param {string} codename
 * @param {(line: string) => void} say
 */
async function installMesa(codename, say) {
  await aptUpdate();
  const isNewEnough = (await candidateMajor(MESA)) >= LEAST_MESA;
  const backports = !isNewEnough && distribution().id === 'debian' && (await addBackports(codename, say));
  await aptInstall([MESA], say, backports ? `${codename}-backports` : undefined);
}

/**
 * @param {readonly string[]} like
 * @param {string} codename
 */
function howToGetAdapter(like, codename) {
  if (process.platform !== 'linux') {
    const api = process.platform === 'darwin' ? 'Metal' : 'Direct3D 12 or Vulkan';
    return `No WebGPU adapter under Node. Here it is the machine's own GPU: it needs ${api} and its present driver.`;
  }
  const head = `No WebGPU adapter under Node. It needs a Vulkan driver: the GPU's own, or Mesa ${LEAST_MESA} or newer.`;
  if (like.includes('ubuntu'))
    return `${head} Run: sudo apt-get install -y ${MESA}   (Ubuntu 24.04 or newer)`;
  if (like.includes('debian')) {
    return `${head} Run: sudo apt-get install -y -t ${codename}-backports ${MESA}   (after adding ${codename}-backports to apt's sources)`;
  }
  if (like.includes('fedora')) return `${head} Run: sudo dnf install ${MESA}`;
  if (like.includes('arch')) return `${head} Run: sudo pacman -S vulkan-swrast`;
  return `${head} Install your distribution's Mesa Vulkan drivers (lavapipe).`;
}
