import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Environment } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Kept } from '../lab/kept.ts';
import type { Lab } from '../lab/lab.ts';
import type { SearchTiles } from '../lab/search-tiles.ts';
import type { AutoWinner } from './auto-winner.ts';
import type { Gate } from './gate.ts';
import { sharedStyles } from './shared-styles.ts';
import './sb-compare.ts';
import './sb-peaks.ts';
import './sb-portability.ts';
import './sb-sweep.ts';
import './sb-tune.ts';

/** The page's further measurements, each folded until it is wanted; none starts by itself. */
@customElement('sb-more')
export class SbMore extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        padding: var(--gap);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        box-shadow: var(--shadow);
      }
      h2 {
        margin-bottom: 0.75rem;
        font-size: 1.25rem;
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) lab!: Lab;
  /** What the browser keeps. */
  @property({ attribute: false }) kept!: Kept;
  /** Searches for tiles, off this thread. */
  @property({ attribute: false }) search!: SearchTiles;
  /** Shared with the card, so that one thing is measured at a time. */
  @property({ attribute: false }) gate!: Gate;
  /** The experiment on the card; `undefined` where what is typed there names none. */
  @property({ attribute: false }) spec: Spec | undefined;
  /** What runs in its place: of `auto`, it may be a winner. */
  @property({ attribute: false }) runs: Spec | undefined;
  /** Chooses for the points of a sweep. */
  @property({ attribute: false }) auto!: AutoWinner;
  /** Whether it leaves winners out. */
  @property({ type: Boolean }) leavesOut = false;
  @property({ attribute: false }) environment: Environment | undefined;
  /** Whether anything on the page is measured. */
  @property({ type: Boolean }) busy = false;

  override render(): TemplateResult {
    const { lab, kept, search, gate, spec, runs, auto, leavesOut, environment, busy } = this;
    return html`<section aria-labelledby="title">
      <h2 id="title">More measurements</h2>
      <sb-compare .lab=${lab} .gate=${gate} .spec=${runs} ?busy=${busy}></sb-compare>
      <sb-tune
        .lab=${lab}
        .kept=${kept}
        .search=${search}
        .gate=${gate}
        .spec=${spec}
        ?busy=${busy}
      ></sb-tune>
      <sb-sweep
        .lab=${lab}
        .gate=${gate}
        .spec=${spec}
        .auto=${auto}
        ?leavesOut=${leavesOut}
        ?busy=${busy}
      ></sb-sweep>
      <sb-peaks .lab=${lab} .gate=${gate} .environment=${environment} ?busy=${busy}></sb-peaks>
      <sb-portability></sb-portability>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-more': SbMore;
  }
}
