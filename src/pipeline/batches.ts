import type { Change } from '../model/change.ts';
import type { Range } from '../model/ranges.ts';

/** A chunk of a plan: changes, and the position of each. */
export type PlanChunk = { readonly rows: readonly Range[]; readonly changes: readonly Change[] };

/** The content of one request: the rows, and the body as `pack` made it. */
export type Batch = { readonly rows: readonly Range[]; readonly body: Uint8Array };

export type BatchLimits = {
  readonly maxRecords: number;
  /** Bytes of the whole body in UTF-8, envelope included, before packing. */
  readonly maxBytes: number;
};

/** How a batch is written. The functions are pure. */
export type BatchFormat = {
  readonly open: string;
  readonly close: string;
  /** The text between two records; empty if missing. */
  readonly between?: string;
  writeRecord(change: Change): string;
  /** The body as it is sent. The input buffer is reused afterwards. */
  pack(body: Uint8Array): Uint8Array;
};

/**
 * Cuts changes into batches within both limits, in order, none empty. A single record above the byte limit gets its own
 * batch, so that only this record is refused.
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

/** The initial size of the buffer, which grows with the first large batch. */
const FIRST_BYTES = 1 << 16;
/** UTF-16 code units written at once; writing each record separately takes twice as long. */
const CHUNK_UNITS = 1 << 14;
/** The most bytes of a UTF-16 code unit. */
const BYTES_OF_UNIT = 3;

/** The batch being written, in a buffer that is reused for the next one; text would stay in memory longer. */
class Draft {
  private readonly format: BatchFormat;
  private readonly limits: BatchLimits;
  private readonly between: string;
  /** Bytes between records, and after the last one. */
  private readonly aroundBytes: number;
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  /** Bytes already written; `text` follows them. */
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

  /** Whether the record fits in this batch. */
  public takes(record: string): boolean {
    const { maxRecords, maxBytes } = this.limits;
    if (this.isEmpty) return true;
    if (this.records === maxRecords) return false;
    const units = this.text.length + record.length;
    // Far from the limit, bytes need not be counted.
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

  /** Ends the batch. Records added later are in the next one. */
  public finish(): Batch {
    this.text += this.format.close;
    this.flush();
    const batch = { rows: this.rows, body: this.format.pack(this.bytes.subarray(0, this.size)) };
    [this.rows, this.records, this.size, this.text] = [[], 0, 0, this.format.open];
    return batch;
  }

  private flush(): void {
    const needed = this.size + BYTES_OF_UNIT * this.text.length;
    if (needed > this.bytes.length) this.bytes = Buffer.concat([this.bytes], Math.max(needed, 2 * this.bytes.length));
    this.size += this.bytes.write(this.text, this.size);
    this.text = '';
  }
}
