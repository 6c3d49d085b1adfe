/** The default namespace of everything the Bulk API reads and writes in XML. */
export const XMLNS = 'http://www.force.com/2009/06/asyncapi/dataload';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

export const escapeXml = (text: string): string =>
  /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char) : text;

/** One element on one line. */
export const element = (name: string, text: string | number | boolean): string =>
  `<${name}>${escapeXml(String(text))}</${name}>`;

/**
 * A document as the server prints it: prolog and root on one line, `xmlns` on the next, children indented by one space
 * for each level (captured replies of v37 and v65). One without children is an empty element.
 */
export function documentOf(root: string, children: readonly string[]): string {
  const open = `<?xml version="1.0" encoding="UTF-8"?><${root}\n   xmlns="${XMLNS}"`;
  if (children.length === 0) return `${open} />`;
  return `${open}>\n${children.map((child) => `${child}\n`).join('')}</${root}>\n`;
}
