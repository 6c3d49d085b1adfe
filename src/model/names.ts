import { printable } from './plain-text.ts';

/** The most characters of a name; more of a longer one is not kept. */
export const NAME_LENGTH = 255;

/** By what people know an article, and whose it is; missing where its record does not say. */
export type Names = { readonly label?: string; readonly author?: string };

/** The fields that hold the names; `null` where there is none. */
export type NameFields = { readonly labelField: string | null; readonly authorField: string | null };

export const NO_NAMES: NameFields = { labelField: null, authorField: null };

/** The fields there are, each once. */
export const nameFieldsOf = ({ labelField, authorField }: NameFields): string[] => [
  ...new Set([labelField, authorField].filter((field) => field !== null)),
];

/** The names of an article by what its fields hold: on one line, in at most {@link NAME_LENGTH} characters. */
export function toNames(label: unknown, author: unknown): Names {
  const [labelText, authorText] = [toName(label), toName(author)];
  return { ...(labelText === '' ? {} : { label: labelText }), ...(authorText === '' ? {} : { author: authorText }) };
}

/** What no name begins or ends with or holds: white space other than single blanks, and controls. */
const UNTIDY = /^ |\s{2}|[^\S ]|[\p{Cc}\p{Cf}]| $/u;

function toName(value: unknown): string {
  if (typeof value !== 'string') return '';
  const line = UNTIDY.test(value) ? printable(value).replace(/\s+/g, ' ').trim() : value;
  // Not half a pair of surrogates.
  return line.length <= NAME_LENGTH ? line : line.slice(0, NAME_LENGTH).replace(/[\ud800-\udbff]$/, '');
}

/** What people are shown of an article: its label, or the URL where it has none. */
export const nameOf = ({ label, url }: Names & { readonly url: string }): string => label ?? url;
