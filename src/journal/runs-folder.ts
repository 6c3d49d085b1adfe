import { join } from 'node:path';

/** The folder for runs of this machine's user, below oclif's data folder. */
export function runsFolder(dataDir: string): string {
  return join(dataDir, 'byline', 'runs');
}
