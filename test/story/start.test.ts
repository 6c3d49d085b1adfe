import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { insertArticles, urlOf } from '../rig/articles.ts';
import { BYLINE_PROGRAM, Rig, root } from '../rig/rig.ts';

const HOOK = pathToFileURL(join(root, 'test/rig/loaded-modules.js')).href;
const FILE = ['--config-file', 'byline.json'];

/** The modules a command loads before it opens its first socket, without those that all commands of the CLI load. */
async function loadedBy(rig: Rig, args: readonly string[]): Promise<string[]> {
  const file = join(rig.home, 'modules.json');
  rig.env['MODULES_FILE'] = file;
  const [node, ...program] = BYLINE_PROGRAM;
  await rig.exec(node, ['--import', HOOK, ...program, 'byline', ...args]);
  return JSON.parse(await readFile(file, 'utf8')) as string[];
}

describe('the start of a command', () => {
  it('loads what it needs before its first request, and no more', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 1);
    const bounds: readonly (readonly [most: number, ...args: string[]])[] = [
      [50, 'sync', '--help'],
      [150, 'counts', urlOf(0), ...FILE],
      [255, 'sync', '-o', rig.org.username, ...FILE],
      [160, 'report', '--list'],
    ];
    for (const [most, ...args] of bounds) {
      const loaded = await loadedBy(rig, args);
      expect(loaded.length, `byline ${args.join(' ')} loads:\n${loaded.join('\n')}`).to.be.within(1, most);
    }
  });
});
