/**
 * The values of a declared service's placeholders, by name. `undefined` if there is no value, for example a cursor for
 * the first page.
 */
export type Words = Readonly<Record<string, string | number | undefined>>;

/** Placeholders whose text is already percent-encoded, and valid as the path of an address. */
const PATHS = new Set(['path', 'pathAndQuery']);
/** Placeholders whose text is put into an address unchanged. */
const PLAIN = new Set(['endpoint', 'host']);
const PLACEHOLDER = /\{(\w+)\}/g;
const ALONE = /^\{(\w+)\}$/;

export function urlWords(url: string): Words {
  const urlNoScheme = url.replace(/^https?:\/\//i, '');
  if (!URL.canParse(url)) return { url, urlNoScheme };
  const { host, pathname, search } = new URL(url);
  return { url, urlNoScheme, host, path: pathname, pathAndQuery: `${pathname}${search}` };
}

/**
 * Fills the placeholders of a URL template. Each is percent-encoded once, except the endpoint, the host, and a path in
 * the path.
 */
export function fillUrl(template: string, words: Words): string {
  const query = template.indexOf('?');
  return fill(template, words, (text, name, at) => {
    const isInPath = query === -1 || at < query;
    return PLAIN.has(name) || (isInPath && PATHS.has(name)) ? text : encodeURIComponent(text);
  });
}

/** Fills a template that is encoded afterwards: query values, form fields, JSON. */
export function fillText(template: string, words: Words): string {
  return fill(template, words, (text) => text);
}

/** Fills all templates, without those that are one placeholder without a value. */
export function fillAll(templates: Readonly<Record<string, string>>, words: Words): Record<string, string> {
  const said = Object.entries(templates).filter(([, text]) => !isMute(text, words));
  return Object.fromEntries(said.map(([key, text]) => [key, fillText(text, words)]));
}

/**
 * Fills the placeholders in all strings of a JSON value. The string `{urls}` becomes the list of URLs, and a single
 * placeholder for a number becomes a number.
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

/** Whether a value is one known placeholder without a value. */
function isMute(value: unknown, words: Words): boolean {
  const name = typeof value === 'string' ? ALONE.exec(value)?.[1] : undefined;
  return name !== undefined && Object.hasOwn(words, name) && words[name] === undefined;
}

/** Fills in one pass, so that a URL that contains a placeholder's name isn't changed. */
function fill(template: string, words: Words, encode: (text: string, name: string, at: number) => string): string {
  return template.replace(PLACEHOLDER, (placeholder, name: string, at: number) => {
    if (!Object.hasOwn(words, name)) return placeholder;
    const text = String(words[name] ?? '');
    return encode(name === 'endpoint' ? text.replace(/\/+$/, '') : text, name, at);
  });
}
