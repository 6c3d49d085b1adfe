import fs, { type FileHandle, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { lockPath } from '../../src/journal/runs.ts';
import { Interrupted } from '../../src/process/interrupt.ts';
import type { InProcessRun } from './in-process-run.ts';

const JOURNAL = /[\\/]\d{8}T\d{6}Z-[0-9a-f]{6}\.jsonl$/;

/** What happens at a line of a journal: the process is killed in the middle of it or after it, or it is interrupted. */
export type Moment = 'torn' | 'after' | 'interrupted';

type Write = (bytes: Buffer, offset: number, length: number) => Promise<unknown>;

/**
 * Stands in for the death of a process that runs in this one: from a line of its journal on, or from a call on, it writes
 * nothing more, and so does nothing more, as it waits for each line. Its files are closed, and all is as before, on dispose.
 */
class JournalStop implements AsyncDisposable {
  /** Lines written so far. */
  public lines = 0;
  /** Done when the line is reached. */
  public readonly reached: Promise<void>;
  private readonly open = fs.open;
  private readonly files: FileHandle[] = [];
  private dead = false;

  /** Stops at the `line`-th line from here on; where the moment is an interrupt, the writer goes on and is told of it by others. */
  public constructor(line = Infinity, moment: Moment = 'after') {
    let reach = (): void => undefined;
    this.reached = new Promise((resolve) => (reach = resolve));
    const writeLine = async (write: Write, bytes: Buffer, offset: number, length: number): Promise<unknown> => {
      this.lines += 1;
      if (this.lines !== line) return write(bytes, offset, length);
      this.dead = moment !== 'interrupted';
      const written = await write(bytes, offset, moment === 'torn' ? length >> 1 : length);
      reach();
      return this.dead ? NEVER : written;
    };
    fs.open = async (path, ...how) => {
      const file = await this.open(path, ...how);
      this.files.push(file);
      const write = file.write.bind(file) as Write;
      file.write = (async (bytes: Buffer, offset: number, length: number) => {
        if (this.dead) return NEVER;
        return JOURNAL.test(String(path)) ? writeLine(write, bytes, offset, length) : write(bytes, offset, length);
      }) as FileHandle['write'];
      return file;
    };
    syncBuiltinESMExports();
  }

  /** Ends it now. */
  public kill(): void {
    this.dead = true;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    fs.open = this.open;
    syncBuiltinESMExports();
    for (const file of this.files) await file.close().catch(() => undefined);
  }
}

const NEVER = new Promise<never>(() => undefined);

/** Stops a command at a line of its journal. Whether it came to it: false where its journal has fewer. */
export async function stopAtLine(
  place: InProcessRun,
  command: () => Promise<unknown>,
  { line, moment }: { readonly line: number; readonly moment: Moment },
): Promise<boolean> {
  await using stop = new JournalStop(line, moment);
  const ended = endOf(command);
  const first = await Promise.race([stop.reached.then(() => 'reached'), ended]);
  if (first === 'ended') return stop.lines >= line;
  if (moment !== 'interrupted') await bury(place);
  else {
    place.controller.abort(new Interrupted('SIGINT'));
    await ended;
    place.controller = new AbortController();
  }
  return true;
}

/** Kills a command when something has happened. Whether it was still under way. */
export async function killWhen(
  place: InProcessRun,
  command: () => Promise<unknown>,
  event: Promise<void>,
): Promise<boolean> {
  await using stop = new JournalStop();
  const first = await Promise.race([event.then(() => 'happened'), endOf(command)]);
  stop.kill();
  await bury(place);
  return first === 'happened';
}

const endOf = (command: () => Promise<unknown>): Promise<'ended'> =>
  command().then(
    () => 'ended',
    () => 'ended',
  );

/** What dies with a process: its connections, and its lock, which otherwise is known to be that of a living process. */
async function bury(place: InProcessRun): Promise<void> {
  await place.disconnect();
  const [runId] = await place.runIds();
  if (runId !== undefined) await rm(lockPath(place.folder, runId), { force: true });
}
