import { expect } from 'chai';
import fc from 'fast-check';
import type { Change } from '../../src/model/change.ts';
import { countRows, rowsOf, toRanges } from '../../src/model/ranges.ts';
import {
  type Batch,
  type BatchFormat,
  type BatchLimits,
  cutBatches,
  type PlanChunk,
} from '../../src/pipeline/batches.ts';

/** A record is its URL between brackets: what it takes is plain to see. */
const FORMAT: BatchFormat = {
  open: '<é',
  close: '>',
  writeRecord: ({ url }) => `[${url}]`,
  pack: (body) => Uint8Array.from(body),
};
/** Bytes of the envelope: é has two. */
const ENVELOPE = 4;

/** Changes with these texts as their URLs, at the positions from `first` on. */
function chunkOf(first: number, ...urls: string[]): PlanChunk {
  const changes = urls.map((url, index): Change => ({ id: `a${first + index}`, url, fields: {} }));
  return { rows: urls.length === 0 ? [] : [[first, first + urls.length]], changes };
}

async function cut(chunks: readonly PlanChunk[], limits: Partial<BatchLimits>, format = FORMAT): Promise<Batch[]> {
  const source = async function* (): AsyncGenerator<PlanChunk> {
    yield* chunks;
  };
  const batches: Batch[] = [];
  for await (const batch of cutBatches(source(), format, { maxRecords: 1e6, maxBytes: 1e6, ...limits }))
    batches.push(batch);
  return batches;
}

const textOf = ({ body }: Batch): string => Buffer.from(body).toString();
const bodies = (batches: readonly Batch[]): string[] => batches.map(textOf);

describe('cutBatches', () => {
  it('puts what is to stand between records there, and counts its bytes', async () => {
    const format = { ...FORMAT, between: 'é' };
    const chunks = [chunkOf(0, 'a', 'b', 'c')];
    expect(bodies(await cut(chunks, {}, format))).to.deep.equal(['<é[a]é[b]é[c]>']);
    expect(bodies(await cut(chunks, { maxBytes: ENVELOPE + 3 + 5 }, format))).to.deep.equal(['<é[a]é[b]>', '<é[c]>']);
    expect(bodies(await cut(chunks, { maxRecords: 1 }, format))).to.deep.equal(['<é[a]>', '<é[b]>', '<é[c]>']);
  });

  const CASES: [name: string, urls: string[], limits: Partial<BatchLimits>, bodies: string[]][] = [
    ['nothing: no batch', [], {}, []],
    ['all in one where both limits are far', ['a', 'b', 'c'], {}, ['<é[a][b][c]>']],
    ['by records', ['a', 'b', 'c'], { maxRecords: 2 }, ['<é[a][b]>', '<é[c]>']],
    ['as many records as may be: no empty batch after them', ['a', 'b'], { maxRecords: 2 }, ['<é[a][b]>']],
    ['one record a batch', ['a', 'b'], { maxRecords: 1 }, ['<é[a]>', '<é[b]>']],
    ['exactly the bytes that may be', ['a', 'b'], { maxBytes: ENVELOPE + 6 }, ['<é[a][b]>']],
    ['one byte too many', ['a', 'b'], { maxBytes: ENVELOPE + 5 }, ['<é[a]>', '<é[b]>']],
    ['bytes are counted, not characters', ['ä', 'b'], { maxBytes: ENVELOPE + 6 }, ['<é[ä]>', '<é[b]>']],
    ['a pair of surrogates is four bytes', ['😀', 'b'], { maxBytes: ENVELOPE + 9 }, ['<é[😀][b]>']],
    ['… and not three', ['😀', 'b'], { maxBytes: ENVELOPE + 8 }, ['<é[😀]>', '<é[b]>']],
    [
      'a record above the limit goes alone',
      ['a', 'b'.repeat(20), 'c'],
      { maxBytes: 10 },
      ['<é[a]>', `<é[${'b'.repeat(20)}]>`, '<é[c]>'],
    ],
    ['… also as the first and the last', ['b'.repeat(20)], { maxBytes: 10 }, [`<é[${'b'.repeat(20)}]>`]],
  ];
  for (const [name, urls, limits, expected] of CASES) {
    it(name, async () => {
      expect(bodies(await cut([chunkOf(0, ...urls)], limits))).to.deep.equal(expected);
    });
  }

  it('tells each batch its positions, over the slices of the plan', async () => {
    const gap: PlanChunk = {
      rows: [
        [7, 8],
        [10, 12],
      ],
      changes: ['d', 'e', 'f'].map((id) => ({ id, url: id, fields: {} })),
    };
    const batches = await cut([chunkOf(0, 'a', 'b', 'c'), chunkOf(3), gap], { maxRecords: 2 });
    expect(batches.map((batch) => [batch.rows, textOf(batch)])).to.deep.equal([
      [[[0, 2]], '<é[a][b]>'],
      [
        [
          [2, 3],
          [7, 8],
        ],
        '<é[c][d]>',
      ],
      [[[10, 12]], '<é[e][f]>'],
    ]);
  });

  it('takes a slice only when it needs one', async () => {
    let taken = 0;
    const source = async function* (): AsyncGenerator<PlanChunk> {
      for (;;) {
        yield chunkOf(taken * 2, 'a', 'b');
        taken += 1;
      }
    };
    const batches = cutBatches(source(), FORMAT, { maxRecords: 4, maxBytes: 1e6 });
    await batches.next();
    expect(taken).to.be.at.most(3);
    await batches.return();
  });

  it('keeps both limits, order and every record, whatever the records and slices', async () => {
    const chunks = fc.array(fc.array(fc.string({ maxLength: 12, unit: 'binary' }), { maxLength: 6 }), { maxLength: 6 });
    const limits = fc.record({ maxRecords: fc.integer({ min: 1, max: 5 }), maxBytes: fc.integer({ min: 1, max: 60 }) });
    await fc.assert(
      fc.asyncProperty(chunks, limits, async (some, { maxRecords, maxBytes }) => {
        let first = 0;
        const plan = some.map((urls) => {
          first += urls.length;
          return chunkOf(first - urls.length, ...urls);
        });
        const batches = await cut(plan, { maxRecords, maxBytes });
        const changes = plan.flatMap((chunk) => chunk.changes);
        expect(batches.flatMap(({ rows }) => [...rowsOf(rows)])).to.deep.equal(changes.map((_, row) => row));
        for (const { rows, body } of batches) {
          const records = [...rowsOf(rows)].map((row) => FORMAT.writeRecord(changes[row]!));
          expect(body).to.deep.equal(Uint8Array.from(Buffer.from(`<é${records.join('')}>`)));
          expect(records).to.have.lengthOf.within(1, maxRecords);
          expect(rows).to.deep.equal(toRanges(rowsOf(rows)));
          if (records.length > 1) expect(body.length).to.be.at.most(maxBytes);
        }
        // No batch could have held the first record of the next.
        for (const [index, { rows, body }] of batches.slice(0, -1).entries()) {
          const next = changes[batches[index + 1]!.rows[0]![0]]!;
          const bytes = body.length + Buffer.byteLength(FORMAT.writeRecord(next));
          expect(countRows(rows) === maxRecords || bytes > maxBytes).to.equal(true);
        }
      }),
    );
  });
});
