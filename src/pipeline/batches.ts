import type { Change } from '../model/change.ts';
import { type Range, rowsOf, toRanges } from '../model/ranges.ts';

/** A part of a plan: changes, and the position of each. */
export type PlanSlice = { readonly rows: readonly Range[]; readonly changes: readonly Change[] };

/** What goes to the org in one request: `ids[i]` is the record of the i-th row. */
export type Batch = { readonly rows: readonly Range[]; readonly ids: readonly string[]; readonly xml: string };

export type BatchLimits = {
  readonly maxRecords: number;
  /** Bytes of the whole body in UTF-8, envelope included. */
  readonly maxBytes: number;
};

/** How a batch is written: pure functions over strings. */
export type BatchFormat = {
  readonly open: string;
  readonly close: string;
  writeRecord(change: Change): string;
};

/**
 * Cuts changes into batches that keep both limits, in order, none empty. A single record above the byte limit goes in a
 * batch of its own: the org will refuse that row's batch and nobody else's.
 */
export async function* cutBatches(
  slices: AsyncIterable<PlanSlice>,
  format: BatchFormat,
  limits: BatchLimits,
): AsyncGenerator<Batch, void, undefined> {
  const envelope = Buffer.byteLength(format.open) + Buffer.byteLength(format.close);
  let rows: number[] = [];
  let ids: string[] = [];
  let body = '';
  let bytes = envelope;
  const cut = (): Batch => {
    const batch = { rows: toRanges(rows), ids, xml: format.open + body + format.close };
    [rows, ids, body, bytes] = [[], [], '', envelope];
    return batch;
  };
  for await (const slice of slices) {
    const positions = rowsOf(slice.rows);
    for (const change of slice.changes) {
      const record = format.writeRecord(change);
      const size = Buffer.byteLength(record);
      if (rows.length > 0 && (rows.length >= limits.maxRecords || bytes + size > limits.maxBytes)) yield cut();
      rows.push(positions.next().value as number);
      ids.push(change.id);
      body += record;
      bytes += size;
    }
  }
  if (rows.length > 0) yield cut();
}
