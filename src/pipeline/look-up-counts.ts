import type { ArticleRecord } from '../model/change.ts';
import type { Reading } from '../model/reading.ts';
import type { ArticleUrl } from '../model/url.ts';
import { mapConcurrent } from './map-concurrent.ts';

/** Records looked up as one chunk. */
const CHUNK = 200;
/**
 * Records in flight: twice what the services are asked at a time, so that a slow record delays the order but not the
 * requests. Bounded, because all of them are in memory; with more, objects live until they are promoted to the old
 * generation.
 */
const LEAST_IN_FLIGHT = 800;
const MOST_IN_FLIGHT = 51_200;

const chunksInFlight = (urlsAtOnce: number): number =>
  Math.ceil(Math.min(MOST_IN_FLIGHT, Math.max(LEAST_IN_FLIGHT, 2 * urlsAtOnce)) / CHUNK);

/** A record and its readings; `problem` if its URL was not sent to any service. */
export type CountedRecord = {
  readonly record: ArticleRecord;
  readonly problem: string | undefined;
  /** By service; empty if there is a problem. */
  readonly readings: Readonly<Record<string, Reading>>;
};

export type LookUpCountsOptions = {
  /**
   * Returns one reading per URL, in order, by service. `at` is the number of the run's records before each URL's own.
   */
  readonly lookUp: (urls: readonly string[], at: readonly number[]) => Promise<ReadonlyMap<string, readonly Reading[]>>;
  /** Returns the URL in a record's text, and why it must not be sent. */
  readonly readUrl: (text: string) => ArticleUrl;
  /** URLs in flight when all services are asked at full concurrency. */
  readonly urlsAtOnce: number;
  /** Aborted when the counts are no longer wanted. */
  readonly controller: AbortController;
};

/** Looks up the counts of records, in order: chunks of at most 200, many in flight. */
export async function* lookUpCounts(
  pages: AsyncIterable<readonly ArticleRecord[]>,
  options: LookUpCountsOptions,
  /** The number of the run's records counted before these. */
  before = 0,
): AsyncGenerator<readonly CountedRecord[], void, undefined> {
  const countOne = (chunk: Chunk): Promise<CountedChunk> => countChunk(chunk, options);
  // A chunk is split into records when its turn comes, which keeps it small until then.
  const window = chunksInFlight(options.urlsAtOnce);
  for await (const chunk of mapConcurrent(cutChunks(pages, before), window, countOne, options.controller)) {
    yield toCounted(chunk);
  }
}

/** Records that are looked up together, and the number of the run's records before them. */
type Chunk = { readonly records: readonly ArticleRecord[]; readonly at: number };

async function* cutChunks(
  pages: AsyncIterable<readonly ArticleRecord[]>,
  before: number,
): AsyncGenerator<Chunk, void, undefined> {
  let at = before;
  for await (const page of pages) {
    for (let start = 0; start < page.length; start += CHUNK) {
      const records = page.slice(start, start + CHUNK);
      yield { records, at };
      at += records.length;
    }
  }
}

/** Records in order, the problems of those that weren't looked up, and the readings of the others. */
type CountedChunk = {
  readonly records: readonly ArticleRecord[];
  readonly problems: readonly (string | undefined)[];
  readonly answers: ReadonlyMap<string, readonly Reading[]>;
};

async function countChunk(chunk: Chunk, { lookUp, readUrl }: LookUpCountsOptions): Promise<CountedChunk> {
  const read = chunk.records.map(({ url }) => readUrl(url));
  // From here on, a record has the URL that is requested.
  const records = chunk.records.map((record, index) => withUrl(record, read[index]!.url));
  const problems = read.map(({ problem }) => problem);
  const [urls, positions]: [string[], number[]] = [[], []];
  records.forEach(({ url }, index) => {
    if (problems[index] !== undefined) return;
    urls.push(url);
    positions.push(chunk.at + index);
  });
  return { records, problems, answers: await lookUp(urls, positions) };
}

const withUrl = (record: ArticleRecord, url: string): ArticleRecord =>
  record.url === url ? record : { ...record, url };

function toCounted({ records, problems, answers }: CountedChunk): CountedRecord[] {
  let at = -1;
  return records.map((record, index) => {
    const problem = problems[index];
    const readings: Record<string, Reading> = {};
    if (problem === undefined) {
      at += 1;
      for (const [service, list] of answers) readings[service] = list[at]!;
    }
    return { record, problem, readings };
  });
}
