import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { bylineError } from '../errors.ts';
import { openUnlinked } from '../unlinked-file.ts';

/** Bytes copied at a time. */
const CHUNK = 1 << 18;

/** Copies a file into a file without a name in `folder`. Returns it with the digest of its bytes, `sha256:…`. */
export async function copyUnlinked(path: string, folder: string): Promise<{ file: FileHandle; digest: string }> {
  await using source = await open(path, 'r');
  const file = await openIn(folder);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let position = 0; ;) {
      const { bytesRead } = await source.read(buffer, 0, CHUNK, position);
      if (bytesRead === 0) return { file, digest: `sha256:${hash.digest('hex')}` };
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      await writeAll(file, chunk, position, folder);
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
  for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}

async function openIn(folder: string): Promise<FileHandle> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await openUnlinked(folder);
  } catch (cause) {
    throw bylineError('runFolderUnwritable', [folder, (cause as Error).message], { cause });
  }
}

async function writeAll(file: FileHandle, chunk: Buffer, position: number, folder: string): Promise<void> {
  try {
    for (let done = 0; done < chunk.length;) {
      done += (await file.write(chunk, done, chunk.length - done, position + done)).bytesWritten;
    }
  } catch (cause) {
    throw bylineError('runFolderUnwritable', [folder, (cause as Error).message], { cause });
  }
}
