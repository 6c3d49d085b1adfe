const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The visible text of an HTML page, without markup, comments, styles, and scripts. Any other text is unchanged. */
export function pageText(text: string): string {
  if (!/^\s*<(?:!doctype|html|head|body|h\d|!--)/i.test(text)) return text;
  const words = text
    .replace(/<!--[^]*?(?:-->|$)/g, ' ')
    .replace(/<(style|script)\b[^]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<[^>]*(?:>|$)/g, ' ');
  return unescaped(words);
}

/** Decodes the character references of `text`; invalid ones stay. */
export function unescaped(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,6})|#x([\da-f]{1,5}));/gi, (_, name, decimal, hex) =>
    name === undefined
      ? String.fromCodePoint(decimal === undefined ? parseInt(String(hex), 16) : Number(decimal))
      : NAMED[String(name).toLowerCase()]!,
  );
}
