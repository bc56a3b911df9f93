import { hash32 } from './random.ts';

/** Eight hexadecimal digits by which texts are told apart; not for secrets, nor where somebody wants two to be alike. */
export const fingerprint = (text: string): string =>
  new TextEncoder()
    .encode(text)
    .reduce((hash, byte) => hash32(hash, byte), 0)
    .toString(16)
    .padStart(8, '0');
