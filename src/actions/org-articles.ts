import type { ArticleRecord } from '../model/change.ts';
import { shardRecords } from '../pipeline/shard-records.ts';
import type { ConnectedOrg } from '../process/open-org.ts';
import { readArticles } from '../salesforce/articles.ts';
import { checkFields, describeObject } from '../salesforce/describe.ts';
import { checkNames } from '../salesforce/describe-names.ts';
import { type Settings, toShard } from '../settings/settings.ts';

/** Which articles to read. */
export type RecordFlags = { readonly limit?: number | undefined; readonly shard?: string | undefined };

type ReadContext = { readonly onNotice: (text: string) => void; readonly signal: AbortSignal };

/** Reads the articles of an org, and what people call them. `onNotice` receives a line that says how they are read. */
export async function* articlesOf(
  { session }: ConnectedOrg,
  settings: Settings,
  { limit, shard }: RecordFlags,
  { onNotice, signal }: ReadContext,
): AsyncGenerator<readonly ArticleRecord[], void, undefined> {
  const part = toShard(shard);
  const described = await describeObject(session, settings.sobject, signal);
  const { sobject, urlField } = checkFields(described, { ...settings, stampField: null, write: false });
  const names = checkNames(described, { ...settings, authorField: null });
  const query = { sobject, urlField, fields: [], names, where: settings.where, limit };
  const pages = readArticles(session, query, { onNotice }, signal);
  yield* part ? shardRecords(pages, part, null) : pages;
}
