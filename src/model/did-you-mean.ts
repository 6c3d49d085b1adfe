import { closest, distance } from 'fastest-levenshtein';

/** The most letters that may be wrong: one in three, and at most three. */
const wrongLetters = (word: string): number => Math.min(Math.round(word.length / 3), 3);

/** The name that a misspelled word most likely means; `undefined` if none is close. */
export function meantBy(word: string, names: readonly string[]): string | undefined {
  const bare = (name: string): string => name.toLowerCase().replace(/__c$/, '');
  const known = new Map(names.map((name) => [bare(name), name]));
  if (known.size === 0) return undefined;
  const nearest = closest(bare(word), [...known.keys()]);
  return distance(bare(word), nearest) <= wrongLetters(bare(word)) ? known.get(nearest) : undefined;
}
