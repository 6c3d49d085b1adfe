import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { bylineError } from '../errors.ts';

/** Milliseconds others may need to write their name into a lock. */
const PAUSE_MS = 100;

/**
 * Keeps a run to one process. The lock is a file beside the journal that names its process; that of a process which is no
 * more, as after `kill -9`, is taken over. Throws an error naming the process that works on the run, or the reason of the
 * signal.
 */
export async function lockRun(path: string, runId: string, signal?: AbortSignal): Promise<AsyncDisposable> {
  const me = await nameProcess(process.pid);
  if (!(await create(path, me))) {
    const owner = await readOwner(path, signal);
    if (await isAlive(owner)) throw bylineError('runLocked', [runId, pidOf(owner)]);
    await takeOver(path, me, runId, signal);
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Makes the lock; false where there is one. */
async function create(path: string, me: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(me);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Replaces a lock nobody holds. Of several processes that do so at once, the last one has it. */
async function takeOver(path: string, me: string, runId: string, signal: AbortSignal | undefined): Promise<void> {
  const mine = `${path}.${process.pid}`;
  await writeFile(mine, me, { mode: 0o600 });
  await rename(mine, path);
  try {
    await pause(signal);
  } catch (error) {
    if ((await readOwner(path, undefined)) === me) await rm(path, { force: true });
    throw error;
  }
  const owner = await readOwner(path, signal);
  if (owner !== me) throw bylineError('runLocked', [runId, pidOf(owner)]);
}

/** The process a lock names; an empty one is just being written, or its writer died over it. */
async function readOwner(path: string, signal: AbortSignal | undefined): Promise<string> {
  const read = (): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const owner = await read();
  if (owner !== '') return owner;
  await pause(signal);
  return read();
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(PAUSE_MS, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
}

const pidOf = (name: string): string => name.split(' ')[0] ?? '';

/** A process by its number and, where the system tells, when it began: numbers are used again, in containers soon. */
async function nameProcess(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses, which may hold anything; the 22nd is the start time.
  const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${began}`.trim();
}

async function isAlive(name: string): Promise<boolean> {
  const pid = Number(pidOf(name));
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // The process is there, but belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return name === String(pid) || name === (await nameProcess(pid));
}
