/** What the placeholders of a declared service stand for. */
export type Words = { readonly url: string; readonly endpoint: string };

/** A URL template with its placeholders filled: each percent-encoded once and whole, but for the endpoint. */
export function fillUrl(template: string, words: Words): string {
  return fill(template, words, encodeURIComponent);
}

/** A template for a place where encoding is done afterwards, once, for the whole: query values, form fields, JSON. */
export function fillText(template: string, words: Words): string {
  return fill(template, words, (text) => text);
}

/** A JSON value with the placeholders in all its strings filled; the string `{urls}` becomes the list of URLs. */
export function fillJson(template: unknown, words: Words, urls: readonly string[]): unknown {
  if (template === '{urls}') return urls;
  if (typeof template === 'string') return fillText(template, words);
  if (Array.isArray(template)) return template.map((item) => fillJson(item, words, urls));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillJson(value, words, urls)]));
}

/** One pass, so that a URL which holds a placeholder's name is left as it is. */
function fill(template: string, { url, endpoint }: Words, encode: (text: string) => string): string {
  return template.replace(/\{(url|urlNoScheme|endpoint)\}/g, (_, name: string) => {
    if (name === 'endpoint') return endpoint.replace(/\/+$/, '');
    return encode(name === 'url' ? url : url.replace(/^https?:\/\//i, ''));
  });
}
