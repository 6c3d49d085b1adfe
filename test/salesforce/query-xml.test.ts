import { expect } from 'chai';
import type { FieldValue } from '../../src/model/change.ts';
import { QueryResultScanner } from '../../src/salesforce/query-xml.ts';

const OPEN =
  '<?xml version="1.0" encoding="UTF-8"?><queryResult xmlns="http://www.force.com/2009/06/asyncapi/dataload" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n';
const CLOSE = '</queryResult>';

const record = (fields: string): string => ` <records xsi:type="sObject"><type>A__c</type>${fields}</records>\n`;
const withId = (id: string, fields: string): string => record(`<Id>${id}</Id><Id>${id}</Id>${fields}`);

type Found = { readonly id: string; readonly text: string | null; readonly value: FieldValue };

/** Reads a document that comes in parts of so many bytes. */
function read(xml: string, part = Infinity): Found[] {
  const bytes = Buffer.from(xml);
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
  const TEXTS: readonly [xml: string, text: string | null][] = [
    ['<Text__c>https://a.example.com/?a=1&amp;b=&lt;&gt;&quot;&apos;</Text__c>', `https://a.example.com/?a=1&b=<>"'`],
    ['<Text__c>O&#39;Neill &#x1F600; &#128512;</Text__c>', "O'Neill 😀 😀"],
    ['<Text__c>&amp;amp;</Text__c>', '&amp;'],
    ['<Text__c>日本 😀 ü</Text__c>', '日本 😀 ü'],
    ['<Text__c>  kept \n as it is </Text__c>', '  kept \n as it is '],
    ['<Text__c></Text__c>', ''],
    ['<Text__c/>', ''],
    ['<Text__c xsi:nil="true"/>', null],
    ["<Text__c xsi:nil = 'true' ></Text__c >", null],
    ['<Text__c xsi:nil="false">x</Text__c>', 'x'],
    ['<Text__c note="a > b">x</Text__c>', 'x'],
    ['<Text__c><![CDATA[a < b &amp; ]] > c]]></Text__c>', 'a < b &amp; ]] > c'],
    ['<Text__c>a &lt;<![CDATA[<b>]]><!-- no --> &amp; c</Text__c>', 'a <<b> & c'],
    ['<!-- <Text__c>no</Text__c> --><Text__c>yes</Text__c>', 'yes'],
    ['<sf:Text__c>prefixed</sf:Text__c>', 'prefixed'],
    ['<Other__c>x</Other__c>', null],
    ['<Text__c_2>x</Text__c_2><My_Text__c>y</My_Text__c>', null],
  ];
  for (const [xml, text] of TEXTS) {
    it(`reads ${xml.replaceAll('\n', '\\n')}, wherever its bytes are parted`, () => {
      const document = OPEN + withId('a01', xml) + CLOSE;
      for (const part of [Infinity, 1, 2, 3, 7]) {
        expect(read(document, part), String(part)).to.deep.equal([{ id: 'a01', text, value: null }]);
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
      const [found] = read(OPEN + withId('a01', `<Value__c>${text}</Value__c>`) + CLOSE);
      expect(found?.value).to.equal(value);
    });
  }

  it('reads many records in parts of any size', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `a01${index}`);
    const records = ids.map((id, index) => withId(id, `<Value__c>${index}.0</Value__c><Text__c>ü${index}</Text__c>`));
    const document = OPEN + records.join('') + CLOSE;
    for (const part of [Infinity, 100, 1013, 4096]) {
      const found = read(document, part);
      expect(found).to.deep.equal(ids.map((id, index) => ({ id, text: `ü${index}`, value: index })));
    }
  });

  const LARGE: Readonly<Record<string, string>> = {
    'of text': `<Text__c>${'x'.repeat(15_000_000)}</Text__c>`,
    'of a section': `<Text__c>a<![CDATA[${'x'.repeat(15_000_000)}]]></Text__c>`,
    'of fields': '<Other__c>1</Other__c>'.repeat(700_000),
  };
  for (const [name, content] of Object.entries(LARGE)) {
    it(`reads a record ${name} once, in however many parts it comes`, () => {
      const bytes = Buffer.from(OPEN + withId('a01', content) + CLOSE);
      const scanner = new QueryResultScanner(['Text__c']);
      let length = 0;
      for (let at = 0; at < bytes.length; at += 1024) {
        scanner.push(bytes.subarray(at, at + 1024));
        while (scanner.next()) length += scanner.text(0)?.length ?? 1;
      }
      scanner.finish();
      expect(length).to.equal({ 'of text': 15_000_000, 'of a section': 15_000_001, 'of fields': 1 }[name]);
    });
  }

  it('refuses a tag without an end', () => {
    expect(() => read(`${OPEN}<records a="${'x'.repeat(100_000)}`)).to.throw('bytes in a tag');
  });

  it('takes of two Ids the one that is not nil', () => {
    for (const two of ['<Id xsi:nil="true"/><Id>a01</Id>', '<Id>a01</Id><Id xsi:nil="true"/>']) {
      expect(read(OPEN + record(two) + CLOSE).map(({ id }) => id)).to.deep.equal(['a01']);
    }
    expect(read(OPEN + record('<Id xsi:nil="true"/>') + CLOSE).map(({ id }) => id)).to.deep.equal(['']);
  });

  it('reads a result without records', () => {
    for (const xml of [
      OPEN + CLOSE,
      '<queryResult/>',
      '<queryResult xmlns="x" />\n',
      `${OPEN}<!-- none -->${CLOSE}\n`,
    ]) {
      expect(read(xml)).to.deep.equal([]);
    }
  });

  const BROKEN: Readonly<Record<string, string>> = {
    nothing: '',
    'a page of a proxy': '<!DOCTYPE html><html><body>Sign in</body></html>',
    'a page without a type': '<html></html>',
    JSON: '[{"errorCode":"X"}]',
    text: 'Records not found for this query',
    'another document': '<error><exceptionCode>X</exceptionCode></error>',
    'only its beginning': OPEN,
    'an end before the beginning': CLOSE,
    'all but the end': OPEN + withId('a01', ''),
    'all but the last byte': OPEN + withId('a01', '') + CLOSE.slice(0, -1),
    'a record that is cut': `${OPEN} <records><Id>a01</Id>`,
    'text between records': `${OPEN}x${withId('a01', '')}${CLOSE}`,
    'text between fields': OPEN + withId('a01', 'x<Text__c>y</Text__c>') + CLOSE,
    'another element': `${OPEN}<record></record>${CLOSE}`,
    'a field in a field': OPEN + withId('a01', '<Text__c><b>x</b></Text__c>') + CLOSE,
    'a field that another tag ends': OPEN + withId('a01', '<Text__c>x</Value__c>') + CLOSE,
    'a record that another tag ends': `${OPEN}<records><Id>a01</Id></queryResult>${CLOSE}`,
    'an unknown reference': OPEN + withId('a01', '<Text__c>&nbsp;</Text__c>') + CLOSE,
    'a reference without an end': OPEN + withId('a01', '<Text__c>a&amp b</Text__c>') + CLOSE,
    'a character there is not': OPEN + withId('a01', '<Text__c>&#x110000;</Text__c>') + CLOSE,
    'something after the end': OPEN + CLOSE + OPEN + CLOSE,
  };
  for (const [name, xml] of Object.entries(BROKEN)) {
    it(`is not fooled by ${name}`, () => {
      for (const part of [Infinity, 1, 5]) expect(() => read(xml, part), String(part)).to.throw(SyntaxError);
    });
  }
});
