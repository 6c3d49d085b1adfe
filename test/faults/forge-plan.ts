import { readFile, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Where the records of a line of a plan end, and what is said of them begins. */
const TAIL = '],"releases":';

/** The same line with the checksum its records have by now; a line that is no step stays as it is. */
export function withChecksum(line: string): string {
  const end = line.lastIndexOf(TAIL) + 1;
  return end === 0 ? line : line.replace(/"crc32":\d+/, `"crc32":${crc32(line.slice(0, end))}`);
}

/** Changes the text of a plan or journal, and corrects its checksums. */
export async function forgePlan(path: string, edit: (text: string) => string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const after = edit(before);
  if (after === before) throw new Error('nothing was forged');
  await writeFile(path, after.split('\n').map(withChecksum).join('\n'));
}
