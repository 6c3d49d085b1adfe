import { bylineError } from '../errors.ts';
import type { NameFields } from '../model/names.ts';
import { parseShard, type Shard } from '../model/shard.ts';
import type { AssumedScheme } from '../model/url.ts';
import { requireService, servicesSchema } from '../services/registry.ts';
import { type HistoryFile, historySchema } from './history-settings.ts';
import { type Infer, z } from '../zod.ts';

const name = z.string().regex(/^[A-Za-z]\w*$/, 'an API name is expected');

/** The settings file, or `plugins.byline` of `sfdx-project.json`. Unknown keys are errors. */
export const settingsSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema of this file.'),
  sobject: name.optional().describe('API name of the object that holds the articles. Default: Byline__c.'),
  urlField: name.optional().describe('API name of the field with the URL. Default: Published_URL__c.'),
  labelField: name
    .optional()
    .describe('API name of the field that names an article in reports. Default: the name field of the object.'),
  authorField: name
    .optional()
    .describe('API name of the text field with the author, which the HTML report and the result files show.'),
  where: z.string().optional().describe('SOQL condition; only records that meet it are read. Blank: all records.'),
  fields: z
    .record(z.string(), name)
    .optional()
    .describe('Which service fills which field: service name to field API name.'),
  stampField: name
    .optional()
    .describe('API name of a date/time field that is set when all counts of a record are available.'),
  publishedField: name
    .optional()
    .describe(
      'API name of the field with the date of publication: the older an article, the less often it is counted.',
    ),
  staleAfter: z
    .number()
    .positive()
    .optional()
    .describe("Hours for which a stamped record isn't counted again; with publishedField, only if that is empty."),
  history: historySchema.optional().describe('Keeps a row for each record and period, so that growth can be shown.'),
  services: servicesSchema.optional().describe('The settings of each service, by name.'),
  allowPrivateUrls: z.boolean().optional().describe("Whether to look up URLs that aren't public. Default: false."),
  assumeScheme: z
    .enum(['https', 'http'])
    .optional()
    .describe('The scheme of URLs that have none, such as www.example.com/x. Without it, they are skipped.'),
});

export type SettingsFile = Infer<typeof settingsSchema>;

/** The settings of a command: flags over file over defaults. */
export type Settings = NameFields & {
  readonly sobject: string;
  readonly urlField: string;
  readonly where: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
  readonly stampField: string | null;
  readonly publishedField: string | null;
  /** Hours. */
  readonly staleAfter: number | null;
  readonly history: HistoryFile | null;
  readonly services: NonNullable<SettingsFile['services']>;
  readonly allowPrivateUrls: boolean;
  readonly assumeScheme: AssumedScheme | null;
};

/** The settings that flags can specify. */
export type SettingFlags = {
  readonly sobject?: string | undefined;
  readonly 'url-field'?: string | undefined;
  readonly where?: string | undefined;
  readonly field?: readonly string[] | undefined;
};

/**
 * Merges flags, file, and defaults, in this order of precedence. `--field` adds to the file's mapping, or replaces a
 * service's field.
 */
export function mergeSettings(flags: SettingFlags, file: SettingsFile): Settings {
  return {
    sobject: flags.sobject ?? file.sobject ?? 'Byline__c',
    urlField: flags['url-field'] ?? file.urlField ?? 'Published_URL__c',
    labelField: file.labelField ?? null,
    authorField: file.authorField ?? null,
    where: toCondition(flags.where ?? file.where),
    fields: toMapping(flags.field ?? [], file),
    stampField: file.stampField ?? null,
    publishedField: file.publishedField ?? null,
    staleAfter: file.staleAfter ?? null,
    history: file.history ?? null,
    services: file.services ?? {},
    allowPrivateUrls: file.allowPrivateUrls ?? false,
    assumeScheme: file.assumeScheme ?? null,
  };
}

/** A condition specified by the user; blank text, such as an empty pipeline variable, is no condition. */
export const toCondition = (where: string | undefined): string | undefined =>
  where?.trim() === '' ? undefined : where;

/** The shard that `--shard` selects; `null` for all records. Throws an error if the value is invalid. */
export function toShard(text: string | undefined): Shard | null {
  if (text === undefined) return null;
  const shard = parseShard(text);
  if (!shard) throw bylineError('shardMalformed', [text], { exitCode: 2 });
  return shard;
}

/** The digest of `--plan-digest`, in lower case. Throws an error if the value is invalid. */
export function toPlanDigest(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const digest = text.toLowerCase();
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw bylineError('planDigestMalformed', [text], { exitCode: 2 });
  return digest;
}

function parseMapping(pairs: readonly string[]): Record<string, string> {
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const [, service, field] = /^([^=\s]+)=([A-Za-z]\w*)$/.exec(pair) ?? [];
    if (service === undefined || field === undefined) throw bylineError('mappingMalformed', [pair], { exitCode: 2 });
    const other = fields.get(service);
    if (other !== undefined) throw bylineError('serviceMappedTwice', [service, other, field], { exitCode: 2 });
    const [rival] = [...fields].find(([, taken]) => taken.toLowerCase() === field.toLowerCase()) ?? [];
    if (rival !== undefined) throw bylineError('fieldGivenTwice', [field, rival, service], { exitCode: 2 });
    fields.set(service, field);
  }
  return Object.fromEntries(fields);
}

/**
 * The mapping of the file, with that of the flags. Two services that fill one field would overwrite each other; one that
 * doesn't exist is a misspelled name of the other.
 */
function toMapping(pairs: readonly string[], { fields: kept, services = {} }: SettingsFile): Record<string, string> {
  const fields = { ...kept, ...parseMapping(pairs) };
  const taken = new Map<string, string>();
  for (const [service, field] of Object.entries(fields)) {
    const other = taken.get(field.toLowerCase());
    if (other !== undefined) {
      for (const one of [other, service]) requireService(one, services);
      throw bylineError('fieldMappedTwice', [field, other, service], { exitCode: pairs.length > 0 ? 2 : 1 });
    }
    taken.set(field.toLowerCase(), service);
  }
  return fields;
}
