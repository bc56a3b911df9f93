const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES: ReadonlyMap<string, number> = new Map(Array.from(DIGITS, (digit, value) => [digit, value]));

/** Bytes as base64url without padding (RFC 4648 §5): safe in a link. */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = Math.min(3, bytes.length - i);
    const bits = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let digit = 0; digit <= left; digit++) text += DIGITS[(bits >>> (18 - 6 * digit)) & 63]!;
  }
  return text;
}

/**
 * The bytes of a base64url text.
 *
 * @returns undefined if the text is not base64url without padding.
 */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  for (let i = 0, filled = 0; i < text.length; i++) {
    const value = VALUES.get(text[i]!);
    if (value === undefined) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    // After digits 1, 2 and 3 of each four, 4, 2 and 0 bits are left over beyond a whole byte.
    if (i % 4 !== 0) bytes[filled++] = bits >>> (6 - 2 * (i % 4));
  }
  return bytes;
}
