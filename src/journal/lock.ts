import { open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { bylineError } from '../errors.ts';
import { findProcess, nameThisProcess, type ProcessName, readName, tellProcess, writeName } from './process-name.ts';

/** Milliseconds others may need to write their name into a lock. */
const PAUSE_MS = 100;

/** Milliseconds between two signs of life of a lock, and after how many without one it is held by nobody. */
const SIGN_MS = 20_000;
const LOST_MS = 120_000;

/**
 * Keeps a run to one process. The lock is a file beside the journal that names its process and machine; that of a process
 * that has ended, as after `kill -9`, is stale and taken over. Whether a process of another machine or container lives is told by
 * its lock alone, whose time of change is refreshed every 20 seconds. Throws an error naming the process that works on the
 * run, or the reason of the signal.
 */
export async function lockRun(path: string, runId: string, signal?: AbortSignal): Promise<AsyncDisposable> {
  const here = await nameThisProcess();
  const me = writeName(here);
  if (!(await create(path, me))) {
    const owner = readName(await readOwner(path, signal), here);
    if (await isHeld(path, owner, here)) throw bylineError('runLocked', [runId, tellProcess(owner, here)]);
    await takeOver(path, here, runId, signal);
  }
  const signs = setInterval(() => void touch(path), SIGN_MS).unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(signs);
      // Another process may have taken it over, where this one was asleep for long.
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
  // A lock that is gone says nothing.
  await utimes(path, now, now).catch(() => undefined);
}

/** What a lock holds: the name of its process, or of an earlier version only its number and when it began. */
const OWNER = /^\d{1,10}(?: (?:\d{1,20}|-)(?: \S+ \S+ \S+)?)?$/;

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
  if (owner !== me) throw bylineError('runLocked', [runId, tellProcess(readName(owner, here), here)]);
}

/**
 * The process a lock names; an empty one is just being written, or its writer died over it. Throws an error naming what is
 * no lock, but somebody's file.
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
    // It was given up just now.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
  }
  throw bylineError('lockForeign', [path]);
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await wait(PAUSE_MS, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
}
