import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { CountsResult } from '../../src/report/counts-result.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';
import { answering, CorporateProxy, inFrontOf } from './corporate-proxy.ts';

const [ORG, STATS] = ['byline.my.company.example', 'stats.company.example'];
const READS = { type: 'json', url: `https://${STATS}/reads?u={url}`, value: '/total' };
const ARTICLE = 'https://magazine.example.com/2014/1';

describe('commands in a company network', () => {
  let rig: Rig;
  let company: CorporateProxy;

  before(async () => {
    rig = await Rig.start();
    company = await CorporateProxy.open({ [ORG]: inFrontOf(rig.org.url), [STATS]: answering({ total: 7 }) });
    await moveOrg(rig, `https://${ORG}`);
    await rig.settings();
    // The same for all, so that one process runs them.
    rig.env = {
      ...rig.env,
      HTTPS_PROXY: company.proxyUrl,
      HTTP_PROXY: company.proxyUrl,
      NO_PROXY: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: await rig.write('company.pem', company.certificate),
    };
  });
  beforeEach(() => {
    company.asked.length = company.served.length = 0;
    rig.org.log.clear();
  });
  after(() => Promise.all([rig[Symbol.asyncDispose](), company[Symbol.asyncDispose]()]));

  it('counts asks a service through the proxy, and trusts the certificates of NODE_EXTRA_CA_CERTS', async () => {
    await rig.write('reads.json', { fields: { reads: 'Reads__c' }, services: { reads: READS } });
    const ended = await rig.runAlone('byline counts', [ARTICLE, '--config-file', 'reads.json', '--json']);
    expect(ended.code, ended.stdout).to.equal(0);
    expect(ended.json<CountsResult>().result.counts[0]!.services['reads']).to.include({ state: 'ok', count: 7 });
    expect(company.served).to.deep.equal([`${STATS}/reads?u=${encodeURIComponent(ARTICLE)}`]);
  });

  it('sync reaches the org through the proxy, and services that NO_PROXY lists directly', async () => {
    insertArticles(rig, 30);
    const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    expect(ended.json().result.records).to.include({ changed: 30, updated: 30 });
    expect(wrongRecords(rig)).to.deep.equal([]);
    expect([...new Set(company.asked)]).to.deep.equal([`CONNECT ${ORG}:443`]);
    expect(company.served).to.have.length(rig.org.log.count());
    expect(ended.json().result.apiRequests.used).to.equal(rig.org.log.count());
    expect(ended.stdout).to.include(`https://${ORG}/lightning`);
  });

  it('a session that has expired is refreshed through the proxy too', async () => {
    insertArticles(rig, 3);
    rig.org.expireSession();
    const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    expect(wrongRecords(rig)).to.deep.equal([]);
    expect(company.served).to.include(`${ORG}/services/oauth2/token`).and.have.length(rig.org.log.count());
  });
});

/** As if the user had logged in to the org under another address. */
async function moveOrg(rig: Rig, instanceUrl: string): Promise<void> {
  const folder = join(rig.home, '.sfdx');
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const content = await readFile(path, 'utf8').catch(() => '');
    if (content.includes(rig.org.url)) await writeFile(path, content.replaceAll(rig.org.url, instanceUrl));
  }
}
