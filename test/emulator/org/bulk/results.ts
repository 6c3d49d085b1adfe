import { csvLine } from '../csv.ts';
import type { Row } from '../data/table.ts';
import { bulkText } from '../data/values.ts';
import type { RowError, RowOutcome } from '../data/write-row.ts';
import { documentOf, element, escapeXml, XMLNS, XSI } from '../xml/write.ts';
import type { Job, QueryFile } from './job.ts';

const errorElement = (error: RowError): string =>
  `  <errors>\n${error.fields.map((field) => `   ${element('fields', field)}\n`).join('')}` +
  `   ${element('message', error.message)}\n   ${element('statusCode', error.statusCode)}\n  </errors>\n`;

/**
 * Results in input order; inside a result `errors*, id?, success, created`, inside an error `fields*, message,
 * statusCode` (WSC's Result and Error; captured in forcedotcom/wsc#173).
 */
export function resultsXml(results: readonly RowOutcome[]): string {
  return documentOf(
    'results',
    results.map(
      (result) =>
        ` <result>\n${result.errors.map(errorElement).join('')}` +
        `${result.id === undefined ? '' : `  <id>${result.id}</id>\n`}` +
        `  <success>${result.success}</success>\n  <created>${result.created}</created>\n </result>`,
    ),
  );
}

/** An error as the CSV results and Bulk 2.0 print it: `STATUS:message:field1,field2 --`. */
export const errorText = (errors: readonly RowError[]): string =>
  errors.map((error) => `${error.statusCode}:${error.message}:${error.fields.join(',')} --`).join(';');

export function resultsCsv(results: readonly RowOutcome[]): string {
  const lines = results.map((result) =>
    csvLine([result.id ?? '', String(result.success), String(result.created), errorText(result.errors)]),
  );
  return csvLine(['Id', 'Success', 'Created', 'Error']) + lines.join('');
}

/**
 * The list of a query batch's result files, on one line after its prolog (recorded); XML for CSV jobs too. Nothing says in
 * which order they stand: the last is first.
 */
export const resultList = (files: readonly QueryFile[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><result-list xmlns="${XMLNS}">` +
  files
    .map(({ id }) => `<result>${id.slice(0, 15)}</result>`)
    .reverse()
    .join('') +
  '</result-list>';

/** Rows written at a time. */
const ROWS = 500;

/** A query's rows in XML: `Id` comes twice when it was selected, once as nil when not (Bulk API guide, "Bulk Query"). */
export function* queryXml(job: Job, { fields, rows }: QueryFile): Generator<string, void, undefined> {
  const selected = fields.some((field) => field.name === 'Id');
  const record = (row: Row): string => {
    const cells = fields.map((field) => {
      const value = row[field.name] ?? null;
      return value === null
        ? `<${field.name} xsi:nil="true"/>`
        : `<${field.name}>${escapeXml(bulkText(field, value))}</${field.name}>`;
    });
    const id = selected ? `<Id>${String(row['Id'])}</Id>` : '<Id xsi:nil="true"/>';
    return ` <records xsi:type="sObject"><type>${job.schema.name}</type>${id}${cells.join('')}</records>\n`;
  };
  yield `<?xml version="1.0" encoding="UTF-8"?><queryResult xmlns="${XMLNS}" xmlns:xsi="${XSI}">\n`;
  for (let from = 0; from < rows.length; from += ROWS) {
    yield rows
      .slice(from, from + ROWS)
      .map(record)
      .join('');
  }
  yield '</queryResult>';
}

/** A query's rows in CSV: every cell quoted, one that holds nothing empty, and a sentence where there are none. */
export function* queryCsv({ fields, rows }: QueryFile): Generator<string, void, undefined> {
  if (rows.length === 0) {
    yield 'Records not found for this query';
    return;
  }
  const line = (row: Row): string =>
    csvLine(
      fields.map((field) => {
        const value = row[field.name] ?? null;
        return value === null ? '' : bulkText(field, value);
      }),
    );
  yield csvLine(fields.map((field) => field.name));
  for (let from = 0; from < rows.length; from += ROWS) {
    yield rows
      .slice(from, from + ROWS)
      .map(line)
      .join('');
  }
}
