import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench -- [options] [table ...]

  table             only these tables; see below
  --quick           smaller numbers, in less than two minutes
  --markdown FILE   write the tables as Markdown too; in a file that has the lines <!-- bench --> and <!-- /bench -->
                    they replace what is between these

`;

export type Arguments = {
  readonly quick: boolean;
  readonly markdown: string | undefined;
  /** Names of tables, in the order in which they are measured. */
  readonly tables: readonly string[];
};

/** Reads the command line. Throws an error that says what is wrong, for people, where there is no such flag or table. */
export function readArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, markdown: { type: 'string' } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no table "${unknown.join('", "')}". There are: ${known.join(', ')}.`);
  const tables = positionals.length === 0 ? known : known.filter((name) => positionals.includes(name));
  return { quick: values.quick, markdown: values.markdown, tables };
}
