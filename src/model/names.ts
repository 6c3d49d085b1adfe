import { printable } from './plain-text.ts';

/** The most characters of a name; longer ones are cut. */
export const NAME_LENGTH = 255;

/** How people identify an article, and its author; missing if the record doesn't say. */
export type Names = { readonly label?: string; readonly author?: string };

/** The fields that hold the names; `null` if there is none. */
export type NameFields = { readonly labelField: string | null; readonly authorField: string | null };

export const NO_NAMES: NameFields = { labelField: null, authorField: null };

/** The fields with names, each once. */
export const nameFieldsOf = ({ labelField, authorField }: NameFields): string[] => [
  ...new Set([labelField, authorField].filter((field) => field !== null)),
];

/** The names of an article, from the values of its fields: on one line, in at most {@link NAME_LENGTH} characters. */
export function toNames(label: unknown, author: unknown): Names {
  const [labelText, authorText] = [toName(label), toName(author)];
  return { ...(labelText === '' ? {} : { label: labelText }), ...(authorText === '' ? {} : { author: authorText }) };
}

/** What no name contains: white space other than single blanks, white space at either end, and controls. */
const UNTIDY = /^ |\s{2}|[^\S ]|[\p{Cc}\p{Cf}]| $/u;

function toName(value: unknown): string {
  if (typeof value !== 'string') return '';
  const line = UNTIDY.test(value) ? printable(value).replace(/\s+/g, ' ').trim() : value;
  // Never cuts a surrogate pair in half.
  return line.length <= NAME_LENGTH ? line : line.slice(0, NAME_LENGTH).replace(/[\ud800-\udbff]$/, '');
}

/** Only the names of what may have more to it. */
export const namesOf = ({ label, author }: Names): Names => ({
  ...(label === undefined ? {} : { label }),
  ...(author === undefined ? {} : { author }),
});

/** Whether a value can be a name as {@link toNames} makes it; a name is optional. */
export const isName = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && value.length > 0 && value.length <= NAME_LENGTH);

/** How an article is shown: its label, or its URL without one. */
export const nameOf = ({ label, url }: Names & { readonly url: string }): string => label ?? url;
