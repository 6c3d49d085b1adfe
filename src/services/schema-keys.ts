import { z } from '../zod.ts';

/** The keys that an object of a schema may have at a path; none if it takes any key. */
export function keysAt(schema: unknown, [key, ...path]: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), key === undefined ? [] : [key, ...path]);
  if (schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((option) => keysAt(option, key === undefined ? [] : [key, ...path]));
  if (!(schema instanceof z.ZodObject)) return [];
  if (key === undefined) return Object.keys(schema.shape);
  return keysAt(schema.shape[String(key)] ?? schema.def.catchall, path);
}
