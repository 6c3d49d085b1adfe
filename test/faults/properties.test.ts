import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Change, FieldValue } from '../../src/model/change.ts';
import { countRows, type Range } from '../../src/model/ranges.ts';
import { type Batch, cutBatches } from '../../src/pipeline/batches.ts';
import { BATCH_CLOSE, BATCH_OPEN, writeRecord } from '../../src/salesforce/bulk-xml.ts';
import { compressBody } from '../../src/salesforce/session.ts';
import { scanXml } from '../emulator/org/xml/scan.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { InProcessRun } from './in-process-run.ts';

const FORMAT = { open: BATCH_OPEN, close: BATCH_CLOSE, writeRecord, pack: compressBody };

/** Any text: also what XML cannot hold, halves of pairs, and what it must escape. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      '&',
      '<',
      '>',
      '"',
      "'",
      ']]>',
      '\r',
      '\n',
      '\t',
      ' ',
      '\u0000',
      '\ufffe',
      '\ud800',
      '\udc00',
      '&amp;',
      '😀',
    ),
    maxLength: 12,
  }),
);
const value: fc.Arbitrary<FieldValue> = fc.oneof(
  text,
  fc.constant(null),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const changes = fc.array(fc.record({ id: fc.stringMatching(/^a01[0-9A-Za-z]{15}$/), values: fc.tuple(value, value) }), {
  maxLength: 30,
});

describe('batches of any changes', () => {
  it('are well-formed XML that reads back equal, in order, and pass no limit', async () => {
    const limits = fc.record({
      maxRecords: fc.integer({ min: 1, max: 12 }),
      maxBytes: fc.integer({ min: 300, max: 3000 }),
    });
    await fc.assert(
      fc.asyncProperty(changes, limits, async (given, { maxRecords, maxBytes }) => {
        const all = given.map(({ id, values: [one, two] }): Change => ({
          id,
          url: '',
          fields: { One__c: [null, one], Two__c: [null, two] },
        }));
        const batches = await collect(cutBatches(inChunks(all), FORMAT, { maxRecords, maxBytes }));
        const read = batches.map(({ body }) => readRows(gunzipSync(body).toString()));
        expect(read.flat()).to.deep.equal(given.map(({ id, values }) => [id, ...values.map(legal)]));
        expect(batches.map(({ rows }) => countRows(rows))).to.deep.equal(read.map((rows) => rows.length));
        for (const [at, { body }] of batches.entries()) {
          expect(read[at]!.length).to.be.within(1, maxRecords);
          if (read[at]!.length > 1) expect(gunzipSync(body).length).to.be.at.most(maxBytes);
        }
      }),
    );
  });
});

describe('undo of any sync', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  const stored = fc.oneof(fc.constant(null), fc.nat({ max: 6000 }), fc.integer({ min: 0, max: 1e9 }));

  it('restores every record, except those that changed since', async () => {
    const records = fc.array(
      fc.record({ before: stored, moved: fc.option(fc.integer({ min: 10_000, max: 20_000 }), { freq: 5 }) }),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(records, fc.integer({ min: 1, max: 15 }), async (given, batchSize) => {
        await using place = await InProcessRun.start(services, { pageSize: 11 });
        const ids = insertArticles(place, given.length);
        const table = place.org.table('Byline__c');
        const tweets = (): unknown[] => ids.map((id) => table.get(id)!['Tweets__c']);
        given.forEach(({ before }, at) => table.update(ids[at]!, { Tweets__c: before }));
        await place.sync({ batchSize });
        const written = new Set(ids.filter((id) => table.writes(id).length > 0));
        given.forEach(({ moved }, at) => moved !== null && table.update(ids[at]!, { Tweets__c: moved }));
        if (written.size === 0) return;
        const { result } = await place.undo();
        expect(tweets()).to.deep.equal(given.map(({ before, moved }) => moved ?? before));
        const skipped = given.filter(({ moved }, at) => moved !== null && written.has(ids[at]!)).length;
        expect(result.records).to.include({ queried: written.size, updated: written.size - skipped, skipped });
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

async function* inChunks(all: readonly Change[]): AsyncGenerator<{ rows: Range[]; changes: readonly Change[] }> {
  for (let from = 0; from < all.length; from += 7) {
    const some = all.slice(from, from + 7);
    yield { rows: [[from, from + some.length]], changes: some };
  }
}

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push({ ...batch, body: Uint8Array.from(batch.body) });
  return all;
}

/** The rows of a batch by a reader that shares no code with the writer: Id, then the fields. */
function readRows(xml: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let depth = 0;
  let cell: string | null = null;
  scanXml(xml, {
    open(_name, _namespace, attributes) {
      depth += 1;
      if (depth === 2) rows.push([]);
      if (depth === 3) cell = attributes.some(({ name, value: nil }) => name === 'nil' && nil === 'true') ? null : '';
    },
    text: (part) => (depth === 3 ? (cell += part) : undefined),
    close() {
      if (depth === 3) rows.at(-1)!.push(cell);
      depth -= 1;
    },
  });
  return rows;
}

/** A value as XML 1.0 can hold it (section 2.2, "Characters"). */
function legal(given: FieldValue): string | null {
  if (typeof given !== 'string') return given === null ? null : String(given);
  return [...given]
    .filter((character) => {
      const code = character.codePointAt(0)!;
      if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
      return (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
    })
    .join('');
}
