/** What the placeholders of a declared service stand for, by name. `undefined` where there is nothing to say, as of a first page. */
export type Words = Readonly<Record<string, string | number | undefined>>;

/** Placeholders whose text is percent-encoded already, and whole as the path of an address. */
const PATHS = new Set(['path', 'pathAndQuery']);
/** Placeholders whose text goes into an address as it is, wherever it stands. */
const PLAIN = new Set(['endpoint', 'host']);
const PLACEHOLDER = /\{(\w+)\}/g;
const ALONE = /^\{(\w+)\}$/;

/** The placeholders for an article's URL. */
export function urlWords(url: string): Words {
  const urlNoScheme = url.replace(/^https?:\/\//i, '');
  if (!URL.canParse(url)) return { url, urlNoScheme };
  const { host, pathname, search } = new URL(url);
  return { url, urlNoScheme, host, path: pathname, pathAndQuery: `${pathname}${search}` };
}

/**
 * A URL template with its placeholders filled: each percent-encoded once and whole, but for the endpoint, the host, and
 * the path where it stands in the path.
 */
export function fillUrl(template: string, words: Words): string {
  const query = template.indexOf('?');
  return fill(template, words, (text, name, at) => {
    const isInPath = query === -1 || at < query;
    return PLAIN.has(name) || (isInPath && PATHS.has(name)) ? text : encodeURIComponent(text);
  });
}

/** A template for a place where encoding is done afterwards, once, for the whole: query values, form fields, JSON. */
export function fillText(template: string, words: Words): string {
  return fill(template, words, (text) => text);
}

/** The {@link fillText} of all templates, without those that are one placeholder with nothing to say. */
export function fillAll(templates: Readonly<Record<string, string>>, words: Words): Record<string, string> {
  const said = Object.entries(templates).filter(([, text]) => !isMute(text, words));
  return Object.fromEntries(said.map(([key, text]) => [key, fillText(text, words)]));
}

/**
 * A JSON value with the placeholders in all its strings filled; the string `{urls}` becomes the list of URLs, one that is
 * nothing but a placeholder for a number that number.
 */
export function fillJson(template: unknown, words: Words, urls: readonly string[]): unknown {
  if (template === '{urls}') return urls;
  if (typeof template === 'string') {
    const alone = wordAlone(template, words);
    return typeof alone === 'number' ? alone : fillText(template, words);
  }
  if (Array.isArray(template)) return template.map((item) => fillJson(item, words, urls));
  if (typeof template !== 'object' || template === null) return template;
  const said = Object.entries(template).filter(([, value]) => !isMute(value, words));
  return Object.fromEntries(said.map(([key, value]) => [key, fillJson(value, words, urls)]));
}

/** The names of the placeholders in a template, or in the strings of a JSON value. */
export function placeholdersIn(template: unknown): readonly string[] {
  const text = typeof template === 'string' ? template : (JSON.stringify(template) ?? '');
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

const wordAlone = (template: string, words: Words): string | number | undefined => {
  const name = ALONE.exec(template)?.[1];
  return name !== undefined && Object.hasOwn(words, name) ? words[name] : undefined;
};

/** Whether a value is one placeholder that is known and has nothing to say. */
function isMute(value: unknown, words: Words): boolean {
  const name = typeof value === 'string' ? ALONE.exec(value)?.[1] : undefined;
  return name !== undefined && Object.hasOwn(words, name) && words[name] === undefined;
}

/** One pass, so that a URL which holds a placeholder's name is left as it is. */
function fill(template: string, words: Words, encode: (text: string, name: string, at: number) => string): string {
  return template.replace(PLACEHOLDER, (placeholder, name: string, at: number) => {
    if (!Object.hasOwn(words, name)) return placeholder;
    const text = String(words[name] ?? '');
    return encode(name === 'endpoint' ? text.replace(/\/+$/, '') : text, name, at);
  });
}
