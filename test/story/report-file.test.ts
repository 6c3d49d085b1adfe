import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunResult } from '../../src/report/result.ts';
import { countsOf, insertArticles, wrongRecords } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';

const settings = ['--config-file', 'byline.json'];

describe('--report', () => {
  it('.csv of a preview: `sf data update bulk` loads it unchanged, and the org is as after a sync', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 25, { Likes__c: 3 });
    const dry = await rig.run('byline sync', ...settings, '--dry-run', '--report', 'preview.csv', '--json');
    expect(dry.code, dry.stdout).to.equal(0);
    expect(dry.json().result.files.report).to.equal('preview.csv');
    expect(rig.org.jobs()).to.deep.equal([]);

    const user = ['--target-org', rig.org.username];
    const load = await rig.sf(
      'data',
      'update',
      'bulk',
      '--sobject',
      'Byline__c',
      '--file',
      'preview.csv',
      '--wait',
      '5',
      ...user,
    );
    expect(load.code, load.stdout + load.stderr).to.equal(0);
    expect(wrongRecords(rig)).to.deep.equal([]);

    const sync = await rig.run('byline sync', ...settings, '--json');
    expect(sync.json().result).to.deep.include({ state: 'Completed', jobs: [] });
  });

  it('of a GitHub job goes to the end of its summary, as Markdown, and names no other file without extension', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 3);
    const summary = await rig.write('step_summary_1', 'Before.\n');
    expect((await rig.run('byline sync', ...settings, '--dry-run', '--report', summary, '--json')).code).to.equal(2);
    const given = ['--report', summary, '--report-format', 'csv'];
    expect((await rig.run('byline sync', ...settings, '--dry-run', ...given)).code).to.equal(0);
    expect(await readFile(summary, 'utf8')).to.match(/^Id,/);
    await rig.write('step_summary_1', 'Before.\n');
    rig.env['GITHUB_STEP_SUMMARY'] = summary;
    const dry = await rig.run('byline sync', ...settings, '--dry-run', '--report', summary, '--json');
    expect(dry.code, dry.stdout).to.equal(0);
    expect(await readFile(summary, 'utf8')).to.match(/^Before\.\n#+ /);
  });

  it('.csv of an undo clears with #N/A what was empty before', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const [id] = insertArticles(rig, 3, { Likes__c: 3 });
    const sync = await rig.run('byline sync', ...settings, '--json');
    expect(sync.code).to.equal(0);
    const undone = ['--use-most-recent', '--no-prompt', '--report', 'undo.csv', '--json'];
    const undo = await rig.runAlone('byline undo', undone);
    expect(undo.code, undo.stdout).to.equal(0);
    expect(undo.json().result.files.report).to.equal('undo.csv');
    const [header, first] = (await readFile(join(rig.home, 'undo.csv'), 'utf8')).split('\n');
    expect([header, first]).to.deep.equal(['Id,Tweets__c,Likes__c,LinkedIn_Shares__c', `${id},#N/A,3,#N/A`]);
    expect(countsOf(rig.org.table('Byline__c').get(id!)!)).to.deep.equal({
      Tweets__c: null,
      Likes__c: 3,
      LinkedIn_Shares__c: null,
    });
  });

  it('.json and .html of an outcome hold all changes and failures, .md the largest', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ids = insertArticles(rig, 230);
    rig.org.refuseRows({
      ids: ids.slice(5, 8),
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'No <b>way</b>',
    });
    const sync = await rig.run('byline sync', ...settings, '--report', 'outcome.json', '--json');
    expect(sync.code).to.equal(68);
    const { result } = sync.json();
    expect(result.changes).to.have.length(200);
    const whole = JSON.parse(await readFile(join(rig.home, 'outcome.json'), 'utf8')) as RunResult;
    expect(whole.changes.map((change) => change.id)).to.deep.equal(ids.toSpliced(5, 3));
    expect({ ...whole, changes: whole.changes.slice(0, 200) }).to.deep.equal(result);

    for (const name of ['outcome.html', 'outcome.md']) {
      const ended = await rig.runAlone('byline report', ['--use-most-recent', '--report', name]);
      expect(ended.code, ended.stderr).to.equal(68);
      const text = await readFile(join(rig.home, name), 'utf8');
      expect(text)
        .to.include('FIELD_CUSTOM_VALIDATION_EXCEPTION')
        .and.to.include(result.jobs[0]!.url.replaceAll('&', '&amp;'));
      expect(text).to.include(name.endsWith('.md') ? '`No <b>way</b>`' : 'No &lt;b&gt;way&lt;/b&gt;');
      expect(text).not.to.include(rig.home);
    }
    expect(await readFile(join(rig.home, 'outcome.html'), 'utf8')).to.include(ids.at(-1));
  });

  it('names articles by their label and author everywhere, one a row, and lets no text of theirs command a log', async () => {
    await using rig = await Rig.start();
    await rig.settings(undefined, { authorField: 'Author__c' });
    const ids = insertArticles(rig, 3);
    const table = rig.org.table('Byline__c');
    table.update(ids[0]!, { Name: '\n::add-mask::x', Author__c: 'Ada' });
    table.update(ids[1]!, { Name: 'Ten triggers', Author__c: '\u001b]0;t\u0007Ben' });
    const shown = await rig.run('byline sync', ...settings, '--report', 'r.html', '-d', 'out');
    expect(shown.code, shown.stderr).to.equal(0);
    const inMarkdown = await rig.runAlone('byline report', ['--use-most-recent', '--report', 'r.md']);
    expect(inMarkdown.code, inMarkdown.stderr).to.equal(0);
    const files = await rig.files();
    const results = [...files].find(([path]) => path.endsWith('-success.csv'))![1];
    const html = files.get('r.html')!;
    const texts = { terminal: shown.stdout, html, markdown: files.get('r.md')!, results };
    for (const [view, text] of Object.entries(texts)) {
      for (const name of ['Ten triggers', 'Ada', 'Ben', 'Article 2']) expect(text, view).to.include(name);
      expect(text.match(/Ten triggers/g), view).to.have.length(view === 'html' ? 2 : 1);
      expect(text, view).not.to.match(/^\s*::/m);
      expect(text, view).not.to.include('\u001b]');
    }
    const url = table.get(ids[1]!)!['Published_URL__c'] as string;
    expect(html).to.include(`<a href="${url.replaceAll('&', '&amp;')}" rel="noopener noreferrer">Ten triggers</a>`);
    expect(html).to.match(/<th scope="rowgroup" class="text">Ada \(1\)<\/th>/);
    expect(html.indexOf('Ten triggers')).to.be.below(html.indexOf('id="records"'));
    expect(results.split('\r\n')[0]).to.match(/^id,url,label,author,Tweets__c before,Tweets__c after,/);
  });

  for (const [what, name, error, code] of [
    ['of no kind there is', 'report.xlsx', 'ReportKindUnknownError', 2],
    ['in a folder that is not there', 'nowhere/report.html', 'ReportNotSavedError', 1],
  ] as const) {
    it(`a file ${what} is refused before anything is sent`, async () => {
      await using rig = await Rig.start();
      await rig.settings();
      insertArticles(rig, 3);
      const ended = await rig.run('byline sync', ...settings, '--report', name, '--json');
      expect(ended.code).to.equal(code);
      expect(ended.json()).to.include({ name: error }).and.to.have.property('message').that.includes(name);
      expect([rig.org.log.entries, rig.services.asked('twitter')]).to.deep.equal([[], []]);
    });
  }
});
