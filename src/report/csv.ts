import type { Options } from 'csv-stringify';

/**
 * How CSV is written for people and spreadsheets (RFC 4180): lines end with CRLF, and a cell that begins like a formula
 * gets an apostrophe before it, so that no spreadsheet computes it.
 */
export const CSV_FOR_PEOPLE: Options = {
  record_delimiter: 'windows',
  quote_record_delimiter: true,
  escape_formulas: true,
};

/** How CSV is written that a program loads as it stands; `newline` is that of the platform, which `sf` takes for granted. */
export const csvToLoad = (newline: string): Options => ({ record_delimiter: newline, quote_record_delimiter: true });
