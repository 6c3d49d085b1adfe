/**
 * The members of a JSON object by name; `undefined` where the text is not the JSON of an object. For objects keyed by URL:
 * JSON.parse alone keeps each name it meets in the garbage collector's old space, next to a new shape for each object,
 * some 200 bytes of each URL of a run.
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
 * `{"a":1,"b":2}` as `"a"`, `1,"b"`, `2`: in a list names are values, and JSON.parse keeps none of these. `undefined` where
 * colons and commas do not take turns.
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

/** Where the quotation mark stands that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === '\\') before -= 1;
  return (at - before) % 2 === 0;
}
