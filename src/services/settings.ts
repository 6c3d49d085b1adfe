import { z } from 'zod';

const whole = z.int().positive();

/** Other spellings of a URL: `scheme` is http for https and back, `slash` the path with or without one at its end. */
export const variant = z.enum(['scheme', 'slash']);
export type Variant = z.infer<typeof variant>;

/** The name of an environment variable that holds a secret. */
export const variableName = z.string().regex(/^BYLINE_\w+$/, 'must be the name of a variable that begins with BYLINE_');

/** An absolute http or https address. */
export const address = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

const commonShape = {
  type: z.string().optional(),
  kind: z.enum(['total', 'window']).optional(),
  concurrency: whole.max(1000).optional(),
  rate: z.strictObject({ requests: whole, seconds: z.number().positive() }).optional(),
  timeoutMs: whole.max(600_000).optional(),
  maxBytes: whole.max(64 * 1024 * 1024).optional(),
  maxRequests: whole.optional(),
  maxUrlsPerHour: whole.optional(),
  variants: z.array(variant).optional(),
  allowInsecure: z.boolean().optional(),
};

/** What every service's settings may say, whatever else they say. */
export type CommonSettings = z.infer<z.ZodObject<typeof commonShape>>;

/** The schema of a service's settings: what is common to all and its own `shape`; any other key is an error. */
export function serviceSettings<Shape extends z.ZodRawShape>(
  name: string,
  shape: Shape,
): z.ZodObject<
  Omit<typeof commonShape, 'type'> & { type: z.ZodOptional<z.ZodLiteral<string>> } & Shape,
  z.core.$strict
> {
  return z.strictObject({ ...commonShape, type: z.literal(name).optional(), ...shape });
}
