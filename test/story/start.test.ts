import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { insertArticles, urlOf } from '../rig/articles.ts';
import { BYLINE_PROGRAM, Rig, root } from '../rig/rig.ts';

const HOOK = pathToFileURL(join(root, 'test/rig/loaded-modules.js')).href;
/** What every command of the CLI loads, as it extends `SfCommand`. */
const OF_ALL = ['@salesforce/sf-plugins-core', '@salesforce/core']
  .map((name) => `await import('${import.meta.resolve(name)}');`)
  .join('');
const FILE = ['--config-file', 'byline.json'];

/** The modules a program loads before it opens its first socket. */
async function loadedBy(rig: Rig, args: readonly string[]): Promise<string[]> {
  const file = join(rig.home, 'modules.json');
  rig.env['MODULES_FILE'] = file;
  const [node, ...options] = BYLINE_PROGRAM.slice(0, -1);
  await rig.exec(node!, [...options, '--import', HOOK, ...args]);
  return JSON.parse(await readFile(file, 'utf8')) as string[];
}

describe('the start of a command', () => {
  it('loads what it needs before its first request, and no more', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 1);
    const ofAll = new Set(await loadedBy(rig, ['--input-type=module', '--eval', OF_ALL]));
    const bounds: readonly (readonly [most: number, ...args: string[]])[] = [
      [50, 'sync', '--help'],
      [150, 'counts', urlOf(0), ...FILE],
      [255, 'sync', '-o', rig.org.username, ...FILE],
      [160, 'report', '--list'],
    ];
    for (const [most, ...args] of bounds) {
      const more = (await loadedBy(rig, [BYLINE_PROGRAM.at(-1)!, 'byline', ...args])).filter((url) => !ofAll.has(url));
      expect(more.length, `byline ${args.join(' ')} loads:\n${more.join('\n')}`).to.be.within(1, most);
    }
  });
});
