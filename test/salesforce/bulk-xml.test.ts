import { expect } from 'chai';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { FieldValue } from '../../src/model/change.ts';
import {
  BATCH_CLOSE,
  BATCH_OPEN,
  escapeXml,
  readBatchInfo,
  readBatchInfoList,
  readError,
  readJobInfo,
  readRequestIds,
  readRequestRecords,
  readResultList,
  readResults,
  writeJobState,
  writeNewJob,
  writeRecord,
} from '../../src/salesforce/bulk-xml.ts';

const [FIRST, SECOND] = ['751000000000001AAA', '751000000000002AAA'];

const NAMESPACE = 'http://www.force.com/2009/06/asyncapi/dataload';
/** As the org formats its replies. */
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>';
const document = (root: string, content: string): string =>
  `${PROLOG}<${root}\n   xmlns="${NAMESPACE}">\n${content}</${root}>\n`;

const record = (id: string, fields: Record<string, FieldValue>): string =>
  writeRecord({
    id,
    url: 'https://not.sent.example.com/',
    fields: Object.fromEntries(Object.entries(fields).map(([name, after]) => [name, ['before', after]])),
  });

describe('writing Bulk XML', () => {
  it('a job, its elements in the order of the schema', () => {
    expect(writeNewJob('Byline__c', 'Serial')).to.equal(
      `${PROLOG}<jobInfo xmlns="${NAMESPACE}"><operation>update</operation><object>Byline__c</object>` +
        '<concurrencyMode>Serial</concurrencyMode><contentType>XML</contentType></jobInfo>',
    );
  });

  it('the end of a job, with nothing but the state', () => {
    expect(writeJobState('Closed')).to.equal(`${PROLOG}<jobInfo xmlns="${NAMESPACE}"><state>Closed</state></jobInfo>`);
    expect(writeJobState('Aborted')).to.include('<state>Aborted</state>');
  });

  const RECORDS: [name: string, fields: Record<string, FieldValue>, xml: string][] = [
    ['a count', { A__c: 5 }, '<A__c>5</A__c>'],
    ['zero is a count', { A__c: 0 }, '<A__c>0</A__c>'],
    ['null clears the field', { A__c: null }, '<A__c xsi:nil="true"/>'],
    [
      'several fields, in their order',
      { B__c: 1, A__c: null, C__c: 2 },
      '<B__c>1</B__c><A__c xsi:nil="true"/><C__c>2</C__c>',
    ],
    ['a large count is spelled out', { A__c: 9007199254740991 }, '<A__c>9007199254740991</A__c>'],
    ['a dateTime', { A__c: '2026-11-23T12:00:00.000Z' }, '<A__c>2026-11-23T12:00:00.000Z</A__c>'],
    [
      'text is escaped',
      { A__c: `<a href="x">'&'</a>` },
      '<A__c>&lt;a href=&quot;x&quot;&gt;&apos;&amp;&apos;&lt;/a&gt;</A__c>',
    ],
    ['… once, entities too', { A__c: '&amp;' }, '<A__c>&amp;amp;</A__c>'],
    ['the end of a CDATA section', { A__c: ']]>' }, '<A__c>]]&gt;</A__c>'],
    ['space is data', { A__c: '  a\n\tb ' }, '<A__c>  a\n\tb </A__c>'],
    ['a carriage return survives the parser', { A__c: 'a\r\nb' }, '<A__c>a&#13;\nb</A__c>'],
  ];
  for (const [name, fields, xml] of RECORDS) {
    it(`a record: ${name}`, () => expect(record('a01', fields)).to.equal(`<sObject><Id>a01</Id>${xml}</sObject>`));
  }

  it('a record holds its Id and the fields that change, and no URL', () => {
    expect(record('a01<', {})).to.equal('<sObject><Id>a01&lt;</Id></sObject>');
  });

  const ILLEGAL: [name: string, text: string, escaped: string][] = [
    ['control characters', 'a\u0000b\u0008c\u001Fd', 'abcd'],
    ['what may stay', '\t\n\u007F\u0085\u00A0', '\t\n\u007F\u0085\u00A0'],
    ['non-characters', 'a\uFFFEb\uFFFFc', 'abc'],
    ['halves of pairs', 'a\uD83Db\uDE00c', 'abc'],
    ['whole pairs', 'a😀b', 'a😀b'],
    ['the wrong way round', '\uDE00\uD83D', ''],
    ['a half before a pair', '\uD83D😀', '😀'],
  ];
  for (const [name, text, escaped] of ILLEGAL) {
    it(`leaves out what XML cannot hold: ${name}`, () => expect(escapeXml(text)).to.equal(escaped));
  }

  const parser = new XMLParser({
    parseTagValue: false,
    trimValues: false,
    ignoreAttributes: false,
    htmlEntities: true,
  });

  it('is well-formed for any text, and reads back equal but for what XML cannot hold', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 }).map((some) => some.replaceAll('\u0000', ''));
    const nasty = fc.array(
      fc.constantFrom('&', '<', '>', '"', "'", ']]>', '&#13;', '&amp;', '\r', '\n', ' ', '<!--', '<?', '😀', 'ä'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          nasty.map((parts) => parts.join('')),
        ),
        (some) => {
          const xml = BATCH_OPEN + record('a01', { A__c: some }) + BATCH_CLOSE;
          expect(XMLValidator.validate(xml)).to.equal(true);
          const read = parser.parse(xml) as { sObjects: { sObject: { Id: string; A__c: string } } };
          expect(read.sObjects.sObject.Id).to.equal('a01');
          expect(read.sObjects.sObject.A__c).to.equal(legal(some));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a batch reads back as it was written: ids, numbers, texts and nulls', () => {
    const value = fc.oneof(fc.nat(), fc.constant(null), fc.constantFrom('2026-11-23T12:00:00.000Z', 'a & b', '<c>'));
    const name = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,8}__c$/);
    const records = fc.array(
      fc.record({ id: fc.stringMatching(/^a01[A-Za-z0-9]{15}$/), fields: fc.dictionary(name, value, { maxKeys: 4 }) }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(records, (some) => {
        const xml = BATCH_OPEN + some.map(({ id, fields }) => record(id, fields)).join('') + BATCH_CLOSE;
        expect(readRequestIds(xml)).to.deep.equal(some.map(({ id }) => id));
        expect(readRequestRecords(xml)).to.deep.equal(some.map(({ id, fields }) => ({ id, fields: { ...fields } })));
      }),
    );
  });
});

/** The code points XML 1.0 knows (section 2.2). */
const legal = (text: string): string =>
  [...text]
    .filter((character) => {
      const code = character.codePointAt(0) ?? 0;
      if ([0x9, 0xa, 0xd].includes(code)) return true;
      return (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
    })
    .join('');

describe('reading Bulk XML', () => {
  it('a job', () => {
    const xml = document(
      'jobInfo',
      ' <id>750Kf00000R1wzRIAR</id>\n <operation>update</operation>\n <object>Account</object>\n <state>Open</state>\n <concurrencyMode>Parallel</concurrencyMode>\n <contentType>XML</contentType>\n <numberBatchesTotal>3</numberBatchesTotal>\n <apiVersion>65.0</apiVersion>\n',
    );
    expect(readJobInfo(xml)).to.include({ id: '750Kf00000R1wzRIAR', state: 'Open', batches: 3 });
  });

  const BATCH = (id: string, more = ''): string =>
    ` <batchInfo>\n  <id>${id}</id>\n  <jobId>750A</jobId>\n  <state>Completed</state>\n${more}  <numberRecordsProcessed>200</numberRecordsProcessed>\n  <numberRecordsFailed>0</numberRecordsFailed>\n </batchInfo>\n`;
  const completed = (id: string): object => ({
    id,
    state: 'Completed',
    stateMessage: null,
    recordsProcessed: 200,
    recordsFailed: 0,
  });

  it('lists of no, one and several batches', () => {
    expect(readBatchInfoList(`${PROLOG}<batchInfoList\n   xmlns="${NAMESPACE}"/>`)).to.deep.equal([]);
    expect(readBatchInfoList(document('batchInfoList', ''))).to.deep.equal([]);
    expect(readBatchInfoList(document('batchInfoList', BATCH(FIRST)))).to.deep.equal([completed(FIRST)]);
    expect(readBatchInfoList(document('batchInfoList', BATCH(FIRST) + BATCH(SECOND)))).to.deep.equal([
      completed(FIRST),
      completed(SECOND),
    ]);
  });

  it('a batch with a message', () => {
    const xml = document(
      'batchInfo',
      ` <id>${FIRST}</id>\n <jobId>750A</jobId>\n <state>Failed</state>\n <stateMessage>InvalidBatch : Field name not found : A &amp; B</stateMessage>\n`,
    );
    expect(readBatchInfo(xml)).to.deep.equal({
      ...{ id: FIRST, state: 'Failed', stateMessage: 'InvalidBatch : Field name not found : A & B' },
      ...{ recordsProcessed: 0, recordsFailed: 0 },
    });
  });

  const written = { success: true, statusCode: '', message: '', fields: [] };
  const RESULTS: [name: string, xml: string, results: object[]][] = [
    ['none', '', []],
    [
      'one that was written',
      '<result><id>a01</id><success>true</success><created>false</created></result>',
      [{ id: 'a01', ...written }],
    ],
    [
      'one that was refused, as newer versions tell it: with an id',
      '<result><errors><fields>A__c</fields><message>too &lt;high&gt;</message><statusCode>NUMBER_OUTSIDE_VALID_RANGE</statusCode></errors><id>a01</id><success>false</success><created>false</created></result>',
      [
        {
          id: 'a01',
          success: false,
          statusCode: 'NUMBER_OUTSIDE_VALID_RANGE',
          message: 'too <high>',
          fields: ['A__c'],
        },
      ],
    ],
    [
      'one that was refused because of no field',
      '<result><errors><message>entity is deleted</message><statusCode>ENTITY_IS_DELETED</statusCode></errors><success>false</success><created>false</created></result>',
      [{ success: false, statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }],
    ],
    [
      'several fields, and several errors: the first is kept',
      '<result><errors><fields>A__c</fields><fields>B__c</fields><message>one</message><statusCode>ONE</statusCode></errors><errors><fields>C__c</fields><message>two</message><statusCode>TWO</statusCode></errors><success>false</success><created>false</created></result>',
      [{ success: false, statusCode: 'ONE', message: 'one', fields: ['A__c', 'B__c'] }],
    ],
    [
      'a status code and an id that look like numbers',
      '<result><errors><message>007</message><statusCode>12</statusCode></errors><success>false</success><created>false</created></result>',
      [{ success: false, statusCode: '12', message: '007', fields: [] }],
    ],
    [
      'entities, numbers of characters, and what was escaped twice',
      '<result><errors><message>&quot;&apos;&amp;&#39;&#x41; &amp;quot;</message><statusCode>X</statusCode></errors><success>false</success><created>false</created></result>',
      [{ success: false, statusCode: 'X', message: `"'&'A "`, fields: [] }],
    ],
    [
      'space is kept',
      '<result><errors><message> a  b\n </message><statusCode>X</statusCode></errors><success>false</success><created>false</created></result>',
      [{ success: false, statusCode: 'X', message: ' a  b\n ', fields: [] }],
    ],
    [
      'an empty message',
      '<result><errors><message></message><statusCode>X</statusCode></errors><success>false</success><created>false</created></result>',
      [{ success: false, statusCode: 'X', message: '', fields: [] }],
    ],
    [
      'order is kept',
      '<result><success>true</success></result>\n <result><errors><statusCode>X</statusCode></errors><success>false</success></result>\n <result><success>true</success></result>',
      [written, { success: false, statusCode: 'X', message: '', fields: [] }, written],
    ],
  ];
  for (const [name, xml, results] of RESULTS) {
    it(`results: ${name}`, () => expect(readResults(document('results', xml))).to.deep.equal(results));
  }

  it('results: rows that were written between others, in their order, however they are laid out', () => {
    const written = '<result><id>a01</id><success>true</success><created>false</created></result>';
    const bare = ' <result>\n  <success>true</success>\n  <created>true</created>\n </result>\n';
    const refused = (code: string): string =>
      `<result><errors><message>${code}</message><statusCode>${code}</statusCode></errors><success>false</success></result>`;
    const rows = [refused('A'), written, bare, refused('B'), refused('C'), written];
    const read = (xml: string): string[] =>
      readResults(xml).map(({ id, success, statusCode }) => `${id ? `${id} ` : ''}${success} ${statusCode}`);
    const expected = ['false A', 'a01 true ', 'true ', 'false B', 'false C', 'a01 true '];
    expect(read(document('results', rows.join('')))).to.deep.equal(expected);
    expect(read(document('results', rows.join('').replace(' <result>', '<!-- x --><result>')))).to.deep.equal(expected);
    const empty = document('results', `${written}<result/>${refused('D')}`);
    expect(read(empty)).to.deep.equal(['a01 true ', 'false ', 'false D']);
  });

  it('results: a row in a section or a comment is none', () => {
    const row = '<result><success>true</success><created>false</created></result>';
    const refused = (text: string): string =>
      `<result><errors><message>${text}</message><statusCode>X</statusCode></errors><success>false</success></result>`;
    const found = readResults(document('results', `${refused(`<![CDATA[${row}]]>`)}<!-- ${row} -->`));
    expect(found).to.deep.equal([{ success: false, statusCode: 'X', message: row, fields: [] }]);
  });

  it('an error', () => {
    const xml = `${PROLOG}<error\n   xmlns="${NAMESPACE}">\n <exceptionCode>InvalidSessionId</exceptionCode>\n <exceptionMessage>Invalid session id</exceptionMessage>\n</error>\n`;
    expect(readError(xml)).to.deep.equal({ code: 'InvalidSessionId', message: 'Invalid session id' });
  });

  for (const body of [
    '',
    'Bad Gateway',
    '<html><body>no</body></html>',
    '[{"errorCode":"X"}]',
    document('jobInfo', ''),
    '<error>',
  ]) {
    it(`${JSON.stringify(body.slice(0, 20))} is no error of the org`, () =>
      expect(readError(body)).to.equal(undefined));
  }

  const IDS = ['', '751', '751000000000001AA', '750000000000001AAA/../751', '701000000000001AAA', '751000000000001?x='];
  for (const id of IDS) {
    it(`${JSON.stringify(id)} is no id of a batch, nor of a job`, () => {
      expect(() => readBatchInfo(document('batchInfo', `<id>${id}</id>`))).to.throw('no id');
      expect(() => readJobInfo(document('jobInfo', `<id>${id.replace(/^751/, '750')}</id>`))).to.throw('no id');
      expect(() => readResultList(document('result-list', `<result>${id}-</result>`))).to.throw('no ids');
    });
  }

  it('a result that is listed twice is an error', () => {
    const twice = '<result>752000000000001AAA</result>'.repeat(2);
    expect(() => readResultList(document('result-list', twice))).to.throw('twice');
  });

  const READERS = { readJobInfo, readBatchInfo, readBatchInfoList, readResults };
  for (const [name, read] of Object.entries(READERS)) {
    for (const body of [
      '',
      '<html><body>Maintenance</body></html>',
      '{"state":"Open"}',
      `${PROLOG}<results`,
      document('error', '<exceptionCode>X</exceptionCode>'),
    ]) {
      it(`${name} takes ${JSON.stringify(body.slice(0, 30))} for nothing else`, () =>
        expect(() => read(body)).to.throw());
    }
  }
});
