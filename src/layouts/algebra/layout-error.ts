/** A layout, or an expression for one, that cannot be: the message tells the user what is wrong. */
export class LayoutError extends Error {
  override name = 'LayoutError';
  /** Where in the written expression, counted from 1; undefined if the layout was not written. */
  readonly column: number | undefined;

  constructor(message: string, column?: number) {
    super(column === undefined ? message : `Column ${column}: ${message}`);
    this.column = column;
  }
}
