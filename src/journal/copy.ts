import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bylineError } from '../errors.ts';

/** Bytes that are copied at once. */
const PART = 1 << 18;

/**
 * Copies a file into `folder`, where the copy loses its name as soon as it is open: nobody else gets at it, and nothing is
 * left of it however the process ends. Returns it with the digest of its bytes, `sha256:…`.
 */
export async function copyWithoutName(path: string, folder: string): Promise<{ file: FileHandle; digest: string }> {
  await using source = await open(path, 'r');
  const file = await openWithoutName(folder);
  try {
    const hash = createHash('sha256');
    const part = Buffer.allocUnsafe(PART);
    for (let position = 0; ;) {
      const { bytesRead } = await source.read(part, 0, PART, position);
      if (bytesRead === 0) return { file, digest: `sha256:${hash.digest('hex')}` };
      hash.update(part.subarray(0, bytesRead));
      await writeAll(file, part.subarray(0, bytesRead), position, folder);
      position += bytesRead;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The digest of a file, `sha256:…`. */
export async function digestOf(path: string): Promise<string> {
  await using file = await open(path, 'r');
  const hash = createHash('sha256');
  for await (const part of file.createReadStream({ autoClose: false })) hash.update(part as Buffer);
  return `sha256:${hash.digest('hex')}`;
}

async function openWithoutName(folder: string): Promise<FileHandle> {
  const path = join(folder, `.plan-${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx+', 0o600);
    await rm(path, { force: true });
    return file;
  } catch (cause) {
    throw bylineError('runFolderUnwritable', [folder, (cause as Error).message], { cause });
  }
}

async function writeAll(file: FileHandle, part: Buffer, position: number, folder: string): Promise<void> {
  try {
    for (let done = 0; done < part.length;) {
      done += (await file.write(part, done, part.length - done, position + done)).bytesWritten;
    }
  } catch (cause) {
    throw bylineError('runFolderUnwritable', [folder, (cause as Error).message], { cause });
  }
}
