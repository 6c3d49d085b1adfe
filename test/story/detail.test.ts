import { expect } from 'chai';
import { insertArticles, urlOf } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';

const RUN = ['--use-most-recent'];

describe('how much a run shows', () => {
  it('--verbose: every changed, refused and skipped record; --concise: what failed and the outcome; neither changes the JSON', async () => {
    await using rig = await Rig.start();
    await rig.settings({ twitter: 'Tweets__c', reads: 'Reads__c' });
    const ids = insertArticles(rig, 15);
    for (const index of ids.keys()) rig.services.set('twitter', urlOf(index), 100 + index);
    const [noUrl, uncounted] = rig.org.table('Byline__c').insert([
      { Name: 'No page', Published_URL__c: 'not a page' },
      { Name: 'No count', Published_URL__c: 'https://magazine.example.com/no-count' },
    ]);
    rig.services.odd('reads', 'https://magazine.example.com/no-count', 'missing');
    rig.org.refuseRows({ ids: [ids[3]!], statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Frozen.' });

    const { code, stdout } = await rig.run('byline sync', '--config-file', 'byline.json', '--verbose');
    expect(code).to.equal(68);
    expect(stdout).to.match(/What changed\n/);
    for (const index of ids.keys()) if (index !== 3) expect(stdout).to.contain(`${100 + index} (new)`);
    const [, rows = '', leftOut = ''] = stdout.split(/^(?=Rows not updated, one by one$|Skipped records)/m);
    expect(rows).to.contain(ids[3]).and.to.contain('FIELD_CUSTOM_VALIDATION_EXCEPTION').and.to.contain('Frozen.');
    expect(leftOut).to.contain(noUrl).and.to.contain(uncounted).and.to.contain('failed:');
    expect(stdout).to.contain(`\nRun: ${(await rig.runIds())[0]}\nJournal: ${rig.runs}`);

    const brief = await rig.runAlone('byline report', [...RUN, '--concise']);
    expect(brief.stdout).not.to.match(/[│┌]|What changed|Services/);
    expect(brief.stdout).to.contain(
      `FIELD_CUSTOM_VALIDATION_EXCEPTION: 1 row, such as ${ids[3]}\n  The org says: Frozen.\n`,
    );
    expect(brief.stdout).to.contain('Rows: 15 updated, 1 failed, 0 unprocessed.\nState: CompletedWithFailures\n');
    const later = await rig.runAlone('byline report', [...RUN, '--verbose']);
    expect(later.stdout).to.contain('Rows not updated, one by one').and.to.contain('114 (new)');
    expect(later.stdout).to.contain('Skipped records are listed only by the command that reads them.');
    const plain = await rig.runAlone('byline report', [...RUN, '--json']);
    const concise = await rig.runAlone('byline report', [...RUN, '--json', '--concise']);
    expect(concise.stdout).to.equal(plain.stdout);
    const undone = await rig.runAlone('byline undo', [...RUN, '--no-prompt', '--concise']);
    expect(undone.stderr).to.match(/^The newest run that can be undone is \S+ \(sync\)\.\n$/);
    expect(undone.stdout).to.match(/^Job 750\w{15}\nhttp\S+\nRecords: 15 read, /);
  });
});
