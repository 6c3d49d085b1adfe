import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { KeptReport, ReportKeeper } from '../model/reading.ts';

/**
 * Keeps the reports a run has read on disk while its plan is made, so that `resume` doesn't read them again. Each file
 * holds a line of JSON, the numbers, and the SHA-256 of both. A report of another version is read again, because the
 * meaning of its numbers may have changed. Errors are ignored: a lost report only costs requests. No secret is stored.
 */
export class ReportFiles implements ReportKeeper {
  private readonly prefix: string;

  /** `prefix` begins the paths of the files. */
  public constructor(prefix: string) {
    this.prefix = prefix;
  }

  public keepReport(key: string, header: unknown, chunks: Iterable<Uint32Array>): void {
    const path = this.pathOf(key);
    const unfinished = `${path}.part`;
    orNothing(() => {
      const file = openSync(unfinished, 'w', 0o600);
      const digest = createHash('sha256');
      const write = (bytes: Uint8Array): void => {
        digest.update(bytes);
        writeSync(file, bytes);
      };
      try {
        write(Buffer.from(`${JSON.stringify({ version: VERSION, key, header })}\n`));
        for (const { buffer } of chunks) write(new Uint8Array(buffer));
        writeSync(file, digest.digest());
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, path);
    });
  }

  public report(key: string): KeptReport | undefined {
    return orNothing(() => {
      const content = readFileSync(this.pathOf(key));
      const kept = content.subarray(0, -DIGEST_BYTES);
      if (!createHash('sha256').update(kept).digest().equals(content.subarray(-DIGEST_BYTES))) return undefined;
      const headerEnd = kept.indexOf(0x0a);
      const line = JSON.parse(kept.toString('utf8', 0, headerEnd)) as {
        version?: unknown;
        key: string;
        header: unknown;
      };
      if (line.version !== VERSION || line.key !== key) return undefined;
      const numbers = kept.subarray(headerEnd + 1);
      // A Uint32Array must begin at a multiple of four bytes.
      return { header: line.header, entries: new Uint32Array(new Uint8Array(numbers).buffer) };
    });
  }

  /** Removes the files when the plan is complete. */
  public remove(): void {
    const folder = dirname(this.prefix);
    const names = orNothing(() => readdirSync(folder)) ?? [];
    for (const name of names) if (name.startsWith(basename(this.prefix))) rmSync(join(folder, name), { force: true });
  }

  private pathOf(key: string): string {
    return `${this.prefix}${hash('sha256', key).slice(0, 16)}.bin`;
  }
}

/** Increment when the meaning of header or numbers changes, for example with another hash. */
const VERSION = 1;
const DIGEST_BYTES = 32;

function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
