import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a program of the project with the Node that runs this, and ends the process where it fails. */
export async function run(command, { quiet = false } = {}) {
  const child = spawn(process.execPath, command, { stdio: ['inherit', quiet ? 'ignore' : 'inherit', 'inherit'] });
  const [status] = await once(child, 'close');
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * Compiles what changed of src/ to lib/, and removes from lib/ what no longer has a source. `check: false` leaves types
 * unchecked, which takes half the time.
 */
export async function compile({ check = true } = {}) {
  await run(['node_modules/typescript/bin/tsc', ...(check ? [] : ['--noCheck'])]);
  for (const entry of readdirSync('lib', { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath.replace('lib', 'src'), entry.name.replace(/\.js(\.map)?$/, '.ts'));
    if (/\.js(\.map)?$/.test(entry.name) && !existsSync(source)) rmSync(join(entry.parentPath, entry.name));
  }
}

/** Checks all types: of src/, the tests, and the scripts. */
export const checkTypes = () => run(['node_modules/typescript/bin/tsc', '-p', 'test/tsconfig.json']);
