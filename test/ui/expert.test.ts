import type { TemplateResult } from 'lit';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC, SpecSchema } from '../../src/io/spec.ts';
import { draftOf, editDraft, readDraft } from '../../src/ui/draft.ts';
import { SbExpert } from '../../src/ui/sb-expert.ts';

const isTemplate = (value: unknown): value is TemplateResult =>
  typeof value === 'object' && value !== null && '_$litType$' in value;

/** All templates of a rendering, outer ones first. */
function templatesIn(value: unknown): readonly TemplateResult[] {
  if (Array.isArray(value)) return value.flatMap(templatesIn);
  return isTemplate(value) ? [value, ...value.values.flatMap(templatesIn)] : [];
}

/** The values of the list with a label, in order. */
function valuesOf(expert: SbExpert, label: string): readonly unknown[] {
  const list = templatesIn(expert.render()).find(
    ({ strings, values }) => strings.join('').includes('<select') && values.includes(label),
  );
  if (!list) throw new Error(`no list ${label}`);
  return templatesIn(list)
    .filter(({ strings }) => strings[0]!.includes('<option'))
    .map(({ values }) => values[0]);
}

describe('expert settings', () => {
  const expert = new SbExpert();
  expert.draft = draftOf(DEFAULT_SPEC);
  expert.reading = readDraft(expert.draft);

  test.each([
    ['Accumulators', SpecSchema.entries.accumulator.options],
    ['Epilogue', SpecSchema.entries.epilogue.options],
    ['Outputs', SpecSchema.entries.output.wrapped.options],
  ])('%s offer all that a spec may hold', (label, options) => {
    expect(valuesOf(expert, label)).toEqual(options);
  });

  test('a choice is a part of the spec that the draft reads as', () => {
    const choices = { accumulator: 'f16', epilogue: 'silu', output: 'f16' } as const;
    expect(readDraft(editDraft(draftOf(DEFAULT_SPEC), { choices })).spec).toEqual({
      ...DEFAULT_SPEC,
      ...choices,
    });
  });
});
