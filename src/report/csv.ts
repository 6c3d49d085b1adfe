import type * as csv from 'csv-stringify';
import { require } from '../require.ts';

/** Writes CSV, as jsforce has loaded it: by `import` it would be loaded a second time. */
export const { stringify } = require('csv-stringify') as typeof csv;

/**
 * Options for CSV for people and spreadsheets (RFC 4180): lines end with CRLF, and a cell that begins like a formula
 * gets an apostrophe, so that no spreadsheet evaluates it.
 */
export const CSV_FOR_PEOPLE: csv.Options = {
  record_delimiter: 'windows',
  quote_record_delimiter: true,
  escape_formulas: true,
};

/** Options for CSV that a program loads; `newline` is that of the platform, which `sf` expects. */
export const csvToLoad = (newline: string): csv.Options => ({
  record_delimiter: newline,
  quote_record_delimiter: true,
});
