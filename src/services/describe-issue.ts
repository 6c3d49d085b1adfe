import { z } from 'zod';

/** Parse options that {@link describeIssue} needs. */
export const READING = { reportInput: true } as const;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** What is wrong with a setting, in our own words, without its key. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => `"${String(value)}"`).join(' or ')}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    // The schema has messages of its own for all other issues.
    default:
      return issue.message;
  }
}

/** The keys that an object of a schema may have at a path; none if it takes any key. */
export function keysAt(schema: unknown, [key, ...path]: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), key === undefined ? [] : [key, ...path]);
  if (schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((option) => keysAt(option, key === undefined ? [] : [key, ...path]));
  if (!(schema instanceof z.ZodObject)) return [];
  if (key === undefined) return Object.keys(schema.shape);
  return keysAt(schema.shape[String(key)] ?? schema.def.catchall, path);
}
