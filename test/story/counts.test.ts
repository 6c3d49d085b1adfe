import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CountsResult } from '../../src/report/counts-result.ts';
import { AWKWARD, insertArticles, urlOf } from '../rig/articles.ts';
import { POST_FIELDS, Rig } from '../rig/rig.ts';

const SERVICES = Object.keys(POST_FIELDS);
const FILE = ['--config-file', 'byline.json'];

describe('counts', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
    await rig.settings();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  it('of URLs given as arguments: asks each service for each URL once, and no org', async () => {
    const urls = AWKWARD.map((_, index) => urlOf(index));
    const ended = await rig.runAlone('byline counts', [...urls, urls[0]!, ...FILE, '--json']);
    expect(ended.code, ended.stderr).to.equal(0);
    expect(ended.stderr).to.equal('');
    const { status, result } = ended.json<CountsResult>();
    expect(status).to.equal(0);
    const expected = urls.map((url) => ({
      url,
      ids: [],
      services: Object.fromEntries(
        SERVICES.map((name) => [name, { state: 'ok', count: rig.services.count(name, url) }]),
      ),
    }));
    expect(result.counts).to.deep.equal(expected);
    for (const [name, field] of Object.entries(POST_FIELDS)) {
      expect(rig.services.asked(name).toSorted(), name).to.deep.equal(urls.toSorted());
      expect(result.services[name]).to.deep.include({
        field,
        ok: urls.length,
        failed: 0,
        skipped: 0,
        state: 'ok',
        reason: null,
      });
    }
    expect(rig.org.log.count()).to.equal(0);
  });

  it('of a file: accepts any line endings, a byte-order mark and empty lines', async () => {
    const [first, second, third] = [urlOf(1), urlOf(7), urlOf(9)];
    await rig.write('urls.txt', `\uFEFF${first}\r\n\r\n  ${second}  \n\n${third}`);
    const ended = await rig.runAlone('byline counts', ['--file', 'urls.txt', ...FILE, '--json']);
    expect(ended.code, ended.stderr).to.equal(0);
    expect(ended.json<CountsResult>().result.counts.map(({ url }) => url)).to.deep.equal([first, second, third]);
    expect(rig.org.log.count()).to.equal(0);
  });

  it('of a file in UTF-16, as PowerShell writes it', async () => {
    const urls = [urlOf(1), 'https://example.com/ä', urlOf(9)];
    await writeFile(join(rig.home, 'urls.txt'), `\uFEFF${urls.join('\r\n')}\r\n`, 'utf16le');
    const ended = await rig.runAlone('byline counts', ['--file', 'urls.txt', ...FILE, '--json']);
    expect(ended.code, ended.stderr).to.equal(0);
    expect(ended.json<CountsResult>().result.counts.map(({ url }) => url)).to.deep.equal(urls);
  });

  it('of standard input, for a reader that closes the pipe early: ends silently', async () => {
    const endpoint = rig.services.endpoint('hatena');
    await rig.write('byline.json', { services: { hatena: { endpoint } } });
    const input = Array.from({ length: 5000 }, (_, index) => `https://example.com/articles/${index}`).join('\n');
    const running = rig.startAlone('byline counts', ['--file', '-', ...FILE, '-r', 'csv'], input);
    running.process.stdout?.once('data', () => running.process.stdout?.destroy());
    const { code, stdout, stderr } = await running.ended;
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout.length).to.be.within(1, 150_000);
    expect(stdout).to.match(/^url,ids,hatena,hatena reason\r?\nhttps:\/\/example\.com\/articles\/0,,\d+,\r?\n/);
  });

  it('of a file without a URL: says so', async () => {
    await rig.write('urls.txt', '\r\n\r\n');
    const ended = await rig.runAlone('byline counts', ['--file', 'urls.txt', ...FILE]);
    expect([ended.code, ended.stdout, ended.stderr]).to.deep.equal([0, 'There are no URLs to count.\n', '']);
  });

  it('of a file, asked of one service, as CSV', async () => {
    const [plain, quoted, comma] = [urlOf(0), urlOf(3), urlOf(6)];
    await rig.write('urls.txt', [plain, quoted, comma, 'http://localhost/draft'].join('\n'));
    const args = ['--file', 'urls.txt', ...FILE, '--service', 'facebook', '-r', 'csv'];
    const ended = await rig.runAlone('byline counts', args);
    expect(ended.code, ended.stderr).to.equal(0);
    const count = (url: string): string => String(rig.services.count('facebook', url));
    expect(ended.stdout.split(/\r?\n/)).to.deep.equal([
      'url,ids,facebook,facebook reason',
      `${plain},,${count(plain)},`,
      `"${quoted.replaceAll('"', '""')}",,${count(quoted)},`,
      `"${comma}",,${count(comma)},`,
      'http://localhost/draft,,,skipped: not public: localhost',
      '',
    ]);
    expect(rig.services.log.count('twitter') + rig.services.log.count('linkedin')).to.equal(0);
  });

  it('of the records of an org: a URL stands once, with the ids of all that hold it, and nothing is written', async () => {
    const ids = insertArticles(rig, 6);
    const [twin] = rig.org
      .table('Byline__c')
      .insert([{ Name: 'Twin', Published_URL__c: urlOf(2) }, { Name: 'No URL' }]);
    const before = structuredClone(rig.org.table('Byline__c').all());
    const ended = await rig.run('byline counts', ...FILE, '-r', 'json');
    expect(ended.code, ended.stderr).to.equal(0);
    const { counts } = JSON.parse(ended.stdout) as CountsResult;
    expect(counts.map(({ url, ids: holders }) => [url, holders])).to.deep.equal(
      ids.map((id, index) => [urlOf(index), index === 2 ? [id, twin] : [id]]),
    );
    expect(rig.services.asked('twitter')).to.have.length(6);
    expect(rig.org.table('Byline__c').all()).to.deep.equal(before);
    expect(rig.org.jobs()).to.deep.equal([]);
    expect(await rig.runIds()).to.deep.equal([]);
  });

  it('of the records of an org: names articles by their labels beside the URL, in the table and in CSV, not in JSON', async () => {
    insertArticles(rig, 2);
    rig.org.table('Byline__c').insert([{ Name: 'A "twin"', Published_URL__c: urlOf(1) }]);
    const table = await rig.run('byline counts', ...FILE, '--service', 'twitter');
    expect(table.code, table.stderr).to.equal(0);
    expect(table.stdout).to.match(/│ URL +│ Article +│ +twitter │/);
    expect(table.stdout).to.match(/│ magazine\S+ +│ Article 0 +│/);
    expect(table.stdout).to.match(/│ magazine\S+ +│ Article 1; A "twin" +│/);
    const csv = await rig.run('byline counts', ...FILE, '--service', 'twitter', '-r', 'csv');
    const [header, first, second] = csv.stdout.split(/\r?\n/);
    expect(header).to.equal('url,ids,label,twitter,twitter reason');
    expect(first).to.match(/,Article 0,\d+,$/);
    expect(second).to.match(/,"Article 1; A ""twin""",\d+,$/);
    const json = await rig.run('byline counts', ...FILE, '--service', 'twitter', '--json');
    expect(json.json<CountsResult>().result.counts[0]).to.have.all.keys('url', 'ids', 'services');
    await rig.settings(POST_FIELDS, { labelField: 'Tweets__c' });
    const wrong = await rig.run('byline counts', ...FILE);
    expect([wrong.code, wrong.stdout]).to.deep.equal([1, '']);
    expect(wrong.stderr).to.include('Tweets__c').and.to.include('labelField');
  });

  it('as a table; an unavailable count is named with its reason, exit 68', async () => {
    rig.services.setFault('linkedin', 'negative');
    const ended = await rig.runAlone('byline counts', [urlOf(0), urlOf(1), ...FILE]);
    expect(ended.code).to.equal(68);
    const counts = ['twitter', 'facebook'].map((name) => rig.services.count(name, urlOf(0)).toLocaleString('en-US'));
    expect(ended.stdout).to.match(new RegExp(`│ magazine.* │ +${counts.join(' │ +')} │ +failed │`));
    expect(ended.stdout).to.match(/^linkedin failed: .* \(2 URLs\)$/m);
  });

  it('with --json, an unavailable count is exit 68 too, and has a reason instead of a number', async () => {
    rig.services.setFault('linkedin', 'no-number');
    const ended = await rig.runAlone('byline counts', [urlOf(0), ...FILE, '--json']);
    expect(ended.code).to.equal(68);
    const { status, result } = ended.json<CountsResult>();
    expect(status).to.equal(68);
    expect(result.counts[0]?.services['linkedin']).to.have.keys('state', 'reason');
    expect(result.counts[0]?.services['linkedin']?.state).to.equal('failed');
    expect(result.counts[0]?.services['twitter']).to.deep.equal({
      state: 'ok',
      count: rig.services.count('twitter', urlOf(0)),
    });
  });

  it('a budget that is spent leaves URLs without a count: exit 68, and it says which and how many', async () => {
    const endpoint = rig.services.endpoint('twitter');
    await rig.write('byline.json', { services: { twitter: { endpoint, maxRequests: 2 } } });
    const urls = [0, 1, 2, 3, 4].map(urlOf);
    const ended = await rig.runAlone('byline counts', [...urls, ...FILE, '--json']);
    expect(ended.code, ended.stdout).to.equal(68);
    const { result, warnings } = ended.json<CountsResult>();
    const reason = 'budget of 2 requests spent';
    const twitter = { requests: 2, ok: 2, failed: 0, skipped: 3, state: 'stopped' };
    expect(result.services['twitter']).to.deep.include({ ...twitter, reason: `${reason}; 3 URLs not asked` });
    expect(result.counts.filter(({ services }) => services['twitter']?.state === 'skipped')).to.have.length(3);
    expect(warnings).to.deep.equal([`twitter: not asked any more: ${reason}`]);
  });

  it('an hourly budget holds for all commands together', async () => {
    const endpoint = rig.services.endpoint('hatena');
    await rig.write('byline.json', { services: { hatena: { endpoint, maxUrlsPerHour: 5 } } });
    const urls = [0, 1, 2, 4, 5, 6, 7].map(urlOf);
    expect((await rig.runAlone('byline counts', [...urls.slice(0, 3), ...FILE, '--json'])).code).to.equal(0);
    const ended = await rig.runAlone('byline counts', [...urls.slice(3), ...FILE, '--json']);
    expect(ended.code, ended.stdout).to.equal(68);
    expect(ended.json<CountsResult>().result.services['hatena']).to.deep.include({
      ok: 2,
      skipped: 2,
      state: 'stopped',
    });
    expect(rig.services.asked('hatena')).to.deep.equal(urls.slice(0, 5));
  });

  it('of nothing: one line that says what can be given, exit 1', async () => {
    const ended = await rig.runAlone('byline counts', FILE);
    expect(ended.code).to.equal(1);
    expect(ended.stderr).to.include('Nothing to count: there is no URL, no file, and no default org.');
    expect(ended.stderr).to.include('--target-org');
  });

  it('takes URLs before and after flags that can be specified multiple times', async () => {
    const [first, second] = [urlOf(1), urlOf(2)];
    const services = ['--service', 'twitter', '--service', 'facebook', '--field', 'facebook=Reads__c'];
    const ended = await rig.runAlone('byline counts', [first, ...FILE, '--json', ...services, second]);
    expect(ended.code, ended.stdout).to.equal(0);
    const { counts, services: asked } = ended.json<CountsResult>().result;
    expect(counts.map(({ url }) => url)).to.deep.equal([first, second]);
    expect(Object.entries(asked).map(([name, { field }]) => [name, field])).to.deep.equal([
      ['twitter', 'Tweets__c'],
      ['facebook', 'Reads__c'],
    ]);
  });

  it('of a missing file (exit 1), or of an unknown service (exit 2): one line, no request', async () => {
    const missing = await rig.runAlone('byline counts', ['--file', 'nope.txt', ...FILE]);
    expect(missing.code).to.equal(1);
    expect(missing.stderr).to.include('The file of URLs nope.txt cannot be read: ENOENT.');
    const unknown = await rig.runAlone('byline counts', [urlOf(0), ...FILE, '--service', 'myspace']);
    expect(unknown.code).to.equal(2);
    expect(unknown.stderr).to.include('There is no service "myspace".');
    expect(rig.services.log.count()).to.equal(0);
  });

  it('of URLs, with a flag for records: one line, exit 2, no request', async () => {
    const ended = await rig.runAlone('byline counts', [urlOf(0), ...FILE, '--limit', '3']);
    expect(ended.code).to.equal(2);
    expect(ended.stderr).to.include('--limit applies to the records of an org');
    expect(rig.services.log.count()).to.equal(0);
  });
});
