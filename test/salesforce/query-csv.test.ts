import { expect } from 'chai';
import type { FieldValue } from '../../src/model/change.ts';
import { QueryResultScanner } from '../../src/salesforce/query-csv.ts';

const HEADER = '"Id","Text__c","Value__c"\n';

const row = (...cells: readonly string[]): string => `${cells.map((cell) => `"${cell}"`).join(',')}\n`;

type Found = { readonly id: string; readonly text: string | null; readonly value: FieldValue };

/** Reads a result that comes in parts of so many bytes. */
function read(csv: string, part = Infinity): Found[] {
  const bytes = Buffer.from(csv);
  const scanner = new QueryResultScanner(['Text__c', 'Value__c']);
  const found: Found[] = [];
  for (let at = 0; at < bytes.length; at += part) {
    scanner.push(bytes.subarray(at, at + part));
    while (scanner.next()) found.push({ id: scanner.id, text: scanner.text(0), value: scanner.value(1) });
  }
  scanner.finish();
  return found;
}

describe('QueryResultScanner', () => {
  const TEXTS: readonly [cell: string, text: string | null][] = [
    ['"https://a.example.com/?a=1&b=<>\'"', "https://a.example.com/?a=1&b=<>'"],
    ['"a ""b"" c"', 'a "b" c'],
    ['""""', '"'],
    ['""""""', '""'],
    ['"a, b"', 'a, b'],
    ['"two\nlines, and\r\nmore"', 'two\nlines, and\r\nmore'],
    ['"日本 😀 ü"', '日本 😀 ü'],
    ['"  kept as it is "', '  kept as it is '],
    ['unquoted', 'unquoted'],
    ['""', null],
    ['', null],
  ];
  for (const [cell, text] of TEXTS) {
    it(`reads ${JSON.stringify(cell)}, wherever its bytes are parted and its line ends`, () => {
      for (const end of ['\n', '\r\n']) {
        const csv = `"Id","Text__c","Value__c"${end}"a01",${cell},"7.0"${end}"a02","x",""${end}`;
        for (const part of [Infinity, 1, 2, 3, 7]) {
          expect(read(csv, part), String(part)).to.deep.equal([
            { id: 'a01', text, value: 7 },
            { id: 'a02', text: 'x', value: null },
          ]);
        }
      }
    });
  }

  const VALUES: readonly [text: string, value: FieldValue][] = [
    ['144.0', 144],
    ['0.0', 0],
    ['-3.0', -3],
    ['7', 7],
    ['0.25', 0.25],
    ['1.5E7', 15_000_000],
    ['2.5E-4', 0.000_25],
    ['999999999999999.0', 999_999_999_999_999],
    ['12345678901234567.0', 12_345_678_901_234_567],
    ['2026-11-23T07:30:15.120Z', '2026-11-23T07:30:15.120Z'],
    ['2026-11-23T07:30:15.120+0000', '2026-11-23T07:30:15.120Z'],
    ['', null],
    [' ', ' '],
    ['0x10', '0x10'],
  ];
  for (const [text, value] of VALUES) {
    it(`takes "${text}" for ${JSON.stringify(value)}`, () => {
      expect(read(HEADER + row('a01', '', text))[0]?.value).to.equal(value);
    });
  }

  it('takes a number without quotes for the same', () => {
    expect(read(`${HEADER}a01,x,12.0\n`)).to.deep.equal([{ id: 'a01', text: 'x', value: 12 }]);
  });

  it('reads many records in parts of any size', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `a01${index}`);
    const csv = HEADER + ids.map((id, index) => row(id, `ü${index}`, `${index}.0`)).join('');
    for (const part of [Infinity, 100, 1013, 4096]) {
      expect(read(csv, part)).to.deep.equal(ids.map((id, index) => ({ id, text: `ü${index}`, value: index })));
    }
  });

  it('finds columns by their names, in any order, case and number', () => {
    const csv = `"VALUE__C","Other__c","id","text__c"\n${row('1.0', 'o', 'a01', 't')}`;
    expect(read(csv)).to.deep.equal([{ id: 'a01', text: 't', value: 1 }]);
  });

  it('reads a large record once, in however many parts it comes', () => {
    const bytes = Buffer.from(HEADER + row('a01', 'x'.repeat(15_000_000), ''));
    const scanner = new QueryResultScanner(['Text__c']);
    let length = 0;
    for (let at = 0; at < bytes.length; at += 1024) {
      scanner.push(bytes.subarray(at, at + 1024));
      while (scanner.next()) length += scanner.text(0)?.length ?? 0;
    }
    scanner.finish();
    expect(length).to.equal(15_000_000);
  });

  it('refuses a record without an end', () => {
    const scanner = new QueryResultScanner(['Text__c']);
    scanner.push(Buffer.from('"Id","Text__c"\n"a01","'));
    expect(() => {
      for (let at = 0; at < 20; at += 1) {
        scanner.push(Buffer.alloc(1_000_000, 'x'));
        scanner.next();
      }
    }).to.throw(SyntaxError, 'bytes in a record');
  });

  it('reads a result without records, and passes over blank lines', () => {
    for (const csv of [HEADER, `${HEADER}\n`, `${HEADER}\r\n\n`]) expect(read(csv)).to.deep.equal([]);
  });

  const BROKEN: Readonly<Record<string, string>> = {
    nothing: '',
    'a blank line': '\n',
    'a page of a proxy': '<!DOCTYPE html><html><body>Sign in</body></html>\n',
    JSON: '[{"errorCode":"X"}]\n',
    'a document of XML': '<?xml version="1.0" encoding="UTF-8"?>\n<queryResult/>\n',
    'a header without a field': '"Id","Text__c"\n',
    'a header that is cut off': '"Id","Text__c","Val',
    'a row that is cut off': `${HEADER}"a01","x"`,
    'a cell that is cut off': `${HEADER}"a01","x","1\n`,
    'a row with too few cells': `${HEADER}"a01","x"\n`,
    'a row with too many cells': HEADER + row('a01', 'x', '1', '2'),
    'text after a quoted cell': `${HEADER}"a01","x"y,"1"\n`,
    'text before a quoted cell': `${HEADER}"a01",y"x","1"\n`,
    'quotes that stand alone within a cell': `${HEADER}"a01","x"y"z","1"\n`,
    'quotes within a cell without any': `${HEADER}"a01",a""b,"1"\n`,
    'another result after it': HEADER + row('a01', 'x', '1') + '"Id"\n',
  };
  for (const [name, csv] of Object.entries(BROKEN)) {
    it(`is not fooled by ${name}`, () => {
      for (const part of [Infinity, 1, 5]) expect(() => read(csv, part), String(part)).to.throw(SyntaxError);
    });
  }
});
