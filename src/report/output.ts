/** What a command lets its result be written with; all of it is silent under `--json`. */
export type Output = {
  log(text?: string): void;
  table(options: { data: Record<string, unknown>[]; columns: never; title?: string; overflow?: 'wrap' }): void;
};
