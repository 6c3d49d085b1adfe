import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A line of a file of JSON lines, and where it stands in bytes; `length` is without the newline. */
export type JsonLine = { readonly value: unknown; readonly offset: number; readonly length: number };

/** A line that is not JSON, though another line follows it: not torn, but damaged. */
export class DamagedLine extends Error {
  public override readonly name = 'DamagedLine';
  public readonly line: number;

  public constructor(line: number) {
    super(`line ${line} is not JSON`);
    this.line = line;
  }
}

const NEWLINE = 0x0a;

/**
 * Reads the lines of a file one by one. A last line without its newline was torn by the end of its writer and is left
 * out. Throws {@link DamagedLine} for any other line that is not JSON.
 */
export async function* readJsonLines(path: string): AsyncGenerator<JsonLine, void, undefined> {
  let parts: Buffer[] = [];
  let offset = 0;
  let line = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const bytes = Buffer.concat([...parts, chunk.subarray(start, end)]);
      parts = [];
      line += 1;
      yield { value: parseLine(bytes.toString(), line), offset, length: bytes.length };
      offset += bytes.length + 1;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  }
}

function parseLine(text: string, line: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new DamagedLine(line);
  }
}

type Waiting = { readonly resolve: () => void; readonly reject: (error: unknown) => void };

/**
 * An append-only file of JSON lines, readable by its owner only. Lines stand in the order of the calls. `append` resolves
 * when the line is with the operating system (it outlives the process); `flush` when all lines so far are on the disk
 * (they outlive the machine).
 */
export class JsonLinesFile implements AsyncDisposable {
  public readonly path: string;
  private readonly file: FileHandle;
  private size: number;
  private writing: Promise<unknown> = Promise.resolve();
  private waiting: Waiting[] = [];

  private constructor(path: string, file: FileHandle, size: number) {
    this.path = path;
    this.file = file;
    this.size = size;
  }

  /** Makes a new file. Throws where one is there already. */
  public static async create(path: string): Promise<JsonLinesFile> {
    return new JsonLinesFile(path, await open(path, 'ax+', 0o600), 0);
  }

  /** Opens a file to add to it, `size` being where its last whole line ends: a torn one is cut off. */
  public static async continue(path: string, size: number): Promise<JsonLinesFile> {
    const file = await open(path, 'a+', 0o600);
    await file.truncate(size);
    return new JsonLinesFile(path, file, size);
  }

  /** Opens a file only to read from it. */
  public static async view(path: string): Promise<JsonLinesFile> {
    return new JsonLinesFile(path, await open(path, 'r'), 0);
  }

  /** Adds a line and tells where it stands. */
  public async append(value: object): Promise<{ offset: number; length: number }> {
    // Written as a string: a buffer for each line would wait for the garbage collector, outside its heap.
    const line = `${JSON.stringify(value)}\n`;
    const offset = this.size;
    const length = Buffer.byteLength(line);
    this.size += length;
    const written = this.writing.then(() => this.writeAll(line, length));
    this.writing = written;
    await written;
    return { offset, length: length - 1 };
  }

  /** Waits for the disk. Calls that come while one waits are served together by the next. */
  public flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      if (this.waiting.length === 1) void this.sync();
    });
  }

  /** The line at a place `append` or {@link readJsonLines} told. */
  public async read(offset: number, length: number): Promise<unknown> {
    await this.writing;
    const bytes = Buffer.allocUnsafe(length);
    await this.file.read(bytes, 0, length, offset);
    return JSON.parse(bytes.toString()) as unknown;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.file.close();
  }

  private async writeAll(line: string, length: number): Promise<void> {
    const { bytesWritten } = await this.file.write(line);
    if (bytesWritten < length) await this.file.appendFile(Buffer.from(line).subarray(bytesWritten));
  }

  private async sync(): Promise<void> {
    // A turn of the event loop lets calls of the same moment join.
    await new Promise(setImmediate);
    const served = this.waiting;
    this.waiting = [];
    try {
      await this.writing;
      await this.file.datasync();
      for (const { resolve } of served) resolve();
    } catch (error) {
      for (const { reject } of served) reject(error);
    }
  }
}
