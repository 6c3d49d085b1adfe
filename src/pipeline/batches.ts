import type { Change } from '../model/change.ts';
import { type Range, rowsOf } from '../model/ranges.ts';

/** A part of a plan: changes, and the position of each. */
export type PlanSlice = { readonly rows: readonly Range[]; readonly changes: readonly Change[] };

/** What goes to the org in one request: the rows, and the body as `pack` made it. */
export type Batch = { readonly rows: readonly Range[]; readonly body: Uint8Array };

export type BatchLimits = {
  readonly maxRecords: number;
  /** Bytes of the whole body in UTF-8, envelope included, before it is packed. */
  readonly maxBytes: number;
};

/** How a batch is written: pure functions. */
export type BatchFormat = {
  readonly open: string;
  readonly close: string;
  /** What stands between two records; nothing where it is not said. */
  readonly between?: string;
  writeRecord(change: Change): string;
  /** The body as it is sent. The bytes it is given are written over afterwards. */
  pack(body: Uint8Array): Uint8Array;
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
  const draft = new Draft(format, limits);
  for await (const { rows, changes } of slices) {
    const positions = rowsOf(rows);
    for (const change of changes) {
      const record = format.writeRecord(change);
      if (!draft.takes(record)) yield draft.finish();
      draft.add(positions.next().value as number, record);
    }
  }
  if (!draft.isEmpty) yield draft.finish();
}

/** Room for the smallest batches; it grows with the first large one. */
const FIRST_BYTES = 1 << 16;

/** The batch that is being written, in memory that is used again for the next: as text, it would outlive its use. */
class Draft {
  private readonly format: BatchFormat;
  private readonly limits: BatchLimits;
  private readonly between: string;
  /** Bytes that come with a record, or after the last one. */
  private readonly aroundBytes: number;
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private size: number;
  private records = 0;
  private rows: [number, number][] = [];

  public constructor(format: BatchFormat, limits: BatchLimits) {
    this.format = format;
    this.limits = limits;
    this.between = format.between ?? '';
    this.aroundBytes = Buffer.byteLength(this.between) + Buffer.byteLength(format.close);
    this.size = this.write(format.open, 0);
  }

  public get isEmpty(): boolean {
    return this.records === 0;
  }

  /** Whether the record may stand in this batch. */
  public takes(record: string): boolean {
    const { maxRecords, maxBytes } = this.limits;
    const bytes = this.size + Buffer.byteLength(record) + this.aroundBytes;
    return this.isEmpty || (this.records < maxRecords && bytes <= maxBytes);
  }

  public add(row: number, record: string): void {
    if (this.between !== '' && !this.isEmpty) this.size += this.write(this.between, this.size);
    this.size += this.write(record, this.size);
    this.records += 1;
    const last = this.rows.at(-1);
    if (last && last[1] === row) last[1] += 1;
    else this.rows.push([row, row + 1]);
  }

  /** The batch; what is added from here on is in the next. */
  public finish(): Batch {
    const end = this.size + this.write(this.format.close, this.size);
    const batch = { rows: this.rows, body: this.format.pack(this.bytes.subarray(0, end)) };
    [this.rows, this.records, this.size] = [[], 0, Buffer.byteLength(this.format.open)];
    return batch;
  }

  /** Writes text where it is to stand. Returns the bytes it took. */
  private write(text: string, at: number): number {
    // A UTF-16 code unit becomes three bytes at most.
    const needed = at + 3 * text.length;
    if (needed > this.bytes.length) this.bytes = Buffer.concat([this.bytes], Math.max(needed, 2 * this.bytes.length));
    return this.bytes.write(text, at);
  }
}
