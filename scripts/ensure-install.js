// Runs before every script of package.json, with whatever Node is there: installs the dependencies where they are
// missing or older than the lock file. Among them is the Node the project needs, which npm puts first in the PATH.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
  console.log('Installing dependencies…');
  // Engine warnings speak of the Node that is there, not of the one that is being installed.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
