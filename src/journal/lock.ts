import { open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { bylineError } from '../errors.ts';
import {
  findProcess,
  nameThisProcess,
  type ProcessName,
  readName,
  describeProcess,
  writeName,
} from './process-name.ts';

/** Milliseconds for another process to write its name into a new lock. */
const PAUSE_MS = 100;

/** Milliseconds between refreshes of a lock; after how many without one it is stale. */
const SIGN_MS = 20_000;
const LOST_MS = 120_000;

/**
 * Locks a run for this process. The lock is a file beside the journal that names the process and its machine. If that
 * process has ended, for example after `kill -9`, the lock is stale and taken over. For a process of another machine or
 * container, only the modification time of the lock shows that it is alive; it is refreshed every 20 seconds. Throws an
 * error naming the process that works on the run, or the reason of the signal.
 */
export async function lockRun(path: string, runId: string, signal?: AbortSignal): Promise<AsyncDisposable> {
  const here = await nameThisProcess();
  const me = writeName(here);
  if (!(await create(path, me))) {
    const owner = readName(await readOwner(path, signal), here);
    if (await isHeld(path, owner, here)) throw bylineError('runLocked', [runId, describeProcess(owner, here)]);
    await takeOver(path, here, runId, signal);
  }
  const signs = setInterval(() => void touch(path), SIGN_MS).unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(signs);
      // If this machine was suspended, another process may have taken the lock over.
      if ((await readFile(path, 'utf8').catch(() => '')) === me) await rm(path, { force: true });
    },
  };
}

async function isHeld(path: string, owner: ProcessName, here: ProcessName): Promise<boolean> {
  const found = await findProcess(owner, here);
  if (found !== 'elsewhere') return found === 'alive';
  const changed = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  return Date.now() - changed < LOST_MS;
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  // The lock may have been removed.
  await utimes(path, now, now).catch(() => undefined);
}

/**
 * The content of a lock: the name of its process, or from an earlier version only the process number and start time.
 */
const OWNER = /^\d{1,10}(?: (?:\d{1,20}|-)(?: \S+ \S+ \S+)?)?$/;

/** Creates the lock; false if it exists. */
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

/** Replaces a stale lock. If several processes do so at once, the last one holds it. */
async function takeOver(
  path: string,
  here: ProcessName,
  runId: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const me = writeName(here);
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
  if (owner !== me) throw bylineError('runLocked', [runId, describeProcess(readName(owner, here), here)]);
}

/**
 * The process a lock names. An empty lock is being written, or its writer was killed. Throws an error if the file isn't
 * a lock.
 */
async function readOwner(path: string, signal: AbortSignal | undefined): Promise<string> {
  const owner = await readLock(path);
  if (owner !== '') return owner;
  await pause(signal);
  return readLock(path);
}

async function readLock(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8');
    if (text === '' || OWNER.test(text)) return text;
  } catch (error) {
    // The lock was released meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
  }
  throw bylineError('lockForeign', [path]);
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await wait(PAUSE_MS, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
}
