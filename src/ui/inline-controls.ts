import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Choice } from './labels.ts';

/** Looks of {@link choiceControl} and {@link textControl}: part of the sentence, plainly editable. */
export const inlineControlStyles = css`
  .control {
    position: relative;
    display: inline-flex;
    max-width: 100%;
    vertical-align: baseline;
  }
  .control select,
  .control input {
    max-width: 100%;
    min-height: 1.75rem;
    margin: 0;
    padding: 0 0.3em;
    border: 0;
    border-bottom: 2px solid color-mix(in srgb, var(--accent) 45%, transparent);
    border-radius: 5px 5px 0 0;
    background: var(--accent-soft);
    color: var(--accent);
    font: inherit;
    font-weight: 500;
    line-height: 1.35;
    letter-spacing: inherit;
    field-sizing: content;
    transition: border-color 120ms;
  }
  .control select {
    appearance: none;
    padding-right: 1.05em;
    cursor: pointer;
    text-overflow: ellipsis;
  }
  .control.chosen::after {
    content: '';
    position: absolute;
    right: 0.42em;
    top: 50%;
    width: 0.3em;
    height: 0.3em;
    border: solid var(--accent);
    border-width: 0 2px 2px 0;
    transform: translateY(-70%) rotate(45deg);
    pointer-events: none;
  }
  .control input {
    min-width: 1.6em;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  .control select:hover,
  .control input:hover {
    border-bottom-color: var(--accent);
  }
  .control input[aria-invalid='true'] {
    border-bottom-color: var(--bad);
    background: var(--bad-soft);
    color: var(--bad);
  }
  .control option {
    background: var(--card);
    color: var(--ink);
  }
`;

/** A native list in the sentence. @param label what is chosen, for those who do not see the sentence. */
export const choiceControl = (
  label: string,
  value: string,
  choices: readonly Choice[],
  onChoose: (value: string) => void,
): TemplateResult =>
  html`<span class="control chosen"
    ><select
      aria-label=${label}
      @change=${(event: Event): void => {
        onChoose((event.target as HTMLSelectElement).value);
      }}
    >
      ${choices.map(
        (choice) =>
          html`<option value=${choice.value} .selected=${live(choice.value === value)}>
            ${choice.label}
          </option>`,
      )}
    </select></span
  >`;

/** A native field in the sentence; whatever is typed stays, `problem` names the element that says what is wrong. */
export const textControl = (
  label: string,
  value: string,
  problem: string | undefined,
  onType: (value: string) => void,
): TemplateResult =>
  html`<span class="control"
    ><input
      type="text"
      inputmode="numeric"
      autocomplete="off"
      spellcheck="false"
      aria-label=${label}
      aria-invalid=${problem === undefined ? 'false' : 'true'}
      aria-describedby=${problem ?? nothing}
      .value=${live(value)}
      @input=${(event: Event): void => {
        onType((event.target as HTMLInputElement).value);
      }}
  /></span>`;
