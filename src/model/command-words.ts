/** A word as it can be typed into a shell. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** A flag of a command, a space before it; nothing where it has no value. */
export const flagWords = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` --${name} ${shellWord(value)}`;
