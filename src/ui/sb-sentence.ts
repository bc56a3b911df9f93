import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ZeroPoint } from '../formats/format.ts';
import { isPreset } from '../formats/presets.ts';
import { SCALE_TYPE_NAMES } from '../formats/scale-type.ts';
import type { Environment } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { capsOf } from './constraints.ts';
import type { Choices, Draft, DraftReading, TypedField } from './draft.ts';
import { EditEvent } from './events.ts';
import { choiceControl, inlineControlStyles, textControl } from './inline-controls.ts';
import { type Choice, formatChoices, groupChoices, kernelChoices } from './labels.ts';
import { sharedStyles } from './shared-styles.ts';
import { weightChoices } from './weight-choices.ts';
import './sb-environment.ts';

const ACTIVATIONS: readonly Choice[] = [
  { value: 'f16', label: 'f16' },
  { value: 'f32', label: 'f32' },
  { value: 'i8', label: 'int8 (quantized first)' },
];
const SCALES: readonly Choice[] = SCALE_TYPE_NAMES.map((name) => ({ value: name, label: name }));
const ZEROS: readonly Choice[] = [
  { value: 'false', label: 'no zero points' },
  { value: 'true', label: 'stored zero points' },
  { value: 'minus-one', label: 'stored zero points less one' },
  { value: 'min', label: 'minima' },
];
const LEVELS: readonly Choice[] = [
  { value: 'none', label: 'no second level' },
  { value: 'tensor', label: 'times one f32' },
  { value: 'super', label: 'times an f16 for each 256' },
  { value: 'double', label: 'quantized again' },
];

/**
 * The experiment as one sentence whose parts are controls.
 *
 * @fires sb-edit - with the change of the draft
 */
@customElement('sb-sentence')
export class SbSentence extends LitElement {
  static override styles = [
    sharedStyles,
    inlineControlStyles,
    css`
      .sentence {
        font-size: var(--text-sentence);
        line-height: 1.85;
        letter-spacing: -0.012em;
        text-wrap: pretty;
      }
      .together {
        white-space: nowrap;
      }
      .problem {
        margin-top: 0.5rem;
        color: var(--bad);
      }
      @media (max-width: 560px) {
        .sentence {
          line-height: 1.95;
        }
      }
    `,
  ];

  /** What the controls show. */
  @property({ attribute: false }) draft!: Draft;
  /** How the draft reads: problems are shown under the sentence. */
  @property({ attribute: false }) reading!: DraftReading;
  /** What runs in the place of the draft's spec: of `auto`, it may be a winner. */
  @property({ attribute: false }) runs: Spec | undefined;
  /** The machine, once it is known. */
  @property({ attribute: false }) environment: Environment | undefined;

  override render(): TemplateResult {
    const { choices, typed } = this.draft;
    const token = typed.m.trim() === '1' ? 'token' : 'tokens';
    return html`
      <p class="sentence">
        Multiply
        <span class="together">${this.#number('m', 'Tokens: rows of activations, M')} ${token}</span> by
        ${this.#choice('Weights', 'weights', weightChoices(choices.weights))}${this.#sizes()} with weights in
        <span class="together"
          >${this.#choice('Weight format', 'format', formatChoices(choices.format))},</span
        >
        ${isPreset(choices.format) ? nothing : this.#parts()} activations
        <span class="together">${this.#choice('Activation type', 'activation', ACTIVATIONS)},</span> using
        ${this.#choice('Kernel', 'kernel', kernelChoices(choices.kernel, this.runs ?? this.reading.spec, capsOf(this.environment)))}
        on <sb-environment .environment=${this.environment}></sb-environment>.
      </p>
      ${this.#problems()}
    `;
  }

  /** What a format has besides its element; a preset determines it. */
  #parts(): TemplateResult {
    const { choices } = this.draft;
    return html`groups of
      <span class="together"
        >${choiceControl(
          'Group size: weights that share a scale',
          String(choices.group),
          groupChoices(choices.group),
          (value) => {
            this.#edit({ group: value === 'K' ? 'K' : Number(value) });
          },
        )},</span
      >
      scales <span class="together">${this.#choice('Scale type', 'scale', SCALES)},</span>
      <span class="together">${this.#choice('Second level of the scales', 'secondLevel', LEVELS)},</span>
      <span class="together"
        >${choiceControl('Zero points', String(choices.zeroPoint), ZEROS, (value) => {
          this.#edit({ zeroPoint: readZeroPoint(value) });
        })},</span
      >`;
  }

  #sizes(): TemplateResult | typeof nothing {
    if (this.draft.choices.weights !== 'random') return nothing;
    return html` of
      <span class="together">N ${this.#number('n', 'Outputs: columns of the weight matrix, N')}</span> ×
      <span class="together">K ${this.#number('k', 'Depth: the length of each dot product, K')}</span>`;
  }

  #problems(): TemplateResult {
    const shown = (['m', 'n', 'k', 'format'] as const).filter(
      (field) => this.reading.problems[field] !== undefined,
    );
    return html`<div aria-live="polite">
      ${shown.map((field) => html`<p class="problem" id="problem-${field}">${this.reading.problems[field]}</p>`)}
    </div>`;
  }

  #number(field: TypedField, label: string): TemplateResult {
    const problem = this.reading.problems[field] === undefined ? undefined : `problem-${field}`;
    return textControl(label, this.draft.typed[field], problem, (value) => {
      this.dispatchEvent(new EditEvent({ typed: { [field]: value } }));
    });
  }

  #choice(label: string, field: StringChoice, choices: readonly Choice[]): TemplateResult {
    return choiceControl(label, this.draft.choices[field], choices, (value) => {
      this.#edit({ [field]: value });
    });
  }

  #edit(choices: Partial<Choices>): void {
    this.dispatchEvent(new EditEvent({ choices }));
  }
}

/** The choices whose values are plain strings. */
type StringChoice = 'weights' | 'format' | 'scale' | 'secondLevel' | 'activation' | 'kernel';

const readZeroPoint = (value: string): ZeroPoint =>
  value === 'min' || value === 'minus-one' ? value : value === 'true';

declare global {
  interface HTMLElementTagNameMap {
    'sb-sentence': SbSentence;
  }
}
