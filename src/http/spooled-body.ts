import { ftruncateSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { openUnlinked } from '../unlinked-file.ts';

/** Bytes read from the file, and bytes decompressed, at a time. */
const CHUNK = 1 << 16;

/** The body can't be written to `folder`; `cause` is the system's error. */
export class SpoolError extends Error {
  public override readonly name = 'SpoolError';
  public readonly folder: string;

  public constructor(folder: string, cause: unknown) {
    super((cause as NodeJS.ErrnoException).code ?? String(cause), { cause });
    this.folder = folder;
  }
}

/** The body of a reply on disk, as it came over the wire, in a file without a name. */
export class SpooledBody implements AsyncDisposable {
  private readonly file: FileHandle;
  private readonly folder: string;

  private constructor(file: FileHandle, folder: string) {
    this.file = file;
    this.folder = folder;
  }

  /** Opens a file for a body in a folder, by default that for temporary files. Throws {@link SpoolError}. */
  public static async open(folder: string = tmpdir()): Promise<SpooledBody> {
    try {
      return new SpooledBody(await openUnlinked(folder), folder);
    } catch (cause) {
      throw new SpoolError(folder, cause);
    }
  }

  /**
   * Returns a sink for a new body; an earlier body is discarded. Writes are synchronous: they end in the page cache,
   * and the socket buffers what arrives meanwhile.
   */
  public begin(): (chunk: Buffer) => void {
    const { fd } = this.file;
    let size = 0;
    ftruncateSync(fd, 0);
    return (chunk) => {
      try {
        for (let done = 0; done < chunk.length;) {
          const written = writeSync(fd, chunk, done, chunk.length - done, size);
          [done, size] = [done + written, size + written];
        }
      } catch (cause) {
        throw new SpoolError(this.folder, cause);
      }
    };
  }

  /**
   * Reads the body from its beginning, decompressed if `encoding` is gzip. Throws zlib's error if the data is damaged.
   */
  public async *chunks(encoding: string | undefined): AsyncGenerator<Buffer, void, undefined> {
    if (encoding?.toLowerCase() !== 'gzip') return yield* this.stored();
    const gunzip = createGunzip({ chunkSize: CHUNK });
    // The reader receives the errors.
    pipeline(Readable.from(this.stored()), gunzip, () => undefined);
    yield* gunzip as AsyncIterable<Buffer>;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
  }

  private async *stored(): AsyncGenerator<Buffer, void, undefined> {
    for (let position = 0; ;) {
      const { bytesRead, buffer } = await this.file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}
