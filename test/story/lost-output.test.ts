import { expect } from 'chai';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { BYLINE_PROGRAM, type Ended, Rig } from '../rig/rig.ts';

const FIELDS = { twitter: 'Tweets__c' };

/**
 * Runs a sync, with a progress line whenever one can be, in a shell. Its standard output is a full device, and the reader of
 * its standard error goes away after a line. That of standard output is shown with `counts`.
 */
function sync(rig: Rig): Promise<Ended> {
  rig.env = { ...rig.env, SF_CI_UPDATE_FREQUENCY_MS: '1' };
  const args = [...BYLINE_PROGRAM, 'byline', 'sync', '-o', rig.org.username, '--config-file', 'byline.json', '--all'];
  const script = '"$@" 2>&1 > /dev/full | head -n 1 > /dev/null; echo "exit ${PIPESTATUS[0]}"';
  return rig.exec('bash', ['-c', script, 'bash', ...args]);
}

describe("sync, whose output can't be written", () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('on a full device, and with a reader that goes away: it still completes, exit 0', async () => {
    await using rig = await Rig.start();
    await rig.settings(FIELDS);
    insertArticles(rig, 30);
    const ended = await sync(rig);
    expect(ended.stdout + ended.stderr).to.equal('exit 0\n');
    expect(wrongRecords(rig, FIELDS)).to.deep.equal([]);
    expect(rig.org.jobs().map(({ state }) => state)).to.deep.equal(['Closed']);
    expect((await rig.journal()).at(-1)).to.include({ fact: 'ended', state: 'Completed' });
  });
});
