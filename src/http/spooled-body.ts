import { randomBytes } from 'node:crypto';
import { ftruncateSync, writeSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Bytes read from the file, and decompressed, at a time. */
const PART = 1 << 16;

/** There is no room for a body in `folder`; `cause` is the system's error. */
export class SpoolError extends Error {
  public override readonly name = 'NoRoom';
  public readonly folder: string;

  public constructor(folder: string, cause: unknown) {
    super((cause as NodeJS.ErrnoException).code ?? String(cause), { cause });
    this.folder = folder;
  }
}

/**
 * The body of a reply on disk, as it came over the wire. The file is for its owner only, and has lost its name as soon as
 * it is open, so that nothing is left of it however the process ends.
 */
export class SpooledBody implements AsyncDisposable {
  private readonly file: FileHandle;
  private readonly path: string;
  private readonly folder: string;

  private constructor(file: FileHandle, path: string, folder: string) {
    this.file = file;
    this.path = path;
    this.folder = folder;
  }

  /** Makes room for a body in a folder, the one for temporary files unless given. Throws {@link SpoolError}. */
  public static async open(folder: string = tmpdir()): Promise<SpooledBody> {
    const path = join(folder, `.byline-${randomBytes(8).toString('hex')}`);
    try {
      const file = await open(path, 'wx+', 0o600);
      // Where a file that is open keeps its name, it goes when it is closed.
      await rm(path, { force: true }).catch(() => undefined);
      return new SpooledBody(file, path, folder);
    } catch (cause) {
      throw new SpoolError(folder, cause);
    }
  }

  /**
   * Begins to take a body in, in the place of any there was. Parts are written at once, into the memory the system keeps
   * for its disks; what comes faster than that waits in the socket.
   */
  public begin(): (part: Buffer) => void {
    const { fd } = this.file;
    let size = 0;
    ftruncateSync(fd, 0);
    return (part) => {
      try {
        for (let done = 0; done < part.length;) {
          const written = writeSync(fd, part, done, part.length - done, size);
          [done, size] = [done + written, size + written];
        }
      } catch (cause) {
        throw new SpoolError(this.folder, cause);
      }
    };
  }

  /** The body from its beginning; decompressed, where `encoding` says how. Throws zlib's error where it is damaged. */
  public async *parts(encoding: string | undefined): AsyncGenerator<Buffer, void, undefined> {
    if (encoding?.toLowerCase() !== 'gzip') return yield* this.stored();
    const gunzip = createGunzip({ chunkSize: PART });
    // Whoever reads it is told of the errors.
    pipeline(Readable.from(this.stored()), gunzip, () => undefined);
    yield* gunzip as AsyncIterable<Buffer>;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
    await rm(this.path, { force: true });
  }

  private async *stored(): AsyncGenerator<Buffer, void, undefined> {
    for (let position = 0; ;) {
      const { bytesRead, buffer } = await this.file.read(Buffer.allocUnsafe(PART), 0, PART, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}
