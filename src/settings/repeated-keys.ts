/** A JSON string, which is a key if a colon follows; or the beginning or end of an object or an array. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/gs;

/**
 * The duplicate keys in objects of a JSON text, each as a path such as `services.x.endpoint`; JSON.parse silently keeps
 * the last one. The text must be JSON.
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
