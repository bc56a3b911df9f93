import type { RegisterLayout } from './register-layout.ts';

/**
 * The same layout with its modes cut further; not in canonical form.
 *
 * @param parts for each mode the sizes it is cut into, slowest first; their product is its size
 */
export function refineModes(
  { shape, modeShape, spatialModes, localModes }: RegisterLayout,
  parts: readonly (readonly number[])[],
): RegisterLayout {
  const starts: number[] = [];
  let count = 0;
  for (const [mode] of modeShape.entries()) {
    starts.push(count);
    count += parts[mode]!.length;
  }
  const refine = (mode: number) => (mode < 0 ? mode : parts[mode]!.map((_, i) => starts[mode]! + i));
  return {
    shape,
    modeShape: parts.flat(),
    spatialModes: spatialModes.flatMap(refine),
    localModes: localModes.flatMap(refine),
  };
}
