// Compiles src/ to lib/ and writes what is generated from it: the manifest, the command snapshot and the JSON Schemas.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const run = (...command) => {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

rmSync('lib', { recursive: true, force: true });
run('node_modules/typescript/bin/tsc');
run('scripts/generate.ts');
