import { bylineError } from '../errors.ts';
import { hasIdShape } from '../model/ids.ts';
import { runBulkQuery } from './bulk-query.ts';
import { MAX_ROWS } from './read-strategy.ts';
import { type Download, download } from './download.ts';
import { nameRequest, snippetOf } from './org-reply.ts';
import { QueryResultScanner } from './query-csv.ts';
import type { OrgSession } from './session.ts';

/** Records per page: as many as are processed together, so that none of them ages in the garbage collector. */
const PAGE = 200;

export type BulkRead<T> = {
  readonly sobject: string;
  /** The fields to query besides the Id. */
  readonly fields: readonly string[];
  /** Returns the query for at most `limit` records with an Id above `after`, ordered by Id. */
  readonly soql: (after: string | undefined, limit: number) => string;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  /** The most rows of one query; smaller in tests. */
  readonly rows?: number;
  readonly toRecord: (row: QueryResultScanner) => T;
  /** The folder for results while they are processed; by default that for temporary files. */
  readonly folder?: string | undefined;
};

/**
 * Reads records with bulk queries, each continuing after the last Id of the one before. A result is stored on disk
 * before its first record is yielded. Throws what {@link runBulkQuery} throws, and an error naming the request if a
 * result isn't complete.
 */
export async function* readInBulk<T extends { readonly id: string }>(
  session: OrgSession,
  read: BulkRead<T>,
  signal: AbortSignal,
): AsyncGenerator<readonly T[], void, undefined> {
  let { after, limit: left = Infinity } = read;
  const { rows: most = MAX_ROWS } = read;
  for (let more = left > 0; more;) {
    const wanted = Math.min(left, most);
    const { paths, records } = await runBulkQuery(session, read.sobject, read.soql(after, wanted), signal);
    let rows = 0;
    for await (const page of readFiles(session, read, paths, signal)) {
      rows += page.length;
      if (rows > wanted) throw notWhole('more records than asked for');
      after = page.at(-1)?.id;
      yield page;
    }
    // CSV that is cut off between two lines looks complete.
    if (rows < records) throw notWhole(`${rows} records, where its batch tells of ${records}`);
    left -= rows;
    more = rows >= wanted && left > 0;
  }
}

const notWhole = (what: string): Error => bylineError('orgAnswerUnreadable', ['The bulk query', '200', what]);

/** The records of all files of a query; several files are merged by Id. */
async function* readFiles<T extends { readonly id: string }>(
  session: OrgSession,
  read: BulkRead<T>,
  paths: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly T[], void, undefined> {
  const files: Download[] = [];
  try {
    for (const path of paths) {
      const request = { api: 'bulk', method: 'GET', path, signal } as const;
      files.push(await download(session, request, read.folder));
    }
    let last = '';
    for (const file of await inOrder(files)) {
      for await (const page of pagesIn(file, read)) {
        for (const { id } of page) {
          // Records out of order would be missed by a query that continues after the last Id.
          if (id <= last) throw unreadable(file, new SyntaxError('its records are out of order'));
          last = id;
        }
        yield page;
      }
    }
  } finally {
    for (const file of files) await file[Symbol.asyncDispose]();
  }
}

async function inOrder(files: readonly Download[]): Promise<readonly Download[]> {
  if (files.length === 1) return files;
  const first = await Promise.all(
    files.map(async (file) => {
      const page = await pagesIn(file, { fields: [], toRecord: ({ id }) => ({ id }) }, 1).next();
      return { file, id: page.done ? '' : page.value[0]!.id };
    }),
  );
  return first.sort((one, other) => (one.id < other.id ? -1 : 1)).map(({ file }) => file);
}

async function* pagesIn<T>(
  file: Download,
  { fields, toRecord }: Pick<BulkRead<T>, 'fields' | 'toRecord'>,
  size: number = PAGE,
): AsyncGenerator<readonly T[], void, undefined> {
  const scanner = new QueryResultScanner(fields);
  let page: T[] = [];
  let head: Buffer | undefined;
  try {
    for await (const part of withLastLineEnded(file.chunks())) {
      head ??= Buffer.from(part.subarray(0, HEAD));
      if (NO_ROWS.test(head.toString())) return;
      scanner.push(part);
      while (scanner.next()) {
        if (!hasIdShape(scanner.id)) throw new SyntaxError('a record without an Id');
        page.push(toRecord(scanner));
        if (page.length < size) continue;
        yield page;
        page = [];
      }
    }
    scanner.finish();
  } catch (error) {
    throw unreadable(file, error, head);
  }
  if (page.length > 0) yield page;
}

/** The last line of CSV may lack a newline (RFC 4180). */
async function* withLastLineEnded(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield* parts;
  yield Buffer.from('\n');
}

/** Bytes that identify a body that isn't a result. */
const HEAD = 2000;
/** A query without results (Bulk API Developer Guide, "Bulk Query"). */
const NO_ROWS = /^Records not found for this query\s*$/;

/** The error for invalid bytes: not CSV, not complete, or not compressed correctly. */
function unreadable({ request }: Download, error: unknown, head: Buffer = Buffer.of()): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!(error instanceof SyntaxError) && !code.startsWith('Z_')) return error;
  const words = [nameRequest(request), message, snippetOf(head)];
  return bylineError('resultUnreadable', words, { cause: error });
}
