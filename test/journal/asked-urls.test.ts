import { expect } from 'chai';
import { appendFile, chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AskedUrls } from '../../src/journal/asked-urls.ts';
import { inFolder } from './folder.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-23T15:10:00Z');

/** The files of this folder, opened at minutes from now. */
const openAt = (folder: string, minutes: number): AskedUrls =>
  AskedUrls.open(join(folder, 'runs'), () => NOW + minutes * MINUTE);

describe('the URLs asked in the last hour', () => {
  it(
    'are those of all commands, by service, over the turn of the hour too',
    inFolder(async (folder) => {
      expect(openAt(folder, 0).inLastHour('facebook')).to.equal(0);
      openAt(folder, -61).note('facebook', 1000);
      openAt(folder, -59).note('facebook', 50);
      openAt(folder, -11).note('facebook', 7);
      openAt(folder, -1).note('facebook', 1);
      openAt(folder, -1).note('x', 3);
      const now = openAt(folder, 0);
      expect([now.inLastHour('facebook'), now.inLastHour('x'), now.inLastHour('hatena')]).to.deep.equal([58, 3, 0]);
      expect(openAt(folder, 30).inLastHour('facebook')).to.equal(8);
      expect(openAt(folder, 60).inLastHour('facebook')).to.equal(0);
    }),
  );

  it(
    'are kept for their owner only, in a file for each of the last two hours',
    inFolder(async (folder) => {
      for (const minutes of [-600, -70, -15, 0]) openAt(folder, minutes).note('x', 1);
      const asked = join(folder, 'asked');
      expect((await readdir(asked)).toSorted()).to.deep.equal(['20261123T14Z.jsonl', '20261123T15Z.jsonl']);
      if (process.platform === 'win32') return;
      expect((await stat(asked)).mode & 0o777).to.equal(0o700);
      expect((await stat(join(asked, '20261123T15Z.jsonl'))).mode & 0o777).to.equal(0o600);
    }),
  );

  it(
    'are counted around invalid lines, and without times in the future',
    inFolder(async (folder) => {
      openAt(folder, -2).note('x', 2);
      await appendFile(join(folder, 'asked', '20261123T15Z.jsonl'), '{"at":17\nnonsense\n');
      openAt(folder, -1).note('x', 3);
      openAt(folder, 5).note('x', 100);
      expect(openAt(folder, 0).inLastHour('x')).to.equal(5);
    }),
  );

  it(
    "are unknown if files can't be kept, which is not an error",
    inFolder(async (folder) => {
      await writeFile(join(folder, 'asked'), 'in the way');
      await chmod(join(folder, 'asked'), 0o400);
      const asked = openAt(folder, 0);
      asked.note('x', 5);
      expect(asked.inLastHour('x')).to.equal(0);
    }),
  );
});
