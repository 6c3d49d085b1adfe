import { expect } from 'chai';
import { insertArticles } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';

describe('a preview for a user who may not see the limits of the org', () => {
  it('is still shown, with the API usage from the response headers', async () => {
    await using rig = await Rig.start();
    const settings = await rig.settings();
    insertArticles(rig, 5);
    const body = JSON.stringify([{ errorCode: 'INSUFFICIENT_ACCESS', message: 'View Setup and Configuration' }]);
    rig.org.faults.tell('limits', { fault: 'status', status: 403, body });
    const ended = await rig.run('byline sync', '--config-file', settings, '--dry-run');
    expect(ended.code).to.equal(0);
    expect(ended.stdout).to.match(/of 15,000 are left/);
  });
});
