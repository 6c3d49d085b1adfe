import { join } from 'node:path';
import { expect } from 'chai';
import type { RunResult } from '../../src/report/result.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { Rig, root } from '../rig/rig.ts';

// In this process; `install.test.ts` and `doctor.test.ts` start the CLI as one of its own.
describe('the sf CLI', () => {
  it('syncs an org logged in to by access token, resumes, reports and undoes, with this plugin linked', async () => {
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

    /** Runs a command that must end well, with no warning but one of what it leaves. */
    const run = async (command: string, ...flags: string[]): Promise<RunResult> => {
      const ended = await rig.sf('byline', command, ...flags, '--json');
      expect(ended.code, ended.stdout).to.equal(0);
      const { status, result, warnings } = ended.json();
      expect(status).to.equal(0);
      const offers = result.jobs.map(({ id }) => `"sf byline resume --job-id ${id}"`);
      expect(warnings).to.have.length(flags.includes('--async') ? 1 : 0);
      for (const warning of warnings) expect(warning).to.include(offers[0]);
      return result;
    };
    const left = await run('sync', '-o', 'magazine', '--config-file', 'byline.json', '--async');
    expect(left).to.deep.include({ state: 'InProgress', dryRun: false });
    const result = await run('resume', '--use-most-recent');
    expect(wrongRecords(rig)).to.deep.equal([]);
    expect(result).to.deep.include({ state: 'Completed', dryRun: false, runId: left.runId });
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

    const reported = await run('report', '--use-most-recent');
    expect(reported).to.deep.include({ runId: left.runId, state: 'Completed', records: result.records });
    const undone = await run('undo', '--use-most-recent', '--no-prompt');
    expect(undone.records).to.include({ changed: ids.length, updated: ids.length });
    const held = rig.org.table('Byline__c').all();
    expect(held.filter(({ Tweets__c, Likes__c }) => Tweets__c !== 7 || Likes__c !== null)).to.deep.equal([]);
  }).timeout(60_000);
});
