import type { Result } from '../io/record.ts';

/** Of a browser's navigator, what knows the battery. */
export type BatteryNavigator = Partial<Navigator> & {
  /** Where a browser has it; not in the DOM's types. */
  getBattery?(): Promise<{ readonly charging: boolean }>;
};

const BATTERY =
  'The machine runs on its battery: many lower their clocks. Plug it in for times that compare.';

/** Warns in every result that has a time where the machine runs on its battery: only times are spoilt. */
export async function warnOfBattery(
  results: readonly Result[],
  navigator: BatteryNavigator,
): Promise<readonly Result[]> {
  // A browser may refuse to tell; then nothing is known.
  const battery = await navigator.getBattery?.().catch(() => undefined);
  if (battery?.charging !== false) return results;
  return results.map((result) =>
    result.timing ? { ...result, warnings: [...(result.warnings ?? []), BATTERY] } : result,
  );
}

/** {@link warnOfBattery}, of one result. */
export async function warnOneOfBattery(result: Result, navigator: BatteryNavigator): Promise<Result> {
  const [warned] = await warnOfBattery([result], navigator);
  return warned!;
}
