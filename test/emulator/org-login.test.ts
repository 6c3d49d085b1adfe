import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { cleanEnvironment } from '../rig/environment.ts';
import { runInProcess } from '../rig/in-process.ts';
import { startOrg, type EmulatedOrg } from './org/org.ts';
import { RawClient } from './org/raw-client.ts';

describe('the emulated login', () => {
  let org: EmulatedOrg;
  let client: RawClient;
  beforeEach(async () => {
    org = await startOrg();
    client = new RawClient(org);
  });
  afterEach(() => org.close());

  const token = (form: Record<string, string>): ReturnType<RawClient['send']> =>
    client.send('POST', '/services/oauth2/token', new URLSearchParams(form).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
  const refresh = (refreshToken: string): ReturnType<RawClient['send']> =>
    token({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'PlatformCLI' });

  it('gives a new token for the refresh token, until that is revoked', async () => {
    const before = org.accessToken();
    org.expireSession();
    const reply = JSON.parse((await refresh(org.refreshToken)).body) as Record<string, string>;
    expect(reply).to.include({
      instance_url: org.url,
      token_type: 'Bearer',
      id: `${org.url}/id/${org.orgId}/${org.userId}`,
    });
    expect(reply['access_token'])
      .to.match(/^00D\w{12,15}![.\w]+$/)
      .and.not.to.equal(before);
    expect(
      (
        await client.send('GET', '/services/data/v64.0/limits', undefined, {
          authorization: `Bearer ${reply['access_token']}`,
        })
      ).status,
    ).to.equal(200);
    await client.send('POST', '/services/oauth2/revoke', `token=${org.refreshToken}`, {});
    const refused = await refresh(org.refreshToken);
    expect(`${refused.status} ${refused.body}`).to.equal(
      '400 {"error":"invalid_grant","error_description":"expired access/refresh token"}',
    );
  });

  it('refuses other grants with an object, not an array', async () => {
    const reply = await token({ grant_type: 'password' });
    expect(`${reply.status} ${reply.body}`).to.equal(
      '400 {"error":"unsupported_grant_type","error_description":"grant type not supported"}',
    );
  });

  it('says who the user is, and 403 in plain text to a bad token', async () => {
    const ask = (bearer: string): ReturnType<RawClient['send']> =>
      client.send('GET', '/services/oauth2/userinfo', undefined, { authorization: `Bearer ${bearer}` });
    expect(JSON.parse((await ask(org.accessToken())).body)).to.include({
      user_id: org.userId,
      organization_id: org.orgId,
      preferred_username: org.username,
    });
    const refused = await ask('00D!no');
    expect(`${refused.status} ${refused.body}`).to.equal('403 Bad_OAuth_Token');
  });

  it('serves the real `sf org login jwt`, and its refresh when the session expires', async () => {
    const home = await mkdtemp(join(tmpdir(), 'org-login-'));
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await writeFile(join(home, 'key.pem'), privateKey);
    const sf = async (...args: string[]): Promise<Record<string, unknown>> => {
      const env = { ...cleanEnvironment(home), CI: 'true' };
      const { stdout } = await runInProcess('sf', [...args, '--json'], { cwd: home, env });
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    try {
      const login = await sf(
        'org',
        'login',
        'jwt',
        '-r',
        org.url,
        '-o',
        org.username,
        '-f',
        'key.pem',
        '-i',
        'client',
        '--alias',
        'emu',
      );
      expect(login, JSON.stringify(login)).to.have.nested.property('result.orgId', org.orgId);
      org.expireSession();
      const query = await sf('data', 'query', '-o', 'emu', '-q', 'SELECT COUNT() FROM Byline__c');
      expect(query, JSON.stringify(query)).to.have.nested.property('result.totalSize', 0);
      expect(org.log.count('token')).to.equal(2);
      expect(org.log.of('unknown').map(({ method, path }) => `${method} ${path}`)).to.deep.equal([]);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }).timeout(60_000);
});
