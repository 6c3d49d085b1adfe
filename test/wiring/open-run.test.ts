import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { OpenRun } from '../../src/wiring/open-run.ts';
import { errorOf, inFolder } from '../journal/folder.ts';
import { ORG, SETTINGS } from '../model/facts.ts';
import { realClock } from '../../src/wiring/clock.ts';

describe('a run that cannot be begun', () => {
  it(
    'leaves no lock behind',
    inFolder(async (folder) => {
      const world = { folder, requests: () => 0, observe: () => undefined, clock: realClock };
      // JSON has no such value, so that the plan cannot be written.
      const settings = { ...SETTINGS, sobject: 1n as never };
      const begun = OpenRun.create(world, { command: 'sync', org: ORG, apiVersion: '64.0', settings });
      expect(await errorOf(begun)).to.match(/^RunFolderUnwritableError/);
      expect((await readdir(folder)).filter((name) => name.endsWith('.lock'))).to.deep.equal([]);
    }),
  );
});
