/**
 * Parses a JSON object into a map; `undefined` if the text isn't a JSON object. For objects keyed by URL: JSON.parse
 * alone keeps every key in the old space of the garbage collector, with a new shape for each object, some 200 bytes per
 * URL of a run.
 */
export function readObjectEntries(text: string): ReadonlyMap<string, unknown> | undefined {
  const parts = cutMembers(text.trim());
  if (!parts) return undefined;
  try {
    const values = JSON.parse(`[${parts.join(',')}]`) as readonly unknown[];
    if (values.length !== 2 * (parts.length - 1)) return undefined;
    const members = new Map<string, unknown>();
    for (let at = 0; at < values.length; at += 2) {
      const name = values[at];
      if (typeof name !== 'string') return undefined;
      members.set(name, values[at + 1]);
    }
    return members;
  } catch {
    return undefined;
  }
}

/**
 * Cuts `{"a":1,"b":2}` into `"a"`, `1,"b"`, `2`, which are parsed as list items: in a list, names are values, and
 * JSON.parse doesn't keep them. `undefined` if colons and commas don't alternate.
 */
function cutMembers(object: string): string[] | undefined {
  if (!object.startsWith('{') || !object.endsWith('}')) return undefined;
  const parts: string[] = [];
  let from = 1;
  let depth = 0;
  let commas = 0;
  for (let at = 0; at < object.length; at += 1) {
    const character = object[at];
    if (character === '"') at = endOfString(object, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === ',' && depth === 1) commas += 1;
    else if (character === ':' && depth === 1) {
      parts.push(object.slice(from, at));
      if (commas !== parts.length - 1) return undefined;
      from = at + 1;
    }
  }
  return commas === Math.max(0, parts.length - 1) ? [...parts, object.slice(from, -1)] : undefined;
}

/** The position of the quotation mark that ends the string beginning at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes precedes. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === '\\') before -= 1;
  return (at - before) % 2 === 0;
}
