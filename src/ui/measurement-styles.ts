import { css } from 'lit';

/** What the page's further measurements share: their frame, tables that scroll by themselves, fields. */
export const measurementStyles = css`
  details {
    padding: 0.9rem 0;
    border-top: 1px solid var(--line);
  }
  details > :not(summary) {
    margin-top: 0.75rem;
  }
  summary {
    font-weight: 500;
  }
  .about {
    max-width: 72ch;
    color: var(--ink-soft);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem 1rem;
    align-items: center;
  }
  .scroll {
    max-width: 100%;
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 0.9375rem;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 0.35rem 1.1rem 0.35rem 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: baseline;
    white-space: nowrap;
  }
  thead th {
    color: var(--ink-soft);
    font-weight: 500;
  }
  tbody th {
    font-weight: 600;
  }
  .problem {
    color: var(--bad);
    overflow-wrap: anywhere;
  }
  .warning {
    color: var(--warn);
  }
  input,
  select,
  textarea {
    max-width: 100%;
    padding: 0.3rem 0.5rem;
    border: 1px solid var(--line-strong);
    border-radius: 6px;
    background: var(--sunk);
    color: var(--ink);
    font: inherit;
    font-size: 0.9375rem;
  }
  label {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    align-items: baseline;
    max-width: 100%;
  }
`;
