/** Positions of an object's members in a JSON text: each value, the end of the last one, and the closing brace. */
type Members = { readonly values: Map<string, number>; readonly end: number; readonly close: number };

/** How a text is formatted: the indentation of a level, and its line ending. */
export type JsonForm = { readonly indent: string; readonly lineEnd: string };

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/**
 * Adds members to the object at a path of a JSON text, and leaves every other character unchanged. Existing members
 * stay; if both have an object, it is merged in the same way. The text must be JSON.
 */
export function addMembers(text: string, path: readonly string[], added: object, form: JsonForm): string {
  let result = text;
  for (const [key, value] of Object.entries(added) as [string, unknown][]) {
    const open = openingOf(result, path);
    const { values } = membersAt(result, open);
    const at = values.get(key);
    if (at === undefined) result = insert(result, open, { depth: path.length + 1, key, value }, form);
    else if (result[at] === '{' && isObject(value)) result = addMembers(result, [...path, key], value, form);
  }
  return result;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The position where the object at this path begins. */
function openingOf(text: string, path: readonly string[]): number {
  let open = text.indexOf('{');
  for (const key of path) open = membersAt(text, open).values.get(key)!;
  return open;
}

function membersAt(text: string, open: number): Members {
  const values = new Map<string, number>();
  let [depth, end, key] = [0, open + 1, ''];
  let place: 'key' | 'value' = 'key';
  TOKEN.lastIndex = open;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token] = match;
    if (token === '}' || token === ']') depth -= 1;
    if (depth === 0 && token === '}') return { values, end, close: match.index };
    if (depth === 1 && place === 'value' && token !== ':' && token !== ',') {
      if (!values.has(key)) values.set(key, match.index);
    } else if (depth === 1 && place === 'key' && token.startsWith('"')) key = JSON.parse(token) as string;
    if (depth === 1 && token === ':') place = 'value';
    if (depth === 1 && token === ',') place = 'key';
    if (token === '{' || token === '[') depth += 1;
    if (token !== ',' || depth > 1) end = depth === 1 && match.index === open ? open + 1 : TOKEN.lastIndex;
  }
  throw new SyntaxError('an object that does not end');
}

/** Inserts a member after the others: on its own line, unless the object is on one line. */
function insert(
  text: string,
  open: number,
  { depth, key, value }: { readonly depth: number; readonly key: string; readonly value: unknown },
  { indent, lineEnd }: JsonForm,
): string {
  const name = `${JSON.stringify(key)}: `;
  const { values, end, close } = membersAt(text, open);
  const isEmpty = values.size === 0;
  const onOneLine = !isEmpty && !text.slice(open, close).includes('\n');
  if (onOneLine) return `${text.slice(0, end)}, ${name}${JSON.stringify(value)}${text.slice(end)}`;
  const line = lineEnd + indent.repeat(depth);
  const json = JSON.stringify(value, null, indent).replaceAll('\n', line);
  const before = text.slice(0, isEmpty ? open + 1 : end) + (isEmpty ? '' : ',');
  const after = isEmpty ? lineEnd + indent.repeat(depth - 1) + text.slice(close) : text.slice(end);
  return `${before}${line}${name}${json}${after}`;
}
