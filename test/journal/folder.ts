import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `test` with a folder of its own, which is gone afterwards. */
export function inFolder(test: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'byline-journal-'));
    try {
      await test(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

/** Name and message of what a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<string> {
  const outcome: unknown = await promise.catch((error: unknown) => error);
  if (outcome instanceof Error) return `${outcome.name}: ${outcome.message}`;
  throw new Error('it was not rejected');
}
