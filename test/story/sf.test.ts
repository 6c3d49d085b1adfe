import { join } from 'node:path';
import { expect } from 'chai';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { Rig, root } from '../rig/rig.ts';

describe('the real sf', () => {
  it('syncs an org it is logged in to by access token, with this plugin linked', async () => {
    await using rig = await Rig.start({ login: 'none' });
    rig.env['SF_ACCESS_TOKEN'] = rig.org.accessToken();
    await rig.settings();
    const ids = insertArticles(rig, 120, { Tweets__c: 7 });

    const link = await rig.sf('plugins', 'link', root, '--no-install');
    expect(link.code, link.stderr).to.equal(0);
    const login = await rig.sf(
      'org',
      'login',
      'access-token',
      '-r',
      rig.org.url,
      '-a',
      'magazine',
      '--no-prompt',
      '--json',
    );
    expect(login.code, login.stdout).to.equal(0);
    delete rig.env['SF_ACCESS_TOKEN'];

    const sync = await rig.sf('byline', 'sync', '-o', 'magazine', '--config-file', 'byline.json', '--json');
    expect(sync.code, sync.stdout).to.equal(0);
    expect(wrongRecords(rig)).to.deep.equal([]);
    const { status, result, warnings } = sync.json();
    expect({ status, warnings }).to.deep.equal({ status: 0, warnings: [] });
    expect(result).to.deep.include({ state: 'Completed', dryRun: false });
    expect(result.records).to.include({ queried: ids.length, changed: ids.length, updated: ids.length });
    // The CLI saves the URL with a slash at its end, as it was typed; no request has it doubled.
    expect(result.org.instanceUrl).to.equal(rig.org.url);
    expect(result.files.journal).to.equal(join(rig.runs, `${result.runId}.jsonl`));
    const ours = rig.org.log.entries.filter(
      ({ request }) => request.headers['sforce-call-options'] === 'client=sf-plugin-byline',
    );
    expect(ours.map(({ kind }) => kind)).to.include.members([
      'describe',
      'query',
      'create-job',
      'add-batch',
      'close-job',
      'list-batches',
    ]);
    expect(ours.filter(({ request }) => request.rawUrl.startsWith('//'))).to.deep.equal([]);
  }).timeout(60_000);
});
