import type { DraftEdit } from './draft.ts';

/** Sent up by the controls of the card; it crosses shadow roots. */
export class EditEvent extends CustomEvent<DraftEdit> {
  static readonly type = 'sb-edit';

  constructor(detail: DraftEdit) {
    super(EditEvent.type, { detail, bubbles: true, composed: true });
  }
}
