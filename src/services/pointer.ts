/** Splits an RFC 6901 JSON Pointer into its keys; `undefined` if it is invalid. `''` is the whole value. */
export function pointerKeys(pointer: string): readonly string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The value at an RFC 6901 JSON Pointer; `undefined` if there is none. Only own properties of objects and elements of
 * arrays are found, so that no pointer reaches `__proto__` or `length`.
 */
export function valueAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const key of pointerKeys(pointer) ?? []) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    if (Array.isArray(found) && !/^(0|[1-9]\d*)$/.test(key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}
