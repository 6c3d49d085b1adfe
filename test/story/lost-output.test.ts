import { expect } from 'chai';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { BYLINE_PROGRAM, type Ended, Rig } from '../rig/rig.ts';

const FIELDS = { twitter: 'Tweets__c' };

/** Runs a sync, with a progress line whenever one can be, in a shell that does with its output what `redirect` says. */
function sync(rig: Rig, redirect: string): Promise<Ended> {
  rig.env = { ...rig.env, SF_CI_UPDATE_FREQUENCY_MS: '1' };
  const args = [...BYLINE_PROGRAM, 'byline', 'sync', '-o', rig.org.username, '--config-file', 'byline.json', '--all'];
  const script = `"$@" ${redirect}; echo "exit \${PIPESTATUS[0]}" >&3`;
  return rig.exec('bash', ['-c', `exec 3>&1; { ${script}; }`, 'bash', ...args]);
}

describe("sync, whose output can't be written", () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  for (const [name, redirect] of [
    ['on a full device', '> /dev/full 2> /dev/full'],
    ['with a reader that goes away', '2>&1 | head -n 1 > /dev/null'],
  ] as const) {
    it(`${name}: it still completes, exit 0`, async () => {
      await using rig = await Rig.start();
      await rig.settings(FIELDS);
      insertArticles(rig, 30);
      const ended = await sync(rig, redirect);
      expect(ended.stdout + ended.stderr).to.equal('exit 0\n');
      expect(wrongRecords(rig, FIELDS)).to.deep.equal([]);
      expect(rig.org.jobs().map(({ state }) => state)).to.deep.equal(['Closed']);
      expect((await rig.journal()).at(-1)).to.include({ fact: 'ended', state: 'Completed' });
    });
  }
});
