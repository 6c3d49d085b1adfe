import { printable, shownJson } from '../model/plain-text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text from others for an element or a quoted attribute. */
export const html = (text: string): string => printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** A link, or only its text if the address isn't http or https. */
export function anchor(text: string, url: string): string {
  return /^https?:\/\//i.test(url) ? `<a href="${html(url)}" rel="noopener noreferrer">${html(text)}</a>` : html(text);
}

/**
 * A value for a `script` element of type `application/json`: no text can close the element, and no character changes
 * the direction of text.
 */
export const jsonInHtml = (value: unknown): string => shownJson(JSON.stringify(value)).replaceAll('<', '\\u003c');

/** A section of the page with a heading; empty without content. */
export function section(id: string, title: string, content: string): string {
  if (content === '') return '';
  return `<section aria-labelledby="${id}-title" id="${id}">\n<h2 id="${id}-title">${html(title)}</h2>\n${content}\n</section>\n`;
}
