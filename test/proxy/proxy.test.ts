import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Asked, Outcomes } from './ask.ts';
import { answering, CorporateProxy } from './corporate-proxy.ts';

const ASK = join(import.meta.dirname, 'ask.ts');
const [STATS, OTHER] = ['stats.company.example', 'other.company.example'];

describe('requests through a proxy', () => {
  let company: CorporateProxy;
  let folder: string;
  /** Processes that trust the certificates of the company, and do not: Node reads them when it starts. */
  let trusting: ChildProcess;
  let distrusting: ChildProcess;
  before(async () => {
    company = await CorporateProxy.open({ [STATS]: answering({ total: 7 }), [OTHER]: answering({}) });
    folder = await mkdtemp(join(tmpdir(), 'byline-proxy-'));
    const file = join(folder, 'company.pem');
    await writeFile(file, company.certificate);
    [trusting, distrusting] = [{ NODE_EXTRA_CA_CERTS: file }, {}].map(start) as [ChildProcess, ChildProcess];
  });
  after(async () => {
    for (const child of [trusting, distrusting]) child.disconnect();
    await company[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    company.refusal = undefined;
    for (const list of [company.asked, company.credentials, company.served]) list.length = 0;
  });

  const start = (env: Readonly<Record<string, string>>): ChildProcess => {
    const { PATH = '', NODE_V8_COVERAGE: coverage } = process.env;
    return fork(ASK, { env: { PATH, ...(coverage && { NODE_V8_COVERAGE: coverage }), ...env } });
  };
  const send = async (child: ChildProcess, asked: Asked): Promise<Outcomes> => {
    child.send(asked);
    const [outcomes] = (await once(child, 'message')) as [Outcomes];
    return outcomes;
  };
  /** Asks for URLs in an environment that says this of proxies, and trusts the company. */
  const ask = (proxies: Asked['proxies'], ...urls: string[]): Promise<Outcomes> => send(trusting, { proxies, urls });
  const direct = (path = '/'): string => `https://localhost:${company.port}${path}`;

  it('go through a tunnel that HTTPS_PROXY names, which serves the next requests to its host too', async () => {
    const urls = Array.from({ length: 10 }, (_, index) => `https://${STATS}/${index}`);
    const outcomes = await ask({ HTTPS_PROXY: company.proxyUrl }, ...urls, `https://${OTHER}/`);
    expect(outcomes).to.deep.equal(Array.from({ length: 11 }, () => 200));
    expect(company.served).to.deep.equal([...urls, `https://${OTHER}/`].map((url) => url.replace('https://', '')));
    // A second one, as undici takes a connection for busy until after it has given the reply.
    const tunnels = company.asked.filter((asked) => asked === `CONNECT ${STATS}:443`);
    expect(tunnels).to.have.length.within(1, 2);
    expect(company.asked.slice(tunnels.length)).to.deep.equal([`CONNECT ${OTHER}:443`]);
  });

  it('go there too where the name is in lower case, and that wins', async () => {
    const env = { https_proxy: company.proxyUrl, HTTPS_PROXY: 'http://127.0.0.1:1' };
    expect(await ask(env, `https://${STATS}/`)).to.deep.equal([200]);
    expect(company.asked).to.deep.equal([`CONNECT ${STATS}:443`]);
  });

  it('show the proxy the credentials its URL holds, and the host none', async () => {
    const proxy = company.proxyUrl.replace('http://', 'http://ada:s%40cret@');
    expect(await ask({ HTTPS_PROXY: proxy }, `https://${STATS}/`)).to.deep.equal([200]);
    expect(company.credentials).to.deep.equal([`Basic ${Buffer.from('ada:s@cret').toString('base64')}`]);
  });

  it('go directly to hosts that NO_PROXY lists: by name, by domain, with a port', async () => {
    const proxy = { HTTPS_PROXY: company.proxyUrl };
    const lists = ['localhost', `other.example, LOCALHOST:${company.port}`, '*'];
    for (const list of lists) expect(await ask({ ...proxy, NO_PROXY: list }, direct())).to.deep.equal([200], list);
    expect(await ask({ ...proxy, no_proxy: 'localhost' }, direct())).to.deep.equal([200]);
    expect(company.asked).to.deep.equal([]);
    expect(company.served).to.have.length(4);
  });

  it('go through the proxy to hosts that NO_PROXY does not list', async () => {
    const env = { HTTPS_PROXY: company.proxyUrl, NO_PROXY: `localhost,${STATS}:8443,company.test` };
    expect(await ask(env, `https://${STATS}/`, direct())).to.deep.equal([200, 200]);
    expect(company.asked).to.deep.equal([`CONNECT ${STATS}:443`]);
  });

  it('of plain http go through the proxy that HTTP_PROXY names', async () => {
    expect(await ask({ HTTP_PROXY: company.proxyUrl }, `http://${STATS}/a?b=c`)).to.deep.equal([200]);
    expect(company.asked).to.deep.equal([`GET http://${STATS}/a?b=c`]);
    expect(company.served).to.deep.equal([`${STATS}/a?b=c`]);
  });

  it('fail where the proxy wants credentials or knows no such host, and say which host', async () => {
    const env = { HTTPS_PROXY: company.proxyUrl };
    const [unknown] = await ask(env, 'https://nowhere.example/?key=secret');
    expect(unknown)
      .to.match(/^GET nowhere\.example\//)
      .and.not.include('secret');
    company.refusal = 407;
    const [refused] = await ask(env, `https://${STATS}/?key=secret`);
    expect(refused).to.include(`GET ${STATS}/`).and.not.include('secret');
    expect(company.served).to.deep.equal([]);
  });

  it('fail where the proxy is not there', async () => {
    const [failure] = await ask({ HTTPS_PROXY: 'http://127.0.0.1:1' }, `https://${STATS}/`);
    expect(failure).to.include('connection refused (ECONNREFUSED)');
  });

  it('fail on a certificate nobody vouches for, by name of NODE_EXTRA_CA_CERTS, with a proxy and without', async () => {
    const [through, straight] = await send(distrusting, {
      proxies: { HTTPS_PROXY: company.proxyUrl, NO_PROXY: 'localhost' },
      urls: [`https://${STATS}/`, direct()],
    });
    expect(through).to.match(new RegExp(`^GET ${STATS}/: certificate refused \\(\\w+\\); see NODE_EXTRA_CA_CERTS`));
    expect(straight).to.match(/^GET localhost:\d+\/: certificate refused \(\w+\); see NODE_EXTRA_CA_CERTS/);
    expect(company.served).to.deep.equal([]);
  });

  it('fail on a certificate for another host, whoever vouches for it', async () => {
    const [failure] = await ask({}, `https://127.0.0.1:${company.port}/`);
    expect(failure).to.include('certificate refused (ERR_TLS_CERT_ALTNAME_INVALID)');
  });

  it('work with the certificates that NODE_EXTRA_CA_CERTS names', async () => {
    expect(await ask({}, direct('/a'))).to.deep.equal([200]);
    expect(company.served).to.deep.equal(['localhost/a']);
  });
});
