import type { Options } from 'csv-stringify';

/**
 * Options for CSV for people and spreadsheets (RFC 4180): lines end with CRLF, and a cell that begins like a formula
 * gets an apostrophe, so that no spreadsheet evaluates it.
 */
export const CSV_FOR_PEOPLE: Options = {
  record_delimiter: 'windows',
  quote_record_delimiter: true,
  escape_formulas: true,
};

/** Options for CSV that a program loads; `newline` is that of the platform, which `sf` expects. */
export const csvToLoad = (newline: string): Options => ({ record_delimiter: newline, quote_record_delimiter: true });
