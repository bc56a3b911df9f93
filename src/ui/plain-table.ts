import { html, type TemplateResult } from 'lit';

/**
 * A table that scrolls by itself where it is wider than the page; the first cell of a row names the row.
 *
 * @param caption what it shows, for those who do not see it.
 * @param head names of the columns.
 * @param rows [rows, columns]: texts, or templates for cells that can be pressed.
 */
export const plainTable = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | TemplateResult)[])[],
): TemplateResult =>
  html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <thead>
        <tr>
          ${head.map((name) => (name === '' ? html`<td></td>` : html`<th scope="col">${name}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
