import { open, readFile, rm } from 'node:fs/promises';
import { bylineError } from '../errors.ts';

/**
 * Keeps a run to one process. The lock is a file beside the journal that names its process; that of a process which is no
 * more, as after `kill -9`, is taken over. Throws an error naming the process that works on the run.
 */
export async function lockRun(path: string, runId: string): Promise<AsyncDisposable> {
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (isAlive(owner)) throw bylineError('runLocked', [runId, String(owner)]);
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
