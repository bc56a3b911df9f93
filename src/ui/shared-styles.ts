import { css } from 'lit';

/** What every element of the page shares: box sizing, focus, links, buttons, small text. */
export const sharedStyles = css`
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  ol,
  figure,
  pre {
    margin: 0;
  }
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 3px;
    border-radius: 4px;
  }
  code,
  kbd,
  .mono {
    font-family: var(--mono);
    font-size: 0.92em;
  }
  .small {
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button {
    min-height: 2.25rem;
    padding: 0.3rem 0.85rem;
    border: 1px solid var(--line-strong);
    border-radius: 8px;
    background: transparent;
    color: var(--ink);
    font: inherit;
    font-size: 0.9375rem;
    cursor: pointer;
    transition:
      background-color 120ms,
      border-color 120ms;
  }
  button:hover {
    border-color: var(--accent);
    background: var(--accent-soft);
  }
  button.primary {
    min-height: 3rem;
    padding: 0.5rem 1.75rem;
    border-color: var(--accent);
    border-radius: 10px;
    background: var(--accent);
    color: var(--on-accent);
    font-size: 1.0625rem;
    font-weight: 600;
  }
  button.primary:hover {
    border-color: var(--accent-strong);
    background: var(--accent-strong);
  }
  button[aria-disabled='true'],
  button.primary[aria-disabled='true'] {
    border-color: var(--line);
    background: var(--sunk);
    color: var(--ink-soft);
    cursor: default;
  }
  button.plain {
    min-height: 1.5rem;
    padding: 0;
    border: 0;
    border-radius: 3px;
    background: none;
    color: var(--accent);
    font: inherit;
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 0.22em;
  }
  button.plain:hover {
    color: var(--accent-strong);
    text-decoration-thickness: 2px;
  }
  summary {
    width: fit-content;
    cursor: pointer;
    color: var(--accent);
    border-radius: 4px;
  }
  summary:hover {
    color: var(--accent-strong);
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      transition: none !important;
      animation: none !important;
    }
  }
`;
