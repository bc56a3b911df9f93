import { existsSync } from 'node:fs';
import type { AdapterChoice } from '../../src/lab/lab.ts';

/**
 * What Chrome is started with, besides Puppeteer's own.
 *
 * @param choice the adapter wanted; Linux needs to be told to look for hardware.
 */
export function chromeFlags(choice: AdapterChoice): string[] {
  const linux = process.platform === 'linux';
  const root = linux && process.getuid?.() === 0;
  const hardware = linux && (choice === 'hardware' || (choice === 'auto' && hasGpuDevice()));
  return [
    // Linux has no WebGPU without it, software adapters nowhere; it also gives timestamps that are not rounded.
    '--enable-unsafe-webgpu',
    // Fills adapter.info.
    '--enable-webgpu-developer-features',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...(choice === 'software' ? ['--use-webgpu-adapter=swiftshader'] : []),
    ...(hardware ? ['--enable-features=Vulkan', '--enable-dawn-features=vulkan_enable_f16_on_nvidia'] : []),
    // The sandbox refuses to run as root.
    ...(root ? ['--no-sandbox'] : []),
  ];
}

const hasGpuDevice = (): boolean => existsSync('/dev/dri') || existsSync('/dev/nvidiactl');
