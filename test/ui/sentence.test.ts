import type { TemplateResult } from 'lit';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { type Choices, draftOf, editDraft, readDraft } from '../../src/ui/draft.ts';
import { SbSentence } from '../../src/ui/sb-sentence.ts';

const isTemplate = (value: unknown): value is TemplateResult =>
  typeof value === 'object' && value !== null && '_$litType$' in value;

/** A template's text with the values that are text, in order; what listeners and properties are given is left out. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('');
  if (!isTemplate(value)) return '';
  return value.strings.map((text, i) => text + textOf(value.values[i])).join('');
}

/** The sentence of a draft with other choices, tags left out, and the labels of its controls. */
function sentenceOf(choices: Partial<Choices>): {
  readonly text: string;
  readonly labels: readonly string[];
} {
  const sentence = new SbSentence();
  sentence.draft = editDraft(draftOf(DEFAULT_SPEC), { choices });
  sentence.reading = readDraft(sentence.draft);
  const html = textOf(sentence.render());
  const labels = [...html.matchAll(/aria-label=([^\n]+)/g)].map(([, label]) => label!.trim());
  return { text: html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '), labels };
}

const PARTS = [
  'Group size: weights that share a scale',
  'Scale type',
  'Second level of the scales',
  'Zero points',
];

describe('the sentence', () => {
  test('has a control for each part of an element’s format', () => {
    expect(sentenceOf({}).labels).toEqual(expect.arrayContaining(['Weight format', ...PARTS]));
  });

  test.each(['mxfp4', 'q4_k', 'gptq4'])('has none of them for %s, which determines its parts', (format) => {
    const { labels } = sentenceOf({ format });
    expect(labels).toContain('Weight format');
    expect(labels.filter((label) => PARTS.includes(label))).toEqual([]);
  });

  test('says why choices do not go together, and keeps the controls to change them', () => {
    const { text, labels } = sentenceOf({ scale: 'u6' });
    expect(text).toContain('Scales of type u6 and the second level none do not go together');
    expect(labels).toEqual(expect.arrayContaining(PARTS));
    expect(sentenceOf({ scale: 'u6', secondLevel: 'super' }).text).not.toContain('go together');
  });
});
