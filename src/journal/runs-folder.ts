import { join } from 'node:path';

/** The folder the runs of this machine's user are kept in, below oclif's data folder. */
export function runsFolder(dataDir: string): string {
  return join(dataDir, 'byline', 'runs');
}
