import { stat } from 'node:fs/promises';
import { PlanFile } from '../../src/journal/plan-file.ts';
import type { Change } from '../../src/model/change.ts';
import { cutBatches } from '../../src/pipeline/batches.ts';
import { BATCH_CLOSE, BATCH_OPEN, writeRecord } from '../../src/salesforce/bulk-xml.ts';
import { compressBody } from '../../src/salesforce/session.ts';
import { ratio, type Section, whole } from '../section.ts';
import type { BenchContext } from '../context.ts';

const LIMITS = { maxRecords: 10_000, maxBytes: 10_000_000 };

/** Bytes of a record in the batches of prepared changes. */
export async function wire(world: BenchContext): Promise<Section> {
  const { plan: path, csv, records } = await world.prepared(world.many / 10);
  await using plan = await PlanFile.view(path, { reversed: false });
  const three = await bytesOf(plan, (change) => change);
  const one = await bytesOf(plan, ({ fields: { Tweets__c }, ...change }) => ({
    ...change,
    fields: { Tweets__c: Tweets__c! },
  }));
  const row = (name: string, raw: number, sent: number): string[] => [
    name,
    ratio(raw / records),
    ratio(sent / records),
  ];
  return {
    title: 'Bytes of a record on the wire',
    how: `Batches of 10,000, as they are uploaded, of ${whole(records)} changes. CSV is sent as it is.`,
    head: ['batches', 'bytes of XML or CSV', 'bytes sent'],
    rows: [
      row('ours, three fields change', three.raw, three.packed),
      row('ours, one field changes', one.raw, one.packed),
      row('CSV of sf data update bulk, three fields', (await stat(csv)).size, (await stat(csv)).size),
    ],
    goals: [],
  };
}

async function bytesOf(plan: PlanFile, edit: (change: Change) => Change): Promise<{ raw: number; packed: number }> {
  let raw = 0;
  let packed = 0;
  const pack = (body: Uint8Array): Uint8Array => {
    raw += body.length;
    const compressed = compressBody(body);
    packed += compressed.length;
    return compressed;
  };
  async function* edited(): AsyncGenerator<{ rows: readonly [number, number][]; changes: Change[] }> {
    for await (const { rows, changes } of plan.chunks([[0, plan.size]])) {
      yield { rows: rows.map(([from, to]) => [from, to]), changes: changes.map(edit) };
    }
  }
  const format = { open: BATCH_OPEN, close: BATCH_CLOSE, writeRecord, pack };
  for await (const batch of cutBatches(edited(), format, LIMITS)) void batch;
  return { raw, packed };
}
