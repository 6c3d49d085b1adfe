// Runs before every script of package.json, with whatever Node is there: installs the dependencies where they are
// missing or older than the lock file. Among them is the Node the project needs, which npm puts first in the PATH.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
  console.log('Installing dependencies…');
  const onWindows = process.platform === 'win32';
  // Engine warnings speak of the Node that is there, not of the one that is being installed.
  const { status } = spawnSync(onWindows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    shell: onWindows,
  });
  if (status !== 0) process.exit(status ?? 1);
}

// A user's own npm configuration may forbid all install scripts.
if (Number.parseInt(process.versions.node) < 22 && !existsSync('node_modules/node/bin')) {
  console.error(
    `Node 22.19 or later is needed; this is ${process.version}, and npm was not allowed to install another.\n` +
      'Run "npm rebuild node --ignore-scripts=false", then repeat the command.',
  );
  process.exit(1);
}
