/** A string of JSON, which is a key where a colon follows, or the begin or end of an object or a list. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/gs;

/**
 * The keys that some object of a JSON text has more than once, each as its path, such as `services.x.endpoint`: JSON.parse
 * keeps the last of them without a word. The text has to be JSON.
 */
export function repeatedKeys(json: string): string[] {
  const repeated = new Set<string>();
  const open: { readonly keys: Set<string>; key: string | undefined }[] = [];
  for (const [token, string, colon] of json.matchAll(TOKEN)) {
    const inner = open.at(-1);
    if (token === '{' || token === '[') open.push({ keys: new Set(), key: undefined });
    else if (token === '}' || token === ']') open.pop();
    else if (string !== undefined && colon !== undefined && inner) {
      inner.key = JSON.parse(string) as string;
      if (inner.keys.has(inner.key)) repeated.add(open.flatMap(({ key }) => key ?? []).join('.'));
      inner.keys.add(inner.key);
    }
  }
  return [...repeated];
}
