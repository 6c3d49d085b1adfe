import type { Change } from '../model/change.ts';
import type { Range } from '../model/ranges.ts';

/** A chunk of a plan: changes, and the position of each. */
export type PlanChunk = { readonly rows: readonly Range[]; readonly changes: readonly Change[] };

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
  chunks: AsyncIterable<PlanChunk>,
  format: BatchFormat,
  limits: BatchLimits,
): AsyncGenerator<Batch, void, undefined> {
  const draft = new Draft(format, limits);
  for await (const { rows, changes } of chunks) {
    let index = 0;
    for (const [from, to] of rows) {
      for (let row = from; row < to; row += 1) {
        const record = format.writeRecord(changes[index++]!);
        if (!draft.takes(record)) yield draft.finish();
        draft.add(row, record);
      }
    }
  }
  if (!draft.isEmpty) yield draft.finish();
}

/** Room for the smallest batches; it grows with the first large one. */
const FIRST_BYTES = 1 << 16;
/** UTF-16 code units that are written at once: each record by itself takes twice as long. */
const CHUNK_UNITS = 1 << 14;
/** A UTF-16 code unit becomes this many bytes at most. */
const BYTES_OF_UNIT = 3;

/** The batch that is being written, in memory that is used again for the next: as text, it would outlive its use. */
class Draft {
  private readonly format: BatchFormat;
  private readonly limits: BatchLimits;
  private readonly between: string;
  /** Bytes that come with a record, or after the last one. */
  private readonly aroundBytes: number;
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  /** Bytes that are written, and the text that follows them. */
  private size = 0;
  private text: string;
  private records = 0;
  private rows: [number, number][] = [];

  public constructor(format: BatchFormat, limits: BatchLimits) {
    this.format = format;
    this.limits = limits;
    this.between = format.between ?? '';
    this.aroundBytes = Buffer.byteLength(this.between) + Buffer.byteLength(format.close);
    this.text = format.open;
  }

  public get isEmpty(): boolean {
    return this.records === 0;
  }

  /** Whether the record may stand in this batch. */
  public takes(record: string): boolean {
    const { maxRecords, maxBytes } = this.limits;
    if (this.isEmpty) return true;
    if (this.records === maxRecords) return false;
    const units = this.text.length + record.length;
    // Far from the limit nothing needs to be counted.
    if (this.size + BYTES_OF_UNIT * units + this.aroundBytes <= maxBytes) return true;
    this.flush();
    return this.size + Buffer.byteLength(record) + this.aroundBytes <= maxBytes;
  }

  public add(row: number, record: string): void {
    this.text += this.isEmpty ? record : this.between + record;
    if (this.text.length > CHUNK_UNITS) this.flush();
    this.records += 1;
    const last = this.rows.at(-1);
    if (last && last[1] === row) last[1] += 1;
    else this.rows.push([row, row + 1]);
  }

  /** The batch; what is added from here on is in the next. */
  public finish(): Batch {
    this.text += this.format.close;
    this.flush();
    const batch = { rows: this.rows, body: this.format.pack(this.bytes.subarray(0, this.size)) };
    [this.rows, this.records, this.size, this.text] = [[], 0, 0, this.format.open];
    return batch;
  }

  /** Writes the text where it is to stand. */
  private flush(): void {
    const needed = this.size + BYTES_OF_UNIT * this.text.length;
    if (needed > this.bytes.length) this.bytes = Buffer.concat([this.bytes], Math.max(needed, 2 * this.bytes.length));
    this.size += this.bytes.write(this.text, this.size);
    this.text = '';
  }
}
