import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ReportFiles } from '../../src/journal/report-files.ts';
import { inFolder } from './folder.ts';

describe('the reports a run has read', () => {
  const header = { readAt: 7 };
  const keep = (folder: string): ReportFiles => {
    const files = new ReportFiles(join(folder, 'run.report-'));
    files.keepReport('ga4 x', header, [Uint32Array.of(1, 2), Uint32Array.of(3)]);
    return files;
  };

  /** Writes the only file anew, its digest right. */
  async function rewrite(folder: string, edit: (line: string) => string): Promise<void> {
    const path = join(folder, (await readdir(folder))[0]!);
    const kept = (await readFile(path)).subarray(0, -32);
    const end = kept.indexOf(0x0a);
    const content = Buffer.concat([Buffer.from(edit(kept.toString('utf8', 0, end))), kept.subarray(end)]);
    await writeFile(path, Buffer.concat([content, createHash('sha256').update(content).digest()]));
  }

  it(
    'are there again, under their own key',
    inFolder(async (folder) => {
      const files = keep(folder);
      expect(files.report('ga4 x')).to.deep.equal({ header, entries: Uint32Array.of(1, 2, 3) });
      expect(files.report('ga4 y')).to.equal(undefined);
      await rewrite(folder, (line) => line);
      expect(files.report('ga4 x')).to.deep.equal({ header, entries: Uint32Array.of(1, 2, 3) });
      files.remove();
      expect(await readdir(folder)).to.deep.equal([]);
    }),
  );

  for (const [what, from, to] of [
    ['of another version', '"version":1', '"version":2'],
    ['without a version', '"version":1,', ''],
    ['of another report', '"key":"ga4 x"', '"key":"ga4 z"'],
  ] as const) {
    it(
      `${what}: read anew`,
      inFolder(async (folder) => {
        const files = keep(folder);
        await rewrite(folder, (line) => line.replace(from, to));
        expect(files.report('ga4 x')).to.equal(undefined);
      }),
    );
  }

  it(
    'are not believed where a bit is another',
    inFolder(async (folder) => {
      const files = keep(folder);
      const path = join(folder, (await readdir(folder))[0]!);
      const bytes = await readFile(path);
      bytes[bytes.length - 40]! ^= 1;
      await writeFile(path, bytes);
      expect(files.report('ga4 x')).to.equal(undefined);
    }),
  );
});
