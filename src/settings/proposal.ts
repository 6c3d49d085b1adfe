import { meaningOf, type NamedField, withoutAffixes, wordsOf } from '../services/field-names.ts';
import { definitions } from '../services/registry.ts';
import type { Settings, SettingsFile } from './settings.ts';

export type DescribedField = NamedField & {
  readonly type: string;
  readonly updateable: boolean;
  readonly calculated: boolean;
  readonly filterable?: boolean | undefined;
};

/** A proposed mapping for an object without one. */
export type Proposal = {
  readonly sobject: string;
  /** The field with the URL; null if none is found. */
  readonly urlField: string | null;
  /** By service, the field, as in the settings. */
  readonly fields: Readonly<Record<string, string>>;
  /** Missing settings of these services that can be proposed: names of variables, a measure. */
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Number fields for which no service was found. */
  readonly others: readonly string[];
};

/** Types of fields that hold counts; currency and percent fields don't. */
const COUNTS = new Set(['double', 'int', 'long']);
const TEXTS = new Set(['string', 'textarea']);

/**
 * Proposes which service fills which number field of an object, by their names and labels. The URL field is that of the
 * settings, or if the user didn't choose one (`urlChosen`), a field that is a URL by its type or name.
 */
export function proposeMapping(
  sobject: string,
  described: readonly DescribedField[],
  { urlField, services }: Pick<Settings, 'urlField' | 'services'>,
  urlChosen: boolean,
): Proposal {
  const numbers = described.filter(({ type, updateable, calculated }) => COUNTS.has(type) && updateable && !calculated);
  const meant = numbers.flatMap((field) => {
    const meaning = meaningOf(field, Object.keys(services));
    return meaning ? [{ field: field.name, ...meaning }] : [];
  });
  // Fields that name no measure mean the default, and come before those that name one.
  const ordered = [
    ...meant.filter(({ measure }) => measure === null),
    ...meant.filter(({ measure }) => measure !== null),
  ];
  const first = ordered.filter((one, at) => ordered.findIndex(({ service }) => service === one.service) === at);
  const chosen = meant.filter((one) => first.includes(one));
  return {
    sobject,
    urlField: findUrlField(described, urlField, urlChosen),
    fields: Object.fromEntries(chosen.map(({ service, field }) => [service, field])),
    services: Object.fromEntries(
      chosen
        .map(({ service, measure }) => [service, lacking(service, measure, services[service])] as const)
        .filter(([, settings]) => Object.keys(settings).length > 0),
    ),
    others: numbers.map(({ name }) => name).filter((name) => !chosen.some(({ field }) => field === name)),
  };
}

/** The proposal as a settings file, with what `settings` have beyond their defaults. */
export function toSettings({ sobject, urlField, fields, services }: Proposal): SettingsFile {
  return {
    ...(sobject === 'Byline__c' ? {} : { sobject }),
    ...(urlField === null || urlField === 'Published_URL__c' ? {} : { urlField }),
    fields,
    ...(Object.keys(services).length === 0 ? {} : { services }),
  };
}

/** The settings a service lacks: its measure, and for each secret the name of a variable. */
function lacking(service: string, measure: string | null, given: unknown): Record<string, string> {
  const shape = definitions.find(({ name }) => name === service)?.options.shape ?? {};
  const secrets = Object.keys(shape).filter((key) => key.endsWith('Env'));
  const proposed = {
    ...Object.fromEntries(secrets.map((key) => [key, variableFor(service, key)])),
    ...(measure === null ? {} : { measure }),
  };
  const there = new Set(Object.keys(given ?? {}));
  return Object.fromEntries(Object.entries(proposed).filter(([key]) => !there.has(key)));
}

/** `BYLINE_REDDIT_CLIENT_ID` for `clientIdEnv` of reddit. */
function variableFor(service: string, key: string): string {
  const words = [service, ...wordsOf(key.slice(0, -'Env'.length))];
  return `BYLINE_${words.join('_').toUpperCase()}`;
}

/** Words for the field with the article's own URL, best first; and words for other URLs. */
const ARTICLE = ['published', 'article', 'permalink', 'canonical', 'post', 'story', 'page', 'url', 'link', 'website'];
const OTHER_URLS = new Set([
  'photo',
  'image',
  'picture',
  'logo',
  'icon',
  'avatar',
  'thumbnail',
  'banner',
  'video',
  'callback',
  'profile',
]);

function findUrlField(described: readonly DescribedField[], wanted: string, chosen: boolean): string | null {
  const fit = described.filter(({ filterable }) => chosen || filterable !== false);
  const named = fit.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (named || chosen) return named?.name ?? null;
  const ranked = fit
    .map((field) => ({ field, words: [...wordsOf(withoutAffixes(field.name)), ...wordsOf(field.label ?? '')] }))
    .filter(({ field, words }) => field.type === 'url' || (TEXTS.has(field.type) && words.includes('url')))
    .filter(({ words }) => !words.some((word) => OTHER_URLS.has(word)))
    .map(({ field, words }) => ({ field, rank: ARTICLE.findIndex((word) => words.includes(word)) }))
    .map(({ field, rank }) => ({
      field,
      rank: (rank === -1 ? ARTICLE.length : rank) + (field.type === 'url' ? 0 : 0.5),
    }))
    .sort((a, b) => a.rank - b.rank);
  return ranked[0]?.field.name ?? null;
}
