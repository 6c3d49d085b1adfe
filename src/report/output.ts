export type TableColumn = {
  readonly key: string;
  readonly name: string;
  readonly horizontalAlignment?: 'right';
};

/** What a command lets its result be written with; all of it is silent under `--json`. */
export type Output = {
  log(text?: string): void;
  table(options: { data: Record<string, unknown>[]; columns: never; title?: string; overflow?: 'wrap' }): void;
};

/** A column of text. */
export const textColumn = (key: string, name: string): TableColumn => ({ key, name });

/** A column of numbers, which are aligned to the right. */
export const numberColumn = (key: string, name: string): TableColumn => ({ key, name, horizontalAlignment: 'right' });

/** Writes a table. SfCommand types its columns by the data, which a table put together from parts cannot tell. */
export function putTable(
  output: Output,
  title: string,
  columns: readonly TableColumn[],
  data: Record<string, unknown>[],
): void {
  output.table({ data, columns: columns as never, title });
}
