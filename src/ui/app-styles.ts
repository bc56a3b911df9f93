import { css } from 'lit';

/** The frame of the page. */
export const appStyles = css`
  .page {
    max-width: 70rem;
    margin: 0 auto;
    padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 4vw, 2.5rem) 3rem;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35rem 1.25rem;
    align-items: baseline;
    margin-bottom: clamp(1.25rem, 3vw, 2.25rem);
  }
  h1 {
    font-size: 1.375rem;
    font-weight: 700;
    letter-spacing: -0.025em;
  }
  h1::before {
    content: '';
    display: inline-block;
    width: 0.85em;
    height: 0.8em;
    margin-right: 0.5em;
    background: repeating-linear-gradient(90deg, var(--accent) 0 3px, transparent 3px 6px);
  }
  header p {
    flex: 1 1 20rem;
    color: var(--ink-soft);
  }
  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: clamp(1rem, 2vw, 1.5rem);
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1.5rem;
    align-items: center;
    justify-content: space-between;
    padding: 0.9rem 1.1rem;
    border-radius: var(--radius);
    background: var(--warn-soft);
    color: var(--warn);
  }
  .notice p {
    flex: 1 1 24rem;
    overflow-wrap: anywhere;
  }
  .notice button {
    border-color: currentcolor;
    color: inherit;
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1.5rem;
    margin-top: 2rem;
  }
`;
