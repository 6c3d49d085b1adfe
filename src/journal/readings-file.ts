import { closeSync, openSync, renameSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { KeptReading, Reading, ReadingsKeeper } from '../model/reading.ts';
import { DamagedLine, readJsonLines } from './json-lines.ts';
import { checked, whole } from './shapes.ts';

/** Bytes of the file before it becomes the older one of two: some 350,000 readings. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A reading in a line: key, records before, and the count; or the state and the reason it has none for. */
type Entry =
  readonly [key: string, at: number, count: number] | readonly [string, number, 'failed' | 'skipped', string];

const entry = z.union([
  z.tuple([z.string(), whole, whole]),
  z.tuple([z.string(), whole, z.enum(['failed', 'skipped']), z.string()]),
]);
const lineShape = z.strictObject({ service: z.string(), requests: whole.nullable(), readings: z.array(entry) });

/** A line of the file: what one service was asked in a turn of the event loop. */
type Line = { readonly service: string; requests: number | null; readonly readings: Entry[] };

/**
 * The last readings of a run, on disk beside its journal while its plan is being made, so that `resume` does not ask for
 * them again. Two files, the older of which is given up when the other one is full. What is kept is with the operating
 * system at the end of each turn of the event loop: it outlives the process, not the machine, as it is worth a request
 * and not a wait for the disk. URLs stand there as hashes; nothing of it is a secret.
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
   * Opens the file, which need not be there; `take` is given what it holds, oldest first: readings, and how many requests
   * a service was sent. A torn last line is left out, and what follows a damaged one is not believed.
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

  /** Removes what was kept: the plan has it all. */
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
      // Nothing is lost but the trouble of asking again, and the plan on the same disk says what is wrong with it.
      this.isBroken = true;
    }
  }

  private open(): number {
    const file = openSync(this.path, 'a', 0o600);
    // What stands behind the last whole line would spoil the next one. By its path: Windows does not cut off a file through
    // a handle that may only add to it.
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

/** Hands on what the lines of a file hold, as far as they can be read. Returns where the last of them ends. */
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

function readLine({ service, requests, readings }: z.infer<typeof lineShape>, take: ReadingsKeeper): void {
  for (const [key, at, what, reason] of readings) take.keep({ service, key, at, reading: toReading(what, reason) });
  if (requests !== null) take.sent(service, requests);
}

function toReading(what: Entry[2], reason: string | undefined): Reading {
  return typeof what === 'number' ? { state: 'ok', count: what } : { state: what, reason: reason ?? '' };
}

const isOfTheSystem = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall !== undefined;
