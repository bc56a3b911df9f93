import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Linux tells of what a machine is supplied by. */
const SUPPLIES = '/sys/class/power_supply';

/**
 * Whether the machine's battery is charging, as a browser's navigator says it: false only where one discharges. Batteries of mice
 * and other devices do not count.
 *
 * @param folder of supplies; one that is not there, as elsewhere than on Linux, tells of none.
 */
export async function readLinuxBattery(folder = SUPPLIES): Promise<{ readonly charging: boolean }> {
  const names = await readdir(folder).catch((): string[] => []);
  const discharging = await Promise.all(names.map((name) => isDischarging(join(folder, name))));
  return { charging: !discharging.includes(true) };
}

async function isDischarging(supply: string): Promise<boolean> {
  const [type, scope, status] = await Promise.all(
    ['type', 'scope', 'status'].map((name) => readFile(join(supply, name), 'utf8').catch(() => '')),
  );
  return type!.trim() === 'Battery' && scope!.trim() !== 'Device' && status!.trim() === 'Discharging';
}
