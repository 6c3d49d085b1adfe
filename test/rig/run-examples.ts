// Runs commands of the plugin one after another in this process, as starting each would take its second. The argument is a
// file with a list of them, each a list of words; how they ended is written to a second one beside it.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Config } from '@oclif/core';
import { root } from './rig.ts';

export type ExampleEnd = { readonly words: readonly string[]; readonly code: unknown; readonly error: string | null };

const [list = ''] = process.argv.slice(2);
const config = await Config.load(root);
const ends: ExampleEnd[] = [];
for (const words of JSON.parse(await readFile(list, 'utf8')) as string[][]) {
  const named = await Promise.all(words.map(async (word) => (/^750/.test(word) ? await newestJob() : word)));
  // The words of a command come first, and then its flags and arguments.
  const length = named.findIndex((_, at) => config.findCommand(named.slice(0, at + 1).join(':')));
  process.exitCode = 0;
  const error = await config.runCommand(named.slice(0, length + 1).join(':'), named.slice(length + 1)).then(
    () => null,
    (cause: unknown) => String(cause),
  );
  ends.push({ words: named, code: process.exitCode, error });
}
await writeFile(`${list}.ends`, JSON.stringify(ends));
process.exitCode = 0;

/** The job of the newest run that has one. */
async function newestJob(): Promise<string> {
  const folder = join(config.dataDir, 'byline', 'runs');
  const journals = (await readdir(folder)).filter((name) => /^[^.]+\.jsonl$/.test(name)).sort();
  const texts = await Promise.all(journals.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => /750\w{15}/.exec(text)?.[0]).findLast((job) => job !== undefined) ?? 'no run has a job';
}
