/** What XML 1.0 forbids, even as a character reference (section 2.2). */
export const ILLEGAL =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Replaces entity and character references by what they stand for; throws with the reason where one is wrong. */
export function expand(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(
    /&(?:(#x[0-9A-Fa-f]+|#[0-9]+|[A-Za-z][A-Za-z0-9]*);)?/g,
    (whole, reference: string | undefined) => {
      if (reference === undefined)
        throw new Error('The entity name must immediately follow the "&" in the entity reference');
      return reference.startsWith('#') ? character(whole, reference.slice(1)) : entity(reference);
    },
  );
}

function entity(name: string): string {
  const text = ENTITIES[name];
  if (text === undefined) throw new Error(`The entity "${name}" was referenced, but not declared`);
  return text;
}

function character(whole: string, number: string): string {
  const code = number.startsWith('x') ? parseInt(number.slice(1), 16) : parseInt(number, 10);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || ILLEGAL.test(String.fromCodePoint(code))) {
    throw new Error(`Character reference "${whole}" is an invalid XML character`);
  }
  return String.fromCodePoint(code);
}
