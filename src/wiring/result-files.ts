import { createWriteStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { bylineError } from '../errors.ts';
import { makeFolder } from '../journal/make-folder.ts';
import { readOutcomes } from '../journal/outcomes.ts';
import { type Range, rowsOf, subtractRanges } from '../model/ranges.ts';
import { fieldsOf } from '../model/run-facts.ts';
import { nextRow, unprocessedRows, waitingRows } from '../model/run-rows.ts';
import { CSV_FOR_PEOPLE } from '../report/csv.ts';
import { type RowProblem, resultHeader, resultRow } from '../report/result-rows.ts';
import type { OpenRun } from './open-run.ts';

/** Makes the folder for result files. Throws an error naming it where it cannot be made, or not be written to. */
export async function prepareOutputDir(folder: string): Promise<void> {
  try {
    makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw bylineError('outputDirUnwritable', [folder, (cause as Error).message], { cause });
  }
}

/**
 * Writes `<run-id>-success.csv` and `<run-id>-failed.csv` (RFC 4180), row by row as they are read from journal and plan.
 * A row that was not processed, or never sent, stands in the file of failures.
 */
export async function writeResultFiles(run: OpenRun, folder: string): Promise<{ success: string; failed: string }> {
  const success = join(folder, `${run.state.runId}-success.csv`);
  const failed = join(folder, `${run.state.runId}-failed.csv`);
  try {
    await writeCsv(success, successRows(run));
    await writeCsv(failed, failedRows(run));
  } catch (cause) {
    throw bylineError('outputDirUnwritable', [folder, (cause as Error).message], { cause });
  }
  return { success, failed };
}

async function writeCsv(path: string, rows: AsyncIterable<string[]>): Promise<void> {
  await pipeline(Readable.from(rows), stringify(CSV_FOR_PEOPLE), createWriteStream(path));
}

async function* successRows(run: OpenRun): AsyncGenerator<string[]> {
  const fields = fieldsOf(run.state.settings);
  yield resultHeader(fields, false);
  for await (const { written } of readOutcomes(run.journalPath)) {
    for await (const { changes } of run.slices(written)) for (const change of changes) yield resultRow(change, fields);
  }
}

async function* failedRows(run: OpenRun): AsyncGenerator<string[]> {
  yield resultHeader(fieldsOf(run.state.settings), true);
  for await (const { failed } of readOutcomes(run.journalPath)) {
    const problems = new Map<number, RowProblem>(failed.map((failure) => [failure.row, failure]));
    const refused = [...problems.keys()].sort((a, b) => a - b).map((row): Range => [row, row + 1]);
    yield* problemRows(run, refused, (row) => problems.get(row)!);
  }
  // What one batch left unprocessed, a later one may have written: the last word on each row counts.
  let left = unprocessedRows(run.state);
  for (const { unprocessed, message } of run.state.batches.toReversed()) {
    const rows = subtractRanges(left, subtractRanges(left, unprocessed));
    left = subtractRanges(left, rows);
    const problem = { statusCode: 'UNPROCESSED', message: message ?? 'the org gave no result for the row' };
    yield* problemRows(run, rows, () => problem);
  }
  const { unsent, again } = waitingRows(run.state);
  const never: Range = [nextRow(run.state), run.plan.size];
  for (const ranges of [unsent, again, never[0] < never[1] ? [never] : []]) {
    yield* problemRows(run, ranges, () => ({ statusCode: 'UNSENT', message: 'the run ended before the row was sent' }));
  }
}

async function* problemRows(
  run: OpenRun,
  ranges: readonly Range[],
  problem: (row: number) => RowProblem,
): AsyncGenerator<string[]> {
  const fields = fieldsOf(run.state.settings);
  for await (const { rows, changes } of run.slices(ranges)) {
    const positions = rowsOf(rows);
    for (const change of changes) yield resultRow(change, fields, problem(positions.next().value as number));
  }
}
