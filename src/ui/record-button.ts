import { html, type TemplateResult } from 'lit';
import type { RecordFile } from '../io/record.ts';
import { saveFile } from './save-file.ts';

/** A button that saves a record as a file. @param record made when it is pressed: one of a sweep is large. */
export const recordButton = (name: string, record: () => RecordFile): TemplateResult =>
  html`<button
    type="button"
    @click=${(): void => {
      saveFile(name, record());
    }}
  >
    Save as a record
  </button>`;
