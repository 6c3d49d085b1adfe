// Writes the generated files at their places, or with `--check DIR` into DIR, where a test compares them.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateAll } from './generated.ts';

const target = process.argv[2] === '--check' ? (process.argv[3] ?? '.') : '.';
for (const [path, text] of await generateAll()) {
  await mkdir(dirname(join(target, path)), { recursive: true });
  await writeFile(join(target, path), text);
}
