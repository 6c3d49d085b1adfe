import type { ArticleRecord } from '../model/change.ts';
import type { Reading } from '../model/reading.ts';
import { mapConcurrent } from './map-concurrent.ts';

/** Records looked up as one piece, and pieces under way at a time: a straggler holds up the order, not the asking. */
const PIECE = 200;
const PIECES_IN_FLIGHT = 8;

/** A record and what the services say of its URL; `problem` where it was sent to none of them. */
export type CountedRecord = {
  readonly record: ArticleRecord;
  readonly problem: string | undefined;
  /** By service; empty where there is a problem. */
  readonly readings: Readonly<Record<string, Reading>>;
};

export type CountingOptions = {
  /** One reading per URL, in order, by service. */
  readonly lookUp: (urls: readonly string[]) => Promise<ReadonlyMap<string, readonly Reading[]>>;
  /** Why a URL must not be sent to anybody. */
  readonly urlProblem: (url: string) => string | undefined;
  /** Aborted when nobody wants the counts any more. */
  readonly controller: AbortController;
};

/** Looks up the counts of records, keeping their order: pieces of at most 200, several under way. */
export async function* lookUpCounts(
  pages: AsyncIterable<readonly ArticleRecord[]>,
  { lookUp, urlProblem, controller }: CountingOptions,
): AsyncGenerator<readonly CountedRecord[], void, undefined> {
  const countOne = (piece: readonly ArticleRecord[]): Promise<CountedPiece> => countPiece(piece, lookUp, urlProblem);
  // A piece is told apart into records when its turn comes: while it waits, it is kept small.
  for await (const piece of mapConcurrent(cutPieces(pages), PIECES_IN_FLIGHT, countOne, controller)) {
    yield toCounted(piece);
  }
}

async function* cutPieces(
  pages: AsyncIterable<readonly ArticleRecord[]>,
): AsyncGenerator<readonly ArticleRecord[], void, undefined> {
  for await (const page of pages) {
    for (let start = 0; start < page.length; start += PIECE) yield page.slice(start, start + PIECE);
  }
}

/** Records, why those are not asked about that are not, and what each service answered about the others, in order. */
type CountedPiece = {
  readonly records: readonly ArticleRecord[];
  readonly problems: readonly (string | undefined)[];
  readonly answers: ReadonlyMap<string, readonly Reading[]>;
};

async function countPiece(
  records: readonly ArticleRecord[],
  lookUp: CountingOptions['lookUp'],
  urlProblem: CountingOptions['urlProblem'],
): Promise<CountedPiece> {
  const problems = records.map(({ url }) => urlProblem(url));
  const asked = records.filter((_, index) => problems[index] === undefined).map(({ url }) => url);
  return { records, problems, answers: await lookUp(asked) };
}

function toCounted({ records, problems, answers }: CountedPiece): CountedRecord[] {
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
