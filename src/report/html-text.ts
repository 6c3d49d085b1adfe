import { printable, shownJson } from '../model/plain-text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Foreign text as HTML shows it literally, in an element or in an attribute in quotes. */
export const html = (text: string): string => printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** A link, or only its text where the address is not one of the web. */
export function anchor(text: string, url: string): string {
  return /^https?:\/\//i.test(url) ? `<a href="${html(url)}" rel="noopener noreferrer">${html(text)}</a>` : html(text);
}

/** A value in a `script` element of type `application/json`, from which no text can break out, and in which none runs the other way. */
export const jsonInHtml = (value: unknown): string => shownJson(JSON.stringify(value)).replaceAll('<', '\\u003c');

/** A part of the page with a heading of its own; empty where there is nothing in it. */
export function section(id: string, title: string, content: string): string {
  if (content === '') return '';
  return `<section aria-labelledby="${id}-title" id="${id}">\n<h2 id="${id}-title">${html(title)}</h2>\n${content}\n</section>\n`;
}
