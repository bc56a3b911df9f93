/** Gives the user a value as a JSON file, by the browser's own way of saving. */
export function saveFile(name: string, value: unknown): void {
  saveText(name, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Gives the user a text, which is or was to be JSON, as a file. */
export function saveText(name: string, text: string): void {
  const blob = new Blob([text], { type: 'application/json' });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
