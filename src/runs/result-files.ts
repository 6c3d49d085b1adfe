import { createWriteStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bylineError } from '../errors.ts';
import { makeFolder } from '../journal/make-folder.ts';
import { readOutcomes } from '../journal/outcomes.ts';
import { historyFieldsOf } from '../model/history.ts';
import type { NameFields, Names } from '../model/names.ts';
import { fieldsOf, type Operation } from '../model/run-facts.ts';
import { CSV_FOR_PEOPLE, stringify } from '../report/csv.ts';
import type { RunResult } from '../report/result.ts';
import { type ResultColumns, resultHeader, resultRow } from '../report/result-rows.ts';
import type { OpenRun } from './open-run.ts';
import { rowsNotWritten } from './rows-not-written.ts';

/** Creates the folder for result files. Throws an error naming it if it can't be created or written. */
export async function prepareOutputDir(folder: string): Promise<void> {
  try {
    makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw bylineError('outputDirUnwritable', [folder, (cause as Error).message], { cause });
  }
}

/**
 * Writes `<run-id>-success.csv` and `<run-id>-failed.csv` (RFC 4180), row by row from journal and plan, and for a
 * history `<run-id>-history-success.csv` and `<run-id>-history-failed.csv`. Rows that were not processed or never sent
 * are in the file of failures.
 */
export async function writeResultFiles(run: OpenRun, folder: string): Promise<ResultFiles> {
  const { runId, settings } = run.state;
  const { history } = settings;
  const path = (name: string): string => join(folder, `${runId}-${name}.csv`);
  try {
    const names = namesIn(settings);
    const updated = { operation: 'update', names, fields: fieldsOf(settings) } as const;
    const [success, failed] = [path('success'), path('failed')];
    await writeCsv(success, successRows(run, updated));
    await writeCsv(failed, failedRows(run, updated));
    if (!history) return { ...NO_FILES, success, failed };
    const upserted = { operation: 'upsert', names, fields: historyFieldsOf(history) } as const;
    const [historySuccess, historyFailed] = [path('history-success'), path('history-failed')];
    await writeCsv(historySuccess, successRows(run, upserted));
    await writeCsv(historyFailed, failedRows(run, upserted));
    return { success, failed, historySuccess, historyFailed };
  } catch (cause) {
    throw bylineError('outputDirUnwritable', [folder, (cause as Error).message], { cause });
  }
}

type ResultFiles = Pick<RunResult['files'], 'success' | 'failed' | 'historySuccess' | 'historyFailed'>;

/** No result files. */
export const NO_FILES: ResultFiles = { success: null, failed: null, historySuccess: null, historyFailed: null };

type Rows = ResultColumns & { readonly operation: Operation };

const namesIn = ({ labelField, authorField }: NameFields): (keyof Names)[] => [
  ...(labelField === null ? [] : ['label' as const]),
  ...(authorField === null ? [] : ['author' as const]),
];

async function writeCsv(path: string, rows: AsyncIterable<string[]>): Promise<void> {
  await pipeline(Readable.from(rows), stringify(CSV_FOR_PEOPLE), createWriteStream(path));
}

async function* successRows(run: OpenRun, { operation, ...columns }: Rows): AsyncGenerator<string[]> {
  yield resultHeader(columns, false);
  const part = run.part(operation);
  for await (const { written } of readOutcomes(run.journalPath, operation)) {
    for await (const { changes } of part.chunks(written))
      for (const change of changes) yield resultRow(change, columns);
  }
}

async function* failedRows(run: OpenRun, { operation, ...columns }: Rows): AsyncGenerator<string[]> {
  yield resultHeader(columns, true);
  for await (const { change, problem } of rowsNotWritten(run, operation)) yield resultRow(change, columns, problem);
}
