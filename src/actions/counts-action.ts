import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { addAbortSignal, Readable } from 'node:stream';
import { Messages } from '@salesforce/core/messages';
import { bylineError } from '../errors.ts';
import type { ArticleRecord } from '../model/change.ts';
import { EncodingError, StrictDecoder } from '../model/encoding.ts';
import { formatNumber } from '../model/format-number.ts';
import { readUrl } from '../model/url.ts';
import { lookUpCounts } from '../pipeline/look-up-counts.ts';
import { CountsCollector, type CountsResult, type UrlLabels } from '../report/counts-result.ts';
import { printable } from '../model/plain-text.ts';
import { type Settings, toCondition } from '../settings/settings.ts';
import type { RecordFlags } from './org-articles.ts';
import { openServices, noticeCosts, noticeReports } from '../runs/count-services.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.counts');

export type CountsOptions = {
  readonly settings: Settings;
  /** The settings file; `null` if there is none. */
  readonly settingsFile: string | null;
  readonly names: readonly string[];
  readonly concurrency: number;
  readonly folder: string;
  readonly warn: (text: string) => void;
};

/** Asks the services for the URLs of `pages`. The labels of the records are for people, and not in the result. */
export async function counts(
  pages: AsyncIterable<readonly ArticleRecord[]>,
  { settings, settingsFile, names, concurrency, folder, warn }: CountsOptions,
  signal: AbortSignal,
): Promise<{ readonly result: CountsResult; readonly labels: UrlLabels }> {
  const services = openServices(names, settings, { write: false, concurrency, folder, signal, onNotice: warn });
  const { lookUp, controller } = services;
  const collector = new CountsCollector(names);
  const rules = { allowPrivate: settings.allowPrivateUrls, assumeScheme: settings.assumeScheme };
  const counted = lookUpCounts(pages, {
    lookUp: (urls) => lookUp.lookUp(urls),
    readUrl: (text) => readUrl(text, rules),
    urlsAtOnce: lookUp.urlsAtOnce,
    controller,
  });
  for await (const chunk of counted) for (const record of chunk) collector.add(record);
  noticeReports(services, warn);
  noticeCosts(services, warn);
  const result = { ...collector.result(lookUp.tallies(), settings.fields), files: { settings: settingsFile } };
  return { result, labels: collector.labels };
}

/** Throws an error if a flag about records is specified with URLs, where it would have no effect. */
export function refuseRecordFlags({
  where,
  limit,
  shard,
}: RecordFlags & { readonly where?: string | undefined }): void {
  const [name] =
    Object.entries({ where: toCondition(where), limit, shard }).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined) throw bylineError('flagForRecords', [`--${name}`], { exitCode: 2 });
}

/** The lines of a file, or of standard input for `-`. Standard input may have to be waited for. */
export async function* readUrls(
  file: string,
  stdin: Readable,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  try {
    const input = Readable.from(decode(addAbortSignal(signal, file === '-' ? stdin : createReadStream(file))));
    for await (const line of createInterface({ input, crlfDelay: Infinity })) yield line.replace(/^\uFEFF/, '');
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof EncodingError) throw bylineError('fileNotText', [file, cause.message], { cause });
    const { code } = cause as NodeJS.ErrnoException;
    throw bylineError('urlFileUnreadable', [file, code ?? String(cause)], { cause });
  }
}

async function* decode(input: Readable): AsyncGenerator<string, void, undefined> {
  const decoder = new StrictDecoder();
  for await (const chunk of input as AsyncIterable<Buffer>) yield decoder.decode(chunk);
  decoder.end();
}

/**
 * The lines of a file of URLs, unchanged. `warn` is called for signs that the file holds more than URLs: a CSV header,
 * or lines that look like comments.
 */
export async function* noticeOddLines(
  lines: AsyncIterable<string>,
  file: string,
  warn: (text: string) => void,
): AsyncGenerator<string, void, undefined> {
  let first = true;
  let comments = 0;
  for await (const line of lines) {
    const text = line.trim();
    if (text.startsWith('#')) comments += 1;
    else if (first && text !== '') {
      first = false;
      if (CSV_HEADER.test(text)) warn(messages.getMessage('warning.csvHeader', [file, printable(text)]));
    }
    yield line;
  }
  if (comments > 0) warn(messages.getMessage('warning.comments', [file, formatNumber(comments)]));
}

/**
 * A header: words without the colon that every URL has. Either separators divide it, or it is a usual name for URLs.
 */
const CSV_HEADER = /^[^:/]*[,;\t][^:/]*$|^"?(?:[\w ]*\b)?(?:urls?|links?|address|permalink)"?$/i;
