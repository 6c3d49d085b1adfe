import { constants, type FileHandle, open, truncate } from 'node:fs/promises';

/** The position of a line in its file, in bytes; `length` is without the newline. */
export type Place = { readonly offset: number; readonly length: number };

/** A line of a file of JSON lines. */
export type JsonLine = Place & { readonly value: unknown };

/** A line as it is in the file. Its bytes are valid only until the next line is requested. */
export type RawLine = Place & { readonly bytes: Buffer; readonly line: number };

/** A complete line whose content is invalid; `reason` says why. */
export class DamagedLine extends Error {
  public override readonly name = 'DamagedLine';
  public readonly line: number;

  public constructor(line: number, reason: string) {
    super(`line ${line} ${reason}`);
    this.line = line;
  }
}

const NEWLINE = 0x0a;
/** Bytes read at a time. */
const READ_BYTES = 1 << 18;
/**
 * The longest line, in bytes: a thousand times that of a step of a plan, ten times the outcome of a batch in which no
 * row was written.
 */
const MAX_LINE_BYTES = 1 << 26;

/**
 * Reads the lines of a file one by one. A last line without a newline was torn when its writer ended, and is left out.
 * Throws {@link DamagedLine} for a line of more than 64 MB.
 */
export async function* readLines(path: string): AsyncGenerator<RawLine, void, undefined> {
  await using file = await open(path, 'r');
  yield* linesOf(file);
}

/** Reads the lines of an open file. */
async function* linesOf(file: FileHandle): AsyncGenerator<RawLine, void, undefined> {
  // One buffer for all lines: the garbage collector doesn't see the memory of buffers, so that they pile up.
  let bytes = Buffer.allocUnsafe(READ_BYTES);
  let [held, offset, line] = [0, 0, 0];
  for (;;) {
    const { bytesRead } = await file.read(bytes, held, bytes.length - held, offset + held);
    if (bytesRead === 0) return;
    const filled = bytes.subarray(0, held + bytesRead);
    let start = 0;
    for (let end = filled.indexOf(NEWLINE, held); end !== -1; end = filled.indexOf(NEWLINE, start)) {
      line += 1;
      yield { bytes: filled.subarray(start, end), line, offset, length: end - start };
      offset += end + 1 - start;
      start = end + 1;
    }
    filled.copyWithin(0, start);
    held = filled.length - start;
    if (held > MAX_LINE_BYTES) throw new DamagedLine(line + 1, `is longer than ${MAX_LINE_BYTES >> 20} MB`);
    if (held === bytes.length) bytes = Buffer.concat([bytes], 2 * held);
  }
}

/** Reads and parses the lines of a file. Throws {@link DamagedLine} for one that is not JSON, unless it was torn. */
export async function* readJsonLines(path: string): AsyncGenerator<JsonLine, void, undefined> {
  for await (const raw of readLines(path)) {
    yield { value: parseLine(raw), offset: raw.offset, length: raw.length };
  }
}

/** The value of a line. Throws {@link DamagedLine} if it isn't JSON. */
export const parseLine = ({ bytes, line }: RawLine): unknown => parseText(bytes.toString(), line);

/** The value of a line's text. */
export function parseText(text: string, line: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new DamagedLine(line, 'is not JSON');
  }
}

/** Groups neighboring places, which are read at once. */
function* groupNeighbours<P extends Place>(places: Iterable<P>): Generator<P[], void, undefined> {
  let group: P[] = [];
  for (const place of places) {
    const [first, last] = [group[0], group.at(-1)];
    const isNext = last !== undefined && place.offset === last.offset + last.length + 1;
    if (first && (!isNext || place.offset + place.length - first.offset > READ_BYTES)) {
      yield group;
      group = [];
    }
    group.push(place);
  }
  if (group.length > 0) yield group;
}

type Waiting = { readonly resolve: () => void; readonly reject: (error: unknown) => void };

/**
 * An append-only file of JSON lines that only its owner can read. Lines are in the order of the calls. `append`
 * resolves when the operating system has the line, which then outlives the process; `flush` when all lines are on disk,
 * where they outlive a crash of the machine.
 */
export class JsonLinesFile implements AsyncDisposable {
  public readonly path: string;
  private readonly file: FileHandle;
  private size: number;
  private writing: Promise<unknown> = Promise.resolve();
  /** One buffer for all lines: the garbage collector doesn't see the memory of buffers, so that they pile up. */
  private bytes = Buffer.alloc(0);
  private waiting: Waiting[] = [];
  private served: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, size: number) {
    this.path = path;
    this.file = file;
    this.size = size;
  }

  /** Creates a file. Throws an error if it exists. */
  public static async create(path: string): Promise<JsonLinesFile> {
    return new JsonLinesFile(path, await open(path, 'ax+', 0o600), 0);
  }

  /** Opens a file to read it, and to append to it after {@link goOn}. */
  public static async continue(path: string): Promise<JsonLinesFile> {
    return new JsonLinesFile(path, await open(path, constants.O_RDWR | constants.O_APPEND), 0);
  }

  /** Opens a file for reading. */
  public static async view(path: string): Promise<JsonLinesFile> {
    return new JsonLinesFile(path, await open(path, 'r'), 0);
  }

  /** Uses an open file; `path` is its name in messages. */
  public static of(path: string, file: FileHandle): JsonLinesFile {
    return new JsonLinesFile(path, file, 0);
  }

  /** The lines of the file from its beginning; see {@link readLines}. */
  public lines(): AsyncGenerator<RawLine, void, undefined> {
    return linesOf(this.file);
  }

  /** Appends from `size` on, where the last complete line ends; cuts off a torn line. */
  public async goOn(size: number): Promise<void> {
    // By path, because Windows doesn't truncate through a handle opened for appending.
    await truncate(this.path, size);
    this.size = size;
  }

  /** Appends a value as a line. Returns its place. */
  public append(value: object): Promise<Place> {
    return this.appendJson(JSON.stringify(value));
  }

  /** Appends a line of JSON. Returns its place. */
  public async appendJson(json: string): Promise<Place> {
    const line = `${json}\n`;
    const offset = this.size;
    const length = Buffer.byteLength(line);
    this.size += length;
    const written = this.writing.then(() => this.writeAll(line, length));
    this.writing = written;
    await written;
    return { offset, length: length - 1 };
  }

  /** Waits for the disk. Calls of the same turn of the event loop share a flush. Calls resolve in their order. */
  public flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      if (this.waiting.length === 1) void this.sync();
    });
  }

  /** The values at places that `append` or {@link readLines} returned, each with its place. */
  public async *read<P extends Place>(
    places: Iterable<P>,
  ): AsyncGenerator<[place: P, value: unknown], void, undefined> {
    let bytes = Buffer.alloc(0);
    for (const group of groupNeighbours(places)) {
      await this.writing;
      const { offset: start } = group[0]!;
      const end = group.at(-1)!.offset + group.at(-1)!.length;
      if (bytes.length < end - start) bytes = Buffer.allocUnsafe(end - start);
      await this.file.read(bytes, 0, end - start, start);
      for (const place of group) {
        const from = place.offset - start;
        yield [place, JSON.parse(bytes.toString('utf8', from, from + place.length)) as unknown];
      }
    }
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.file.close();
  }

  private async writeAll(line: string, length: number): Promise<void> {
    if (this.bytes.length < length) this.bytes = Buffer.allocUnsafe(2 * length);
    this.bytes.write(line);
    for (let done = 0; done < length;) {
      done += (await this.file.write(this.bytes, done, length - done)).bytesWritten;
    }
  }

  private async sync(): Promise<void> {
    await new Promise(setImmediate);
    const waiting = this.waiting;
    this.waiting = [];
    this.served = this.serve(waiting, this.served);
  }

  /** Flushes for calls that wait, and tells them when `earlier` ones have been told. */
  private async serve(waiting: readonly Waiting[], earlier: Promise<void>): Promise<void> {
    const synced = this.writing.then(() => this.file.datasync());
    const [, end] = await Promise.allSettled([earlier, synced]);
    for (const { resolve, reject } of waiting) {
      if (end.status === 'fulfilled') resolve();
      else reject(end.reason);
    }
  }
}
