import {
  type Infer,
  type core,
  type ZodLiteral,
  type ZodObject,
  type ZodOptional,
  type ZodRawShape,
  z,
} from '../zod.ts';

const whole = z.int().positive();

/** Other spellings of a URL: `scheme` swaps http and https, `slash` adds or removes a trailing slash of the path. */
export const variant = z.enum(['scheme', 'slash']);
export type Variant = Infer<typeof variant>;

const combine = z.enum(['max', 'sum']);
export type Combine = Infer<typeof combine>;

/** The name of an environment variable for a secret. */
export const variableName = z.string().regex(/^BYLINE_\w+$/, 'must be the name of a variable that begins with BYLINE_');

/** An absolute http or https address. */
export const address = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

const KIND = 'The type of the service; required for a name of your own.';

const commonShape = {
  type: z.string().optional().describe(KIND),
  kind: z
    .enum(['total', 'window'])
    .optional()
    .describe('"window" confirms that the field is for a count of a period, which may decrease over time.'),
  concurrency: whole.max(1000).optional().describe('Concurrent requests; the lower of this and --concurrency applies.'),
  rate: z
    .strictObject({
      requests: whole.describe('The most requests.'),
      seconds: z.number().positive().describe('In any period of this many seconds.'),
    })
    .optional()
    .describe("The rate limit of the service's host."),
  timeoutMs: whole.max(600_000).optional().describe('Milliseconds for one request and its answer. Default: 15000.'),
  maxBytes: whole
    .max(64 * 1024 * 1024)
    .optional()
    .describe('Bytes of one answer, decompressed. Default: 1048576.'),
  maxRequests: whole.optional().describe("Requests after which the service isn't asked any more in a run."),
  maxUrlsPerHour: whole
    .optional()
    .describe(
      'URLs requested per hour, by all commands on this machine. A command that reaches it stops asking the service.',
    ),
  variants: z
    .array(variant)
    .optional()
    .describe(
      'Other spellings to request as well: with the other scheme, with or without the trailing slash. See combine.',
    ),
  combine: combine
    .optional()
    .describe('How the counts of the spellings are combined: the highest ("max"), or their "sum". Default: max.'),
  allowInsecure: z.boolean().optional().describe('Allow plain http to hosts other than this machine. Default: false.'),
};

/** The settings common to all services. */
export type CommonSettings = Infer<ZodObject<typeof commonShape>>;

/** The schema of a service's settings: the common ones and its own `shape`; other keys are errors. */
export function serviceSettings<Shape extends ZodRawShape>(
  name: string,
  shape: Shape,
): ZodObject<Omit<typeof commonShape, 'type'> & { type: ZodOptional<ZodLiteral<string>> } & Shape, core.$strict> {
  return z.strictObject({ ...commonShape, type: z.literal(name).optional().describe(KIND), ...shape });
}
