/** Bytes in hexadecimal, two digits each: `81 30 10`. */
export const hexBytes = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
