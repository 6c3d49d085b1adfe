import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a program of the project with the Node that runs this, and ends the process where it fails. */
export function run(command, { quiet = false } = {}) {
  const { status } = spawnSync(process.execPath, command, {
    stdio: ['inherit', quiet ? 'ignore' : 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Compiles what changed of src/ to lib/, and removes from lib/ what no longer has a source. */
export function compile() {
  run(['node_modules/typescript/bin/tsc']);
  for (const entry of readdirSync('lib', { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath.replace('lib', 'src'), entry.name.replace(/\.js(\.map)?$/, '.ts'));
    if (/\.js(\.map)?$/.test(entry.name) && !existsSync(source)) rmSync(join(entry.parentPath, entry.name));
  }
}
