import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { toCountsCsv } from '../../src/report/counts-text.ts';
import { CSV_FOR_PEOPLE, csvToLoad } from '../../src/report/csv.ts';
import { SERVICE } from '../model/run-fixtures.ts';

/** Reads CSV as strictly as any reader: each line break outside of quotes ends a record. */
const read = (csv: string): string[][] => parse(csv, { record_delimiter: ['\r\n', '\n', '\r'] });

const cell = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\r', '\n', '"', ',', ';', "'", '=', '+', '-', '@', '\t', ' ', '\u2028', 'a') }),
);
/** With a first cell: a record of nothing but empty cells may be taken for a blank line. */
const table = fc.array(
  fc.array(cell, { minLength: 2, maxLength: 2 }).map((cells) => ['x', ...cells]),
  { minLength: 1 },
);

const defused = (text: string): string => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text);

describe('CSV', () => {
  it('for people is read back by another reader, whatever the cells hold, and holds no formula', () =>
    fc.assert(
      fc.property(table, (rows) => {
        expect(read(stringify(rows, CSV_FOR_PEOPLE))).to.deep.equal(rows.map((row) => row.map(defused)));
      }),
    ));

  it('to load is read back as it was, with the line ends of any platform', () =>
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, newline) => {
        expect(read(stringify(rows, csvToLoad(newline)))).to.deep.equal(rows);
      }),
    ));

  it('of counts is CSV for people', () => {
    const url = '=HYPERLINK("https://evil.example","a")';
    const reason = 'First line\nsecond line';
    const services = { hatena: { field: null, ...SERVICE } };
    const counts = [{ url, ids: ['a01'], services: { hatena: { state: 'failed', reason } as const } }];
    const csv = toCountsCsv({ counts, services }, new Map());
    expect(read(csv)).to.deep.equal([
      ['url', 'ids', 'hatena', 'hatena reason'],
      [`'${url}`, 'a01', '', `failed: ${reason}`],
    ]);
    const named = toCountsCsv({ counts, services }, new Map([[url, ['=One', 'Two']]]));
    expect(read(named)).to.deep.equal([
      ['url', 'ids', 'label', 'hatena', 'hatena reason'],
      [`'${url}`, 'a01', "'=One; Two", '', `failed: ${reason}`],
    ]);
  });
});
