import { definitions } from './registry.ts';

/** A field by its API name and label. */
export type NamedField = { readonly name: string; readonly label?: string | undefined };

/** What a field seems to be for: the counts of a service and, if its words name one, a measure. */
export type Meaning = { readonly service: string; readonly measure: string | null };

type Words = {
  readonly brands?: readonly string[];
  readonly nouns?: readonly string[];
  /** Nouns used of many things, which count only if the settings have the service. */
  readonly ifSet?: readonly string[];
};

const VIEWS = ['views', 'pageviews'];
const READS = ['reads'];

/**
 * The names of services and their counts besides the service's own name, in lower case and without spaces. A brand
 * counts anywhere in a name; a noun only if the name has no other word, because there are many kinds of points and
 * pins.
 */
const WORDS: Readonly<Record<string, Words>> = {
  facebook: { brands: ['fb'], nouns: ['likes', 'likecount'] },
  hackernews: { brands: ['hn', 'ycombinator'], nouns: ['points'] },
  hatena: { brands: ['hatebu'], nouns: ['bookmarks'] },
  pinterest: { nouns: ['pins', 'pincount'] },
  bluesky: { brands: ['bsky'], nouns: ['skeets'] },
  x: { brands: ['xposts', 'xshares', 'xmentions'] },
  reddit: { nouns: ['upvotes'] },
  twitter: { brands: ['tweets', 'tweet'] },
  ga4: { brands: ['ga', 'googleanalytics'], nouns: VIEWS, ifSet: READS },
  searchconsole: { brands: ['gsc', 'googlesearch'], nouns: ['clicks'] },
  plausible: { nouns: VIEWS, ifSet: READS },
  matomo: { brands: ['piwik'], nouns: VIEWS, ifSet: READS },
  devto: { brands: ['forem'], nouns: ['reactions'] },
  youtube: { brands: ['yt'] },
};

/** Names that are too short or too common to identify a service. */
const NO_WORD = new Set(['x', 'json']);

const FILLERS = new Set(['count', 'counts', 'number', 'num', 'no', 'of', 'on', 'total', 'the', 'all', 'times']);

/** Words for numbers that aren't counts, although a service has them. */
const NO_COUNTS = new Set(
  (
    'follower followers following fans friends connections subscribers members id ids rank rate percent year age ' +
    'ad ads budget spend cost costs price revenue goal target campaign'
  ).split(' '),
);

/** Numbers that only some services have; for others, these words mean something else. */
const OF_SOME = new Set(['views', 'clicks', 'impressions']);

/**
 * The service that the words of a field's name, or else its label, mean: a built-in service or one of `own`, the names
 * in the settings. Words are compared whole. `null` if they mean none, or several.
 */
export function meaningOf(field: NamedField, own: readonly string[]): Meaning | null {
  for (const words of [wordsOf(withoutAffixes(field.name)), wordsOf(field.label ?? '')]) {
    const [service, other] = servicesNamed(words, own);
    if (service !== undefined) return other === undefined ? { service, measure: measureIn(words, service) } : null;
    if (words.some((word) => NO_COUNTS.has(word))) return null;
  }
  return null;
}

/** The words of a text, in lower case: `LinkedIn_Shares` is linked, in, shares; `FBLikes` is fb, likes. */
export function wordsOf(text: string): string[] {
  const words = text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|[\p{Lo}\p{Lm}]+/gu) ?? [];
  return words.map((word) => word.toLowerCase());
}

/** `ns__Tweets__c` without namespace and suffix. */
export function withoutAffixes(name: string): string {
  const parts = name.split('__');
  if (parts.length === 1) return name;
  return parts.at(-2) ?? name;
}

function servicesNamed(words: readonly string[], own: readonly string[]): string[] {
  const names = definitions.map(({ name }) => name);
  const rest = [words.join(''), words.filter((word) => !FILLERS.has(word)).join('')];
  const owned = own.filter((name) => !names.includes(name) && rest.includes(wordsOf(name).join('')));
  if (owned.length > 0 || words.some((word) => NO_COUNTS.has(word))) return owned;
  const runs = new Set(runsOf(words));
  const brandsOf = (name: string): readonly string[] => [
    ...(NO_WORD.has(name) ? [] : [name]),
    ...(WORDS[name]?.brands ?? []),
  ];
  const isMeasured = (name: string): boolean =>
    words.every((word) => !OF_SOME.has(word) || optionsOf(name)?.safeParse({ measure: word }).success === true);
  const branded = names.filter((name) => brandsOf(name).some((brand) => runs.has(brand)));
  if (branded.length > 0) return branded.filter(isMeasured);
  const nounsOf = (name: string): readonly string[] => [
    ...(WORDS[name]?.nouns ?? []),
    ...((own.includes(name) && WORDS[name]?.ifSet) || []),
  ];
  const meant = names.filter((name) => nounsOf(name).some((noun) => rest.includes(noun)));
  // Of services with the same noun, the one in the settings is meant, or else the most common.
  const set = meant.filter((name) => own.includes(name));
  return set.length > 0 ? set : meant.slice(0, 1);
}

const optionsOf = (name: string): (typeof definitions)[number]['options'] | undefined =>
  definitions.find((definition) => definition.name === name)?.options;

/** Every word, and two or three consecutive words as one: "Hacker News", "LinkedIn". */
function runsOf(words: readonly string[]): string[] {
  return words.flatMap((_, at) => [1, 2, 3].map((length) => words.slice(at, at + length).join('')));
}

/** The measure of the service that one of the words names, unless it is the default. */
function measureIn(words: readonly string[], service: string): string | null {
  const options = optionsOf(service);
  const usual = options?.safeParse({}).data?.['measure'];
  return words.find((word) => word !== usual && options?.safeParse({ measure: word }).success) ?? null;
}
