import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const JOURNAL = /[\\/]\d{8}T\d{6}Z-[0-9a-f]{6}\.jsonl$/;

/** What happens at a line of a journal: the process is killed in the middle of it or after it, or it is interrupted. */
export type Moment = 'torn' | 'after' | 'interrupted';

/**
 * Stands in for the death of a process that runs in this one: from a line of its journal on, it writes no more, and so does
 * nothing more, as it waits for each line. Its files are closed, and all is as before, on dispose.
 */
export class JournalStop implements AsyncDisposable {
  /** Lines written so far. */
  public lines = 0;
  /** Done when the line is reached. */
  public readonly reached: Promise<void>;
  private readonly open = fs.open;
  private readonly files: FileHandle[] = [];

  /** Stops at the `line`-th line from here on; where the moment is an interrupt, the writer goes on and is told of it by others. */
  public constructor(line: number, moment: Moment) {
    let reach = (): void => undefined;
    this.reached = new Promise((resolve) => (reach = resolve));
    fs.open = async (path, ...how) => {
      const file = await this.open(path, ...how);
      this.files.push(file);
      if (!JOURNAL.test(String(path))) return file;
      const write = file.write.bind(file) as (bytes: Buffer, offset: number, length: number) => Promise<unknown>;
      file.write = (async (bytes: Buffer, offset: number, length: number) => {
        this.lines += 1;
        if (this.lines < line || moment === 'interrupted') {
          const written = await write(bytes, offset, length);
          if (this.lines === line) reach();
          return written;
        }
        if (this.lines === line) {
          await write(bytes, offset, moment === 'torn' ? length >> 1 : length);
          reach();
        }
        return new Promise(() => undefined);
      }) as FileHandle['write'];
      return file;
    };
    syncBuiltinESMExports();
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    fs.open = this.open;
    syncBuiltinESMExports();
    for (const file of this.files) await file.close().catch(() => undefined);
  }
}
