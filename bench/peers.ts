import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;

const changed = (path: string): number => statSync(join(HERE, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Puts the clients to compare with into this folder's own node_modules, in the versions of its lock file. */
export function installPeers(): void {
  if (changed('node_modules/.package-lock.json') >= changed('package-lock.json')) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    ...{ cwd: HERE, stdio: 'inherit', shell: process.platform === 'win32' },
  });
  if (status !== 0) throw new Error('The clients to compare with could not be installed.');
}
