import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { diagnoseCertificates, diagnoseNode, diagnoseProxies, OLDEST_NODE } from '../../src/hooks/diagnose-machine.ts';

describe('what the doctor sees of the machine', () => {
  const VERSIONS = { '20.20.2': 'fail', '22.18.0': 'fail', '22.19.0': 'pass', '22.20.1': 'pass', '24.0.0': 'pass' };
  for (const [version, status] of Object.entries(VERSIONS)) {
    it(`Node ${version}: ${status}`, () => expect(diagnoseNode(version).status).to.equal(status));
  }

  it('the oldest Node is that of package.json', () => {
    const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).to.equal(`>=${OLDEST_NODE}`);
  });

  const PROXIES: [name: string, env: Record<string, string>, status: string, says: RegExp][] = [
    ['none', {}, 'pass', /^no proxy variables are set$/],
    ['set', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a,b' }, 'pass', /: HTTPS_PROXY, NO_PROXY$/],
    ['in lower case', { https_proxy: 'http://p:1' }, 'pass', /: https_proxy$/],
    ['the same twice', { https_proxy: 'http://p:1', HTTPS_PROXY: 'http://p:1' }, 'pass', /https_proxy, HTTPS_PROXY$/],
    ['two that differ', { https_proxy: 'http://p:1', HTTPS_PROXY: 'http://q:1' }, 'warn', /https_proxy, HTTPS_PROXY$/],
    ['no URL', { HTTPS_PROXY: 'proxy-of-ours' }, 'fail', /: HTTPS_PROXY$/],
    ['without http://', { HTTPS_PROXY: 'proxy.example.com:8080' }, 'fail', /: HTTPS_PROXY$/],
    ['by SOCKS', { HTTPS_PROXY: 'socks5://p:1' }, 'pass', /: HTTPS_PROXY$/],
  ];
  for (const [name, env, status, says] of PROXIES) {
    it(`proxies, ${name}: ${status}, and no value is shown`, () => {
      const secret = Object.fromEntries(
        Object.entries(env).map(([key, value]) => [key, value.replace('//', '//user:pass-word@')]),
      );
      const diagnosis = diagnoseProxies(secret);
      expect(diagnosis.status).to.equal(status);
      expect(diagnosis.name).to.match(says);
      expect(diagnosis.suggestions).to.have.length(status === 'pass' ? 0 : 1);
      expect(JSON.stringify(diagnosis)).not.to.contain('pass-word');
    });
  }

  it('certificates are looked at where a variable names them', async () => {
    const missing = (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { code: 'ENOENT' }));
    const env = { NODE_EXTRA_CA_CERTS: '/a.pem' };
    expect(await diagnoseCertificates({}, missing)).to.deep.equal([]);
    expect((await diagnoseCertificates(env, async () => 'PEM'))[0]).to.include({ status: 'pass' });
    const [unreadable] = await diagnoseCertificates(env, missing);
    expect(unreadable).to.include({ status: 'fail' });
    expect(unreadable?.suggestions[0]).to.contain('ENOENT');
  });
});
