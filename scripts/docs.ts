// Writes what the documentation shows of real runs anew: the exchanges in docs/wire.md and the picture of a terminal.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordSync } from '../test/rig/recording.ts';

const page = join(import.meta.dirname, '..', 'docs/wire.md');
const exchanges = await recordSync();
const text = await readFile(page, 'utf8');
let shown = 0;
const filled = text.replace(/^```http\n.*?^```/gms, () => `\`\`\`http\n${exchanges[shown++]}\n\`\`\``);
if (shown !== exchanges.length) {
  throw new Error(`docs/wire.md has room for ${shown} exchanges; the sync had ${exchanges.length}`);
}
await writeFile(page, filled);
