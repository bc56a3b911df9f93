import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Environment } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Tile } from '../kernels/tile.ts';
import type { KernelVariant } from '../kernels/variant.ts';
import { LAYOUT_NAMES, parseLayout } from '../layouts/registry.ts';
import { capsOf } from './constraints.ts';
import type { Choices, Draft, DraftReading } from './draft.ts';
import { EditEvent } from './events.ts';
import { choiceControl, inlineControlStyles, textControl } from './inline-controls.ts';
import type { Choice } from './labels.ts';
import { defaultCache } from '../lab/cold-cache.ts';
import { problemOf, variantOf } from '../lab/plan-spec.ts';
import { sharedStyles } from './shared-styles.ts';

/** The layouts offered, `current` among them even if it has no name. */
const layoutChoices = (current: string): readonly Choice[] =>
  [...new Set([...LAYOUT_NAMES, current])].map((name) => ({ value: name, label: name }));
const PROTOCOLS: readonly Choice[] = [
  { value: 'quick', label: 'quick' },
  { value: 'standard', label: 'standard' },
  { value: 'strict', label: 'strict' },
];

/** What the number of tokens suggests stands beside it, where it is known. */
const cacheChoices = (spec: Spec | undefined): readonly Choice[] => [
  { value: 'by-m', label: spec ? `by tokens (${defaultCache(spec.m)})` : 'by tokens' },
  { value: 'hot', label: 'hot' },
  { value: 'cold', label: 'cold' },
];

const FLOATS: readonly Choice[] = [
  { value: 'f32', label: 'f32' },
  { value: 'f16', label: 'f16' },
];
const EPILOGUES: readonly Choice[] = [
  { value: 'none', label: 'none' },
  { value: 'bias', label: 'bias' },
  { value: 'gelu', label: 'GELU (tanh form)' },
  { value: 'silu', label: 'SiLU' },
];

/**
 * What experts set: layout, accumulators, epilogue, outputs, protocol, cache, seed, and the parameters of the kernel.
 *
 * @fires sb-edit - with the change of the draft
 */
@customElement('sb-expert')
export class SbExpert extends LitElement {
  static override styles = [
    sharedStyles,
    inlineControlStyles,
    css`
      details[open] summary {
        margin-bottom: 1rem;
      }
      .rows {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
        gap: 1rem 2rem;
      }
      .row {
        display: grid;
        grid-template-columns: minmax(5.5rem, auto) 1fr;
        gap: 0.15rem 0.75rem;
        align-items: baseline;
        align-content: start;
      }
      .row .control {
        justify-self: start;
      }
      .row .small {
        grid-column: 2;
      }
      h3 {
        margin: 1.5rem 0 0.75rem;
        font-size: 1rem;
        font-weight: 600;
      }
      .problem {
        grid-column: 2;
        color: var(--bad);
      }
    `,
  ];

  @property({ attribute: false }) draft!: Draft;
  @property({ attribute: false }) reading!: DraftReading;
  /** The machine, once it is known. */
  @property({ attribute: false }) environment: Environment | undefined;

  override render(): TemplateResult {
    const { choices, typed } = this.draft;
    const problem = this.reading.problems.seed;
    return html`
      <details>
        <summary>Expert settings</summary>
        <div class="rows">
          <div class="row">
            <span>Layout</span>
            ${choiceControl(
              'Layout of the packed weights',
              choices.layout,
              layoutChoices(choices.layout),
              (layout) => {
                this.dispatchEvent(new EditEvent({ choices: { layout } }));
              },
            )}
            <span class="small">${parseLayout(choices.layout).summary}</span>
          </div>
          ${this.#choice('Accumulators', 'accumulator', FLOATS, 'f16: partial sums of at most a group, added up in f32.')}
          ${this.#choice('Epilogue', 'epilogue', EPILOGUES, 'What happens to each sum before it is stored.')}
          ${this.#choice('Outputs', 'output', FLOATS, 'How outputs are stored.')}
          <div class="row">
            <span>Protocol</span>
            ${choiceControl('Measuring protocol', choices.protocol, PROTOCOLS, (value) => {
              const protocol = (['quick', 'standard', 'strict'] as const).find((name) => name === value);
              if (protocol) this.dispatchEvent(new EditEvent({ choices: { protocol } }));
            })}
            <span class="small">How long to measure, and how narrow the interval must become.</span>
          </div>
          <div class="row">
            <span>Cache</span>
            ${choiceControl(
              'Cache of the weights',
              this.draft.cache,
              cacheChoices(this.reading.spec),
              (value) => {
                const cache = (['by-m', 'hot', 'cold'] as const).find((name) => name === value);
                if (cache) this.dispatchEvent(new EditEvent({ cache }));
              },
            )}
            <span class="small"
              >Cold: the dispatches go round copies that no cache holds, as through a model’s layers.</span
            >
          </div>
          <div class="row">
            <span>Seed</span>
            ${textControl(
              'Seed of the random data',
              typed.seed,
              problem === undefined ? undefined : 'problem-seed',
              (value) => {
                this.dispatchEvent(new EditEvent({ typed: { seed: value } }));
              },
            )}
            ${
              problem === undefined
                ? html`<span class="small">The same seed gives the same data on every machine.</span>`
                : html`<span class="problem" id="problem-seed">${problem}</span>`
            }
          </div>
        </div>
        ${this.#tile()}
      </details>
    `;
  }

  #choice(
    label: string,
    field: 'accumulator' | 'epilogue' | 'output',
    choices: readonly Choice[],
    summary: string,
  ): TemplateResult {
    return html`<div class="row">
      <span>${label}</span>
      ${choiceControl(label, this.draft.choices[field], choices, (value) => {
        // A list offers the values of its field only.
        const edit: Partial<Record<typeof field, string>> = { [field]: value };
        this.dispatchEvent(new EditEvent({ choices: edit as Partial<Choices> }));
      })}
      <span class="small">${summary}</span>
    </div>`;
  }

  #tile(): TemplateResult | typeof nothing {
    const { spec } = this.reading;
    const variant = spec && variantOf(spec, capsOf(this.environment));
    if (!variant) return nothing;
    const defaults = variant.defaults(problemOf(spec));
    const used = { ...defaults, ...spec.params };
    const changed = Object.keys(spec.params).length > 0;
    return html`
      <h3>Parameters of <code>${variant.id}</code></h3>
      <p class="small">
        ${capitalized(variant.summary)}.
        ${changed ? html`<button class="plain" @click=${this.#useDefaults}>Use the defaults</button>` : nothing}
      </p>
      <div class="rows" style="margin-top: 1rem">
        ${variant.parameters.map(
          ({ name, summary, values }) => html`
            <div class="row">
              <code>${name}</code>
              ${choiceControl(
                `${name}: ${summary}`,
                String(used[name]),
                parameterChoices(values, used[name]!, defaults[name]!),
                (value) => {
                  this.#setParameter(variant, spec.params, name, Number(value), defaults);
                },
              )}
              <span class="small">${summary}</span>
            </div>
          `,
        )}
      </div>
    `;
  }

  /** A parameter belongs to a kernel, so that setting one turns `auto` into the kernel that it stands for. */
  #setParameter(variant: KernelVariant, params: Tile, name: string, value: number, defaults: Tile): void {
    const others = Object.entries(params).filter(([key]) => key !== name);
    const own = value === defaults[name] ? [] : [[name, value] as const];
    this.dispatchEvent(
      new EditEvent({ choices: { kernel: variant.id }, params: Object.fromEntries([...others, ...own]) }),
    );
  }

  readonly #useDefaults = (): void => {
    this.dispatchEvent(new EditEvent({ params: {} }));
  };
}

function parameterChoices(values: readonly number[], current: number, standard: number): readonly Choice[] {
  const all = [...new Set([...values, current, standard])].sort((a, b) => a - b);
  return all.map((value) => ({
    value: String(value),
    label: value === standard ? `${value} (default)` : String(value),
  }));
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

declare global {
  interface HTMLElementTagNameMap {
    'sb-expert': SbExpert;
  }
}
