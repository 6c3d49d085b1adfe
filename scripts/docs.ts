// Records the runs the documentation shows: the exchanges in docs/wire.md, and the picture of a terminal.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordSync } from '../test/rig/recording.ts';
import { Rig } from '../test/rig/rig.ts';
import { terminalSvg } from './terminal-svg.ts';

const docs = join(import.meta.dirname, '..', 'docs');

await fillExchanges(join(docs, 'wire.md'));
await writeFile(join(docs, 'terminal.svg'), await takePicture());

async function fillExchanges(page: string): Promise<void> {
  const exchanges = await recordSync();
  const text = await readFile(page, 'utf8');
  let shown = 0;
  const filled = text.replace(/^```http\n.*?^```/gms, () => `\`\`\`http\n${exchanges[shown++]}\n\`\`\``);
  if (shown !== exchanges.length) {
    throw new Error(`${page} has room for ${shown} exchanges; the sync had ${exchanges.length}`);
  }
  await writeFile(page, filled);
}

/** A sync of some articles of a magazine, as a terminal of 80 columns shows it. */
async function takePicture(): Promise<string> {
  await using rig = await Rig.start();
  const titles = ['why-rows-lock', 'ten-triggers', 'a-tale-of-two-batches', 'counting-shares', 'hello-world'];
  titles.forEach((title, index) => {
    const url = `https://magazine.example.com/2026/${title}`;
    const [likes, reads] = [61 + index * 83, 1204 + ((index * 3701) % 9001)];
    rig.services.set('facebook', url, likes + [46, 0, 210, 3, 0][index]!);
    rig.services.set('reads', url, reads + [0, 0, 388, 0, 0][index]!);
    const stored = { Likes__c: likes, Reads__c: index === 3 ? null : reads };
    rig.org.table('Byline__c').insert([{ Name: title, Published_URL__c: url, ...stored }]);
  });
  await rig.settings({ facebook: 'Likes__c', reads: 'Reads__c' });
  delete rig.env['NO_COLOR'];
  Object.assign(rig.env, { FORCE_COLOR: '1', SF_TARGET_ORG: rig.org.username });
  const args = ['--config-file', 'byline.json'];
  const { code, stdout } = await rig.runAlone('byline sync', args);
  if (code !== 0) throw new Error(`the sync ended with exit code ${code}: ${stdout}`);
  const prompt = '\u001b[32m$\u001b[39m ';
  const shown = `${prompt}sf byline sync ${args.join(' ')}\n${stdout.trimEnd()}\n${prompt}`;
  const title = 'A terminal: sf byline sync reads five articles, shows the counts that changed, and updates them';
  return terminalSvg(shown.replaceAll(rig.org.url, 'https://magazine.my.salesforce.com'), 80, title);
}
