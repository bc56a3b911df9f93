import { css, html, type TemplateResult } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { formatTime } from './figures.ts';
import type { HeatCell, HeatGrid } from './sweep-heat.ts';
import { STATUS_WORDS } from './sweep-wording.ts';

/** Of the accent in the colour of the fastest cell [%]: text stays legible on it in both schemes. */
const DEEPEST = 42;

/** What {@link heatTable} needs besides the styles of measurements. */
export const heatStyles = css`
  .heat table {
    border-spacing: 2px;
    border-collapse: separate;
  }
  .heat caption {
    padding-bottom: 0.5rem;
    color: var(--ink-soft);
    text-align: left;
  }
  .heat :is(th, td) {
    padding: 0.3rem 0.6rem;
    border: 0;
    text-align: right;
  }
  .heat tbody th {
    padding-left: 0;
    text-align: left;
  }
  .heat + p {
    margin-top: 0.4rem;
  }
  .heat td {
    border-radius: 3px;
    background: color-mix(in srgb, var(--accent) var(--depth, 0%), var(--card));
    color: var(--ink);
  }
  .heat td.against {
    background: var(--sunk);
    color: var(--ink-soft);
  }
  .heat td.wrong {
    background: var(--bad-soft);
    color: var(--bad);
    font-weight: 600;
  }
`;

/**
 * Times by two axes, the deeper the colour the shorter the time, in equal steps for equal ratios.
 *
 * @param fixed what all points share, in words; empty where they share nothing.
 */
export function heatTable({ rows, columns, cells }: HeatGrid, fixed: string): TemplateResult {
  const times = cells.flat().flatMap(({ ns }) => (ns < Infinity ? [ns] : []));
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const caption = `Median times by ${rows.name} (down) and ${columns.name} (across)${fixed === '' ? '' : `, at ${fixed}`}`;
  return html`<div class="scroll heat" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          <td></td>
          ${columns.values.map((value) => html`<th scope="col">${`${columns.name}=${value}`}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${cells.map(
          (row, i) =>
            html`<tr>
              <th scope="row">${`${rows.name}=${rows.values[i]!}`}</th>
              ${row.map((cell) => cellOf(cell, least, most))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cellOf({ status, ns, reason }: HeatCell, least: number, most: number): TemplateResult {
  switch (status) {
    case undefined:
      return html`<td class="against" title="not reached"></td>`;
    case 'ok':
      return ns < Infinity
        ? html`<td style=${styleMap({ '--depth': `${depthOf(ns, least, most)}%` })}>${formatTime(ns)}</td>`
        : html`<td class="against" title="no time was taken"></td>`;
    case 'wrong':
      return html`<td class="wrong" title=${reason}>${STATUS_WORDS.wrong}</td>`;
    case 'failed':
      return html`<td class="against" title=${reason}>${STATUS_WORDS.failed}</td>`;
    case 'unsupported':
      return html`<td class="against" title=${reason} aria-label=${`rejected: ${reason}`}>–</td>`;
  }
}

/** How deep the colour of a time is [%]. */
const depthOf = (ns: number, least: number, most: number): number =>
  most > least ? Math.round(DEEPEST * (1 - Math.log(ns / least) / Math.log(most / least))) : DEEPEST;

/** What the colours and the marks mean. */
export function heatLegend({ cells }: HeatGrid): string {
  const all = cells.flat();
  const has = (status: HeatCell['status']): boolean => all.some((cell) => cell.status === status);
  return [
    'The deeper the colour, the shorter the time: equal steps are equal ratios.',
    ...(has('unsupported')
      ? ['–: no plan allows the point, or its product does not fit; no time was taken.']
      : []),
    ...(has(undefined) ? ['Empty: not reached.'] : []),
  ].join(' ');
}
