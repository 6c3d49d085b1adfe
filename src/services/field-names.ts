import { definitions } from './registry.ts';

/** A field as the words for it tell: API name and label. */
export type NamedField = { readonly name: string; readonly label?: string | undefined };

/** What a field seems to be for: the counts of a service and, where its words say which, one of its measures. */
export type Meaning = { readonly service: string; readonly measure: string | null };

type Words = {
  readonly brands?: readonly string[];
  readonly nouns?: readonly string[];
  /** Nouns that tell only where the settings have the service, as they are used of too many things. */
  readonly ifSet?: readonly string[];
};

const VIEWS = ['views', 'pageviews'];
const READS = ['reads'];

/**
 * What services and their counts are called, besides the service's own name; in lower case and without spaces. A brand tells
 * wherever it stands; a noun only where a name has no other word, as there are points and pins of many kinds.
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

/** The letter alone is the name of too many things. */
const NO_WORD = new Set(['x', 'json']);

/** Words that make no difference. */
const FILLERS = new Set(['count', 'counts', 'number', 'num', 'no', 'of', 'on', 'total', 'the', 'all', 'times']);

/** With one of these, a field is about something else a service has numbers of. */
const NO_COUNTS = new Set(
  (
    'follower followers following fans friends connections subscribers members id ids rank rate percent year age ' +
    'ad ads budget spend cost costs price revenue goal target campaign'
  ).split(' '),
);

/** Numbers that only some services have: elsewhere these words tell of something else. */
const OF_SOME = new Set(['views', 'clicks', 'impressions']);

/**
 * What the words of a field's name, or else of its label, say it is for: a built-in service or one of `own`, the names of
 * the settings. Words are compared whole. `null` where they name none, or several.
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
  // Of services with the same noun, the settings tell which one it is; the first is the most usual.
  const set = meant.filter((name) => own.includes(name));
  return set.length > 0 ? set : meant.slice(0, 1);
}

const optionsOf = (name: string): (typeof definitions)[number]['options'] | undefined =>
  definitions.find((definition) => definition.name === name)?.options;

/** Every word, and two or three that follow one another as one: "Hacker News", "LinkedIn". */
function runsOf(words: readonly string[]): string[] {
  return words.flatMap((_, at) => [1, 2, 3].map((length) => words.slice(at, at + length).join('')));
}

/** The measure of the service that one of the words is, where it is not the one that is measured anyway. */
function measureIn(words: readonly string[], service: string): string | null {
  const options = optionsOf(service);
  const usual = options?.safeParse({}).data?.['measure'];
  return words.find((word) => word !== usual && options?.safeParse({ measure: word }).success) ?? null;
}
