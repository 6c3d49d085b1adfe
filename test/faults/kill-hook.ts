// Loaded into a command by `--import`: ends the process by SIGKILL at a line of its journal. `KILL_AT` is the number of the
// line this process writes, counted from 1, and the moment: `before` it, `torn` in the middle of it, or `after` it.
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [at, moment] = (process.env['KILL_AT'] ?? '').split(' ');
const JOURNAL = /runs[\\/][^.\\/]+\.jsonl$/;
const open = fs.open;
let lines = 0;

fs.open = async (path, ...how) => {
  const file = await open(path, ...how);
  if (JOURNAL.test(String(path))) watch(file);
  return file;
};
syncBuiltinESMExports();

function watch(file: FileHandle): void {
  const write = file.write.bind(file) as (bytes: Buffer, offset: number, length: number) => Promise<unknown>;
  const watched = async (bytes: Buffer, offset: number, length: number): Promise<unknown> => {
    lines += 1;
    if (lines !== Number(at)) return write(bytes, offset, length);
    if (moment === 'torn') await write(bytes, offset, length >> 1);
    if (moment === 'after') await write(bytes, offset, length);
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  };
  file.write = watched as FileHandle['write'];
}
