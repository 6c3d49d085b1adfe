import { bylineError } from '../errors.ts';
import type { CountsSource, PlanSource, RunSettings, RunTarget, WriteApi } from '../model/run-facts.ts';
import { staleCondition } from '../model/staleness.ts';
import { checkPublished, digitsOf, type ObjectDescribe } from '../salesforce/describe.ts';
import { type Settings, toShard } from '../settings/settings.ts';

/** The flags of `sync` that say which records are counted, and which counts are written. */
export type SourceFlags = {
  readonly limit?: number | undefined;
  readonly shard?: string | undefined;
  readonly all: boolean;
  readonly 'keep-highest': boolean;
  readonly 'allow-zeros': boolean;
  readonly concurrency: number;
};

/** The flags of `sync` that say how changes are written. */
export type WriteOptions = {
  readonly dryRun: boolean;
  readonly api: WriteApi;
  readonly batchSize: number;
  readonly serial: boolean;
};

/** The counts to look up, from flags and settings, before the org is asked. */
export function toSource(
  { where, allowPrivateUrls, assumeScheme, services }: Settings,
  flags: SourceFlags,
): CountsSource {
  return {
    kind: 'counts',
    stamp: null,
    where: where ?? null,
    limit: flags.limit ?? null,
    shard: toShard(flags.shard),
    all: flags.all,
    keepHighest: flags['keep-highest'],
    allowZeros: flags['allow-zeros'],
    allowPrivateUrls,
    assumeScheme,
    concurrency: flags.concurrency,
    services,
  };
}

/**
 * Adds the sizes of the object's fields and the selection of due records. Throws an error if the settings don't fit the
 * object.
 */
export function completeSource(
  source: CountsSource,
  settings: Pick<Settings, 'stampField' | 'publishedField' | 'staleAfter'> & Pick<RunTarget, 'fields'>,
  described: ObjectDescribe,
  now: number,
): CountsSource {
  const { stampField, publishedField, staleAfter, fields } = settings;
  const digits = digitsOf(described, fields);
  if (stampField === null) {
    if (publishedField !== null) throw bylineError('stampMissing', ['publishedField']);
    if (staleAfter !== null) throw bylineError('stampMissing', ['staleAfter']);
    return { ...source, digits };
  }
  const published = publishedField === null ? null : checkPublished(described, publishedField);
  const stale = staleCondition({ stampField, published, staleAfterHours: staleAfter }, now);
  const where = [source.where === null ? null : `(${source.where})`, stale]
    .filter((condition) => condition !== null)
    .join(' AND ');
  return { ...source, where: where || null, stamp: wholeSecond(now), digits };
}

/** A dateTime field has no milliseconds (SOAP API Developer Guide, "Primitive Data Types"). */
const wholeSecond = (now: number): string => new Date(now - (now % 1000)).toISOString();

export function toRunSettings(
  { sobject, urlField, fields, stampField, labelField, authorField, history }: RunTarget,
  source: PlanSource,
  { api, serial, batchSize, dryRun }: WriteOptions,
): RunSettings {
  const mode = serial ? 'Serial' : 'Parallel';
  return {
    ...{ sobject, urlField, fields, stampField, labelField, authorField, history },
    ...{ api, mode, batchSize, dryRun, source },
  };
}
