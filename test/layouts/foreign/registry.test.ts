import { expect, test } from 'vitest';
import { PRESET_NAMES } from '../../../src/formats/presets.ts';
import { FOREIGN_PACKINGS } from '../../../src/layouts/foreign/registry.ts';

test('every id is there once', () => {
  const ids = FOREIGN_PACKINGS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every preset that a packing names exists, and every preset of these projects has a packing', () => {
  const named = new Set(FOREIGN_PACKINGS.flatMap(({ presets }) => presets));
  expect([...named].filter((name) => !PRESET_NAMES.includes(name))).toEqual([]);
  const foreign = PRESET_NAMES.filter((name) => /^(gptq|awq|ort|q\df16|bnb|quantllm|i2_s)/.test(name));
  expect(foreign.filter((name) => !named.has(name))).toEqual([]);
});
