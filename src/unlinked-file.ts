import { randomBytes } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Opens a new file in `folder`, readable by its owner only, and removes its name at once: no other process can open it,
 * and it is deleted when the process ends. Throws the system's error.
 */
export async function openUnlinked(folder: string): Promise<FileHandle> {
  const path = join(folder, `.byline-${randomBytes(8).toString('hex')}`);
  const file = await open(path, 'wx+', 0o600);
  const remove = (): Promise<void> => rm(path, { force: true });
  // Windows may keep the name of an open file.
  await remove().catch(() =>
    (file as unknown as EventEmitter).once('close', () => void remove().catch(() => undefined)),
  );
  return file;
}
