/** Says why a list is not `least` to `most` codes of `bits` bits, else undefined. */
export const refuseCodes =
  (bits: number, least: number, most: number, multiple = 1) =>
  (values: readonly number[]): string | undefined => {
    const top = 2 ** bits - 1;
    const odd = values.find((value) => !Number.isInteger(value) || value < 0 || value > top);
    if (odd !== undefined) return `${String(odd)} is no ${String(bits)}-bit code: 0 to ${String(top)}.`;
    const count = values.length;
    if (count >= least && count <= most && count % multiple === 0) return undefined;
    const wanted = least === most ? String(most) : `${String(least)} to ${String(most)}`;
    return `This takes ${wanted} codes${multiple > 1 ? `, a multiple of ${String(multiple)}` : ''}, not ${String(count)}.`;
  };
