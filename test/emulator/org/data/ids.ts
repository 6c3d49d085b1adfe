const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const SHAPE = /^[0-9A-Za-z]+$/;

/**
 * The three characters that make a case-sensitive 15-character id safe where case is lost: one for each five
 * characters, its bits telling which of them are capitals (Object Reference, "ID Field Type").
 */
export function checksum(id15: string): string {
  let suffix = '';
  for (let block = 0; block < 15; block += 5) {
    let bits = 0;
    for (let i = 0; i < 5; i++) {
      const code = id15.charCodeAt(block + i);
      if (code >= 65 && code <= 90) bits |= 1 << i;
    }
    suffix += SUFFIX[bits];
  }
  return suffix;
}

/** The 18-character form of a 15- or 18-character id, its case restored from the suffix; undefined when it is no id. */
export function canonicalId(text: string): string | undefined {
  if (!SHAPE.test(text)) return undefined;
  if (text.length === 15) return text + checksum(text);
  if (text.length !== 18) return undefined;
  const suffix = text.slice(15).toUpperCase();
  let id = '';
  for (let i = 0; i < 15; i++) {
    const bits = SUFFIX.indexOf(suffix[Math.floor(i / 5)] ?? '');
    if (bits < 0) return undefined;
    const char = text[i] ?? '';
    id += bits & (1 << (i % 5)) ? char.toUpperCase() : char.toLowerCase();
  }
  return checksum(id) === suffix ? id + suffix : undefined;
}

/** Mints ids, one sequence for each key prefix: prefix, instance, zeros, then a counter in base 62. */
export class Ids {
  private readonly counters = new Map<string, number>();

  /** The next id with this three-character key prefix, 18 characters long. */
  public next(prefix: string): string {
    const count = (this.counters.get(prefix) ?? 0) + 1;
    this.counters.set(prefix, count);
    const id15 = `${prefix}Em0000${base62(count).padStart(6, '0')}`;
    return id15 + checksum(id15);
  }
}

function base62(value: number): string {
  let rest = value;
  let digits = '';
  do {
    digits = (ALPHABET[rest % 62] ?? '') + digits;
    rest = Math.floor(rest / 62);
  } while (rest > 0);
  return digits;
}
