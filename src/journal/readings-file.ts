import { closeSync, openSync, renameSync, rmSync, truncateSync, writeSync } from 'node:fs';
import type { KeptReading, Reading, ReadingsKeeper } from '../model/reading.ts';
import { DamagedLine, readJsonLines } from './json-lines.ts';
import { checked, whole } from './shapes.ts';
import { type Infer, z } from '../zod.ts';

/** Bytes after which the file becomes the older of the two; some 350,000 readings. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A reading in a line: key, number of records before, and the count; or the state and reason without one. */
type Entry =
  readonly [key: string, at: number, count: number] | readonly [string, number, 'failed' | 'skipped', string];

const entry = z.union([
  z.tuple([z.string(), whole, whole]),
  z.tuple([z.string(), whole, z.enum(['failed', 'skipped']), z.string()]),
]);
const lineShape = z.strictObject({ service: z.string(), requests: whole.nullable(), readings: z.array(entry) });

/** A line of the file: what one service was asked in one turn of the event loop. */
type Line = { readonly service: string; requests: number | null; readonly readings: Entry[] };

/**
 * Keeps the last readings of a run on disk while its plan is made, so that `resume` doesn't request them again. There
 * are two files; the older one is removed when the newer one is full. Readings are written at the end of each turn of
 * the event loop and outlive the process. They are not flushed: losing one costs a request, waiting for the disk costs
 * more. URLs are stored as hashes, and no secret is stored.
 */
export class ReadingsFile implements ReadingsKeeper, Disposable {
  private readonly path: string;
  private readonly maxBytes: number;
  private readonly lines = new Map<string, Line>();
  private file: number | undefined;
  private size: number;
  private isWaiting = false;
  private isBroken = false;

  private constructor(path: string, maxBytes: number, size: number) {
    this.path = path;
    this.maxBytes = maxBytes;
    this.size = size;
  }

  /**
   * Opens the file, which may be missing. `take` receives its content, oldest first: readings, and the number of
   * requests sent to a service. A torn last line is skipped, and so is everything after a damaged line.
   */
  public static async open(path: string, take: ReadingsKeeper, maxBytes = MAX_BYTES): Promise<ReadingsFile> {
    await readLines(olderOf(path), take);
    return new ReadingsFile(path, maxBytes, await readLines(path, take));
  }

  public keep({ service, key, at, reading }: KeptReading): void {
    const { readings } = this.lineOf(service);
    readings.push(reading.state === 'ok' ? [key, at, reading.count] : [key, at, reading.state, reading.reason]);
  }

  public sent(service: string, requests: number): void {
    this.lineOf(service).requests = requests;
  }

  /** Removes the files when the plan is complete. */
  public remove(): void {
    this.lines.clear();
    this.close();
    for (const path of [this.path, olderOf(this.path)]) rmSync(path, { force: true });
  }

  public [Symbol.dispose](): void {
    this.write();
    this.close();
  }

  private lineOf(service: string): Line {
    let line = this.lines.get(service);
    if (!line) {
      line = { service, requests: null, readings: [] };
      this.lines.set(service, line);
    }
    if (!this.isWaiting) {
      this.isWaiting = true;
      setImmediate(() => this.write());
    }
    return line;
  }

  private write(): void {
    this.isWaiting = false;
    if (this.lines.size === 0) return;
    const text = [...this.lines.values()].map((line) => `${JSON.stringify(line)}\n`).join('');
    this.lines.clear();
    if (this.isBroken) return;
    try {
      if (this.size > this.maxBytes) this.turn();
      const file = (this.file ??= this.open());
      const length = Buffer.byteLength(text);
      this.size += length;
      this.isBroken = writeSync(file, text) < length;
    } catch {
      // Losing readings only costs requests, and writing the plan to the same disk reports the error.
      this.isBroken = true;
    }
  }

  private open(): number {
    const file = openSync(this.path, 'a', 0o600);
    // A torn line would spoil the next one. Truncated by path, because Windows doesn't truncate through a handle opened
    // for appending.
    truncateSync(this.path, this.size);
    return file;
  }

  private turn(): void {
    this.close();
    renameSync(this.path, olderOf(this.path));
    this.size = 0;
  }

  private close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}

const olderOf = (path: string): string => path.replace(/\.jsonl$/, '.older.jsonl');

/** Passes the readable lines of a file to `take`. Returns where the last of them ends. */
async function readLines(path: string, take: ReadingsKeeper): Promise<number> {
  let end = 0;
  try {
    for await (const { value, offset, length } of readJsonLines(path)) {
      readLine(checked(lineShape, value), take);
      end = offset + length + 1;
    }
  } catch (error) {
    const isOfTheFile = error instanceof DamagedLine || error instanceof TypeError || isOfTheSystem(error);
    if (!isOfTheFile) throw error;
  }
  return end;
}

function readLine({ service, requests, readings }: Infer<typeof lineShape>, take: ReadingsKeeper): void {
  for (const [key, at, what, reason] of readings) take.keep({ service, key, at, reading: toReading(what, reason) });
  if (requests !== null) take.sent(service, requests);
}

function toReading(what: Entry[2], reason: string | undefined): Reading {
  return typeof what === 'number' ? { state: 'ok', count: what } : { state: what, reason: reason ?? '' };
}

const isOfTheSystem = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall !== undefined;
