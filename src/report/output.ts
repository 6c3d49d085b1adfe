/** Where a command writes its result; silent with `--json`. */
export type Output = {
  log(text?: string): void;
  /** Writes a link on a line of its own: its text where the terminal can link it, otherwise also the URL, on the next line. */
  link(text: string, url: string): void;
  table(options: { data: Record<string, unknown>[]; columns: never; title?: string; overflow?: 'wrap' }): void;
};
