import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { EOL } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bylineError } from '../errors.ts';
import { readOutcomes } from '../journal/outcomes.ts';
import type { Change } from '../model/change.ts';
import type { Names } from '../model/names.ts';
import type { Range } from '../model/ranges.ts';
import { secrets } from '../model/redactor.ts';
import type { RowFailure } from '../model/run-facts.ts';
import { csvToLoad, stringify } from '../report/csv.ts';
import { ChangeSummary } from '../report/change-summary.ts';
import { fullJson } from '../report/full-json.ts';
import { renderHtml } from '../report/html.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { type RefusedRow, toFailure } from '../report/result.ts';
import { REPORT_KINDS, reportKind, type ReportKind, type RunFile } from '../report/run-file.ts';
import type { RunView } from '../report/run-view.ts';
import { updateRows } from '../report/update-csv.ts';
import type { OpenRun } from './open-run.ts';
import { shownChanges } from './shown-changes.ts';

/**
 * Checks that a report file can be written. Its extension selects the format unless one is specified. Throws an error
 * naming the file if it selects none, or can't be written.
 */
export async function prepareReport(path: string, format: ReportKind | undefined): Promise<void> {
  if (kindOf(path, format) === undefined) {
    throw bylineError('reportKindUnknown', [path], {
      exitCode: 2,
      actionTokens: [REPORT_KINDS.map((kind) => `.${kind}`).join(', ')],
    });
  }
  try {
    await access(dirname(resolve(path)), constants.W_OK);
    const there = await stat(path).catch(() => null);
    if (there) await access(path, constants.W_OK);
    if (there?.isDirectory()) throw new Error('it is a folder');
  } catch (cause) {
    throw bylineError('reportNotSaved', [path, (cause as Error).message], { cause });
  }
}

/** The summary file of a GitHub job has no extension, and is Markdown. */
const isJobSummary = (path: string): boolean => path === process.env['GITHUB_STEP_SUMMARY'];

const kindOf = (path: string, format: ReportKind | undefined): ReportKind | undefined =>
  format ?? reportKind(path) ?? (isJobSummary(path) ? 'md' : undefined);

/**
 * Writes the report file in the specified format, or in the one its extension selects. Rows are read from plan and
 * journal one by one.
 */
export async function writeReport(
  run: OpenRun,
  view: RunView,
  path: string,
  format: ReportKind | undefined,
): Promise<void> {
  try {
    const file = await openFile(run, view);
    // All steps of a job append to the same summary.
    const target = createWriteStream(path, { flags: isJobSummary(path) ? 'a' : 'w' });
    switch (kindOf(path, format)) {
      case 'html':
        return await pipeline(Readable.from(renderHtml(file, sha256)), target);
      case 'md':
        return await pipeline(Readable.from([await renderMarkdown(file)]), target);
      case 'csv':
        return await pipeline(Readable.from(updateRows(file)), stringify(csvToLoad(EOL)), target);
      case 'json':
        return await pipeline(Readable.from(fullJson(file)), target);
      case undefined:
        return;
    }
  } catch (cause) {
    throw bylineError('reportNotSaved', [path, (cause as Error).message], { cause });
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

async function openFile(run: OpenRun, view: RunView): Promise<RunFile> {
  const { startedAt, lastAt, settings } = run.state;
  const summary = new ChangeSummary();
  let records = 0;
  for await (const change of changesOf(run)) {
    records += 1;
    // For a run recovered from its job, the values before are unknown.
    if (settings.source.kind !== 'job') summary.add(change);
  }
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const rows = { changes: () => changesOf(run), refused: () => refusedRows(run) };
  return { view, summary, records, startedAt, lastAt, timeZone, ...rows };
}

async function* changesOf(run: OpenRun): AsyncGenerator<Change, void, undefined> {
  for await (const changes of shownChanges(run)) for (const change of changes) yield withoutSecrets(change);
}

/** The refused rows, batch by batch in the order in which they became known. */
async function* refusedRows(run: OpenRun): AsyncGenerator<RefusedRow, void, undefined> {
  for await (const { failed } of readOutcomes(run.journalPath)) {
    const byRow = new Map<number, RowFailure>(failed.map((failure) => [failure.row, failure]));
    const rows = [...byRow.keys()].sort((a, b) => a - b);
    for await (const chunk of run.plan.chunks(rows.map((row): Range => [row, row + 1]))) {
      let at = 0;
      for (const [row] of chunk.rows) yield toRefusedRow(byRow.get(row)!, chunk.changes[at++]!);
    }
  }
}

const toRefusedRow = (failure: RowFailure, change: Change): RefusedRow =>
  withoutSecrets({ ...change, ...toFailure(failure) });

/** Redacts the names and the URL of an article. Its id and counts are data and stay unchanged. */
function withoutSecrets<T extends Names & { readonly url: string }>(article: T): T {
  const { url, label, author } = article;
  return { ...article, ...secrets.redactJson({ url, label, author }) };
}
