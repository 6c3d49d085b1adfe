// The program of a terminal: runs the commands it is told, and shows how each ended. A line names a file that has one.
import { readFile } from 'node:fs/promises';
import { runShown } from './in-process.ts';

const { stdin, stdout } = process;
for (;;) {
  // What a command asks is answered on the same line.
  const line = await new Promise<string>((resolve) => stdin.resume().once('data', (keys) => resolve(String(keys))));
  stdin.pause();
  const command = JSON.parse(await readFile(line.trim(), 'utf8')) as Parameters<typeof runShown>;
  stdout.write(`<exit ${await runShown(...command)}>\n`);
}
