import { expect } from 'chai';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../src/journal/make-folder.ts';
import { prepareFolder } from '../../src/journal/runs.ts';
import { prepareOutputDir } from '../../src/runs/result-files.ts';
import { inFolder } from './folder.ts';

describe('a folder', () => {
  it(
    'is made with those above it, with its mode, and may be there already',
    inFolder(async (folder) => {
      const path = join(folder, 'a', 'b');
      makeFolder(path, 0o700);
      makeFolder(path);
      for (const made of [path, join(folder, 'a')]) expect((await stat(made)).mode & 0o777).to.equal(0o700);
    }),
  );

  it(
    'is not made where a file is in the way',
    inFolder(async (folder) => {
      const file = join(folder, 'file');
      await writeFile(file, '');
      for (const path of [file, join(file, 'a'), join(file, 'a', 'b')]) {
        expect(() => makeFolder(path), path).to.throw(/EEXIST/);
      }
    }),
  );

  it('is refused at once where a file system says that the folder above is missing, which it is not', async function () {
    if (process.platform !== 'linux') this.skip();
    const failed = (error: Error): string => error.message;
    expect(await prepareFolder('/proc/x/runs', 0).catch(failed)).to.match(/^ENOENT/);
    expect(await prepareOutputDir('/proc/x').catch(failed)).to.match(
      /^The result files cannot be written in \/proc\/x: ENOENT/,
    );
  });
});
