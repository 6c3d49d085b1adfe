import { expect } from 'chai';
import { KEY_FILE } from '../emulator/services/google.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { type Ended, Rig } from '../rig/rig.ts';

const FIELDS = { ga4: 'Reads__c', plausible: 'Tweets__c', matomo: 'Likes__c' };
const SERVICES = Object.keys(FIELDS);
const ARTICLES = 60;
/** Requests to all three, logins included, however many records there are. */
const MOST_REQUESTS = 12;
/** So many characters of a secret in a row are none of anybody's words. */
const WINDOW = 16;

describe('services that give a report', () => {
  it('a sync that is killed while it sends, and resumed: the counts are right, and no secret is left anywhere', async () => {
    await using rig = await Rig.start({ pageSize: 20 });
    await rig.settings(FIELDS);
    insertArticles(rig, ARTICLES);
    for (const row of rig.org.table('Byline__c').all()) {
      const url = String(row['Published_URL__c']);
      for (const name of SERVICES) rig.services.set(name, url, rig.services.count(name, url));
    }
    rig.org.faults.tell('add-batch', { fault: 'hang', done: true }, { skip: 1 });
    const running = rig.start('byline sync', '--config-file', 'byline.json', '--batch-size', '20', '--json');
    await Promise.race([rig.org.log.arrived('add-batch', 2), running.ended]);
    running.process.kill('SIGKILL');
    const killed = await running.ended;
    expect(killed.signal, killed.stderr).to.equal('SIGKILL');
    await expectNoSecret(rig, killed);
    rig.org.faults.clear();

    const resumed = await rig.run('byline resume', '--use-most-recent', '--json', '-d', 'out', '--report', 'run.html');
    expect(resumed.code, resumed.stdout + resumed.stderr).to.equal(0);
    await expectNoSecret(rig, resumed);
    expect(wrongRecords(rig, FIELDS)).to.deep.equal([]);
    const { result } = resumed.json();
    expect(result.records).to.include({ queried: ARTICLES, changed: ARTICLES, updated: ARTICLES, skipped: 0 });
    const table = rig.org.table('Byline__c');
    expect(table.all().filter(({ Id }) => table.writes(String(Id)).length !== 1)).to.deep.equal([]);
    for (const name of SERVICES) {
      expect(result.services[name], name).to.include({
        ok: ARTICLES,
        failed: 0,
        skipped: 0,
        state: 'ok',
        reason: null,
      });
    }
    const { log } = rig.services;
    expect(log.count('ga4-token')).to.be.at.least(1);
    const requests = [...SERVICES, 'ga4-token'].reduce((sum, kind) => sum + log.count(kind), 0);
    expect(requests).to.be.at.most(MOST_REQUESTS);
  });
});

/** Every part of key, signed login, token and other secrets that a file or the output has. */
async function expectNoSecret(rig: Rig, { stdout, stderr }: Ended): Promise<void> {
  const { private_key: key } = JSON.parse(KEY_FILE) as { private_key: string };
  const logins = rig.services.log
    .of('ga4-token')
    .map(({ body }) => new URLSearchParams(body.toString()).get('assertion'));
  const { BYLINE_PLAUSIBLE_KEY: plausible, BYLINE_MATOMO_TOKEN: matomo } = rig.services.env();
  const tokens = rig.services.log.of('ga4').map(({ headers }) => headers.authorization!.replace('Bearer ', ''));
  const secrets = [
    ...key.split('\n').slice(1, -2),
    ...logins.flatMap((login) => login!.split('.')),
    ...tokens,
    plausible!,
    matomo!,
  ];
  expect(Math.min(tokens.length, logins.length)).to.be.at.least(1);
  const windows = secrets.flatMap((secret) =>
    Array.from({ length: Math.max(1, secret.length - WINDOW + 1) }, (_, at) => secret.slice(at, at + WINDOW)),
  );
  const files = [...(await rig.files())].filter(([path]) => !/^(\.sfdx|\.sf)\//.test(path));
  expect(files.map(([path]) => path).join()).to.include('.plan.jsonl');
  for (const [where, text] of [['standard output', stdout], ['standard error', stderr], ...files] as const) {
    expect(
      windows.filter((part) => text.includes(part)),
      where,
    ).to.deep.equal([]);
  }
}
