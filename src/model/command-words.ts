/** A word quoted for a shell, if it needs that. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** A flag of a command, with a space before it; empty without a value. */
export const flagWords = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` --${name} ${shellWord(value)}`;
