import { css } from 'lit';

/** What every dialog of the page shares; its width is its own. */
export const dialogStyles = css`
  dialog {
    max-height: calc(100vh - 4rem);
    padding: 1.75rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
    color: var(--ink);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  h2 {
    font-size: 1.25rem;
    font-weight: 600;
  }
`;
