import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64Url, encodeBase64Url } from '../../src/io/base64url.ts';

test('bytes are spelled as Node spells them, and come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const text = encodeBase64Url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(decodeBase64Url(text)).toEqual(new Uint8Array(bytes));
    }),
  );
});

test.each(['a', 'abcde', 'ab=', 'a b', 'ab+/', 'äb'])('%j is not base64url', (text) => {
  expect(decodeBase64Url(text)).toBeUndefined();
});
