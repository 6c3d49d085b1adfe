import { z } from 'zod';
import { parseExpression } from './expression.ts';
import { pointerKeys } from './pointer.ts';
import { presets } from './presets.ts';
import { address, serviceSettings, variableName } from './settings.ts';

const pointer = z
  .string()
  .refine((text) => pointerKeys(text) !== undefined, 'must be a JSON Pointer, such as /data/total');
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const expression = z
  .union([z.string(), z.array(z.string()).min(1)])
  .refine(
    (text) => parseExpression(text) !== undefined,
    'must be a JSON Pointer, "sum:/list/*/number", "count:/list", or an array of pointers to add up',
  );

const auth = z.union(
  [
    z.strictObject({ bearerEnv: variableName }),
    z.strictObject({ userEnv: variableName, passwordEnv: variableName }),
    z.strictObject({ header: z.string(), valueEnv: variableName }),
    z.strictObject({ query: z.string(), valueEnv: variableName }),
  ],
  'must be { bearerEnv }, { userEnv, passwordEnv }, { header, valueEnv } or { query, valueEnv }, with names that begin with BYLINE_',
);

const batch = z.strictObject({
  max: z.int().min(1).max(1000),
  /** `repeat`: u=A&u=B; `join`: u=A,B; `jsonArray`: in the place of "{urls}" in the body. */
  style: z.enum(['repeat', 'join', 'jsonArray']),
  parameter: z.string().optional(),
  separator: z.string().min(1).default(','),
  maxBytes: z.int().positive().default(6_000),
  /** `map`: an object keyed by URL; `array`: in the order asked; `list`: items that name their URL at `key`. */
  reply: z.enum(['map', 'array', 'list']),
  items: pointer.default(''),
  key: pointer.default('/url'),
});

/** The settings of a declared service. */
export const jsonSettings = serviceSettings('json', {
  preset: z.enum(Object.keys(presets) as [string, ...string[]]).optional(),
  endpoint: address.optional(),
  url: z
    .string()
    // No placeholder in the host: an article's own host is never asked.
    .regex(/^(https?:\/\/[^{}/?#]+|\{endpoint\})([/?#]|$)/i, 'must begin with an http or https host, or {endpoint}')
    .optional(),
  query: z.record(z.string(), z.string()).optional(),
  method: z.enum(['GET', 'POST']).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.json().optional(),
  form: z.record(z.string(), z.string()).optional(),
  auth: auth.optional(),
  format: z.enum(['json', 'jsonp', 'text', 'arguments']).optional(),
  value: expression.optional(),
  where: z.record(pointer, scalar).optional(),
  numericStrings: z.boolean().optional(),
  zeroWhen: z.record(pointer, scalar).optional(),
  error: z.array(pointer).optional(),
  expect: z.record(pointer, scalar).optional(),
  batch: batch.optional(),
  limitHeaders: z
    .strictObject({ remaining: z.string(), reset: z.string(), resetAs: z.enum(['epoch', 'seconds', 'iso']) })
    .optional(),
});

export type JsonSettings = z.infer<typeof jsonSettings>;
export type BatchSettings = z.infer<typeof batch>;
export type AuthSettings = z.infer<typeof auth>;
