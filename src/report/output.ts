/** Where a command writes its result; silent with `--json`. */
export type Output = {
  log(text?: string): void;
  table(options: { data: Record<string, unknown>[]; columns: never; title?: string; overflow?: 'wrap' }): void;
};
