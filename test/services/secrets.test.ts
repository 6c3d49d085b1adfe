import { expect } from 'chai';
import { Redactor } from '../../src/model/redactor.ts';
import { createServices } from '../../src/services/registry.ts';
import { createSecrets } from '../../src/services/secrets.ts';

const ENV = { BYLINE_TOKEN: ' 12345|top secret/ö \n', BYLINE_BASIC: 'stats:pa+ss', BYLINE_EMPTY: ' ', PATH: '/bin' };

describe('secrets', () => {
  it('are the values of the variables, without the white space around them', () =>
    expect(createSecrets(ENV, new Redactor()).read('BYLINE_TOKEN', 'facebook')).to.equal('12345|top secret/ö'));

  for (const variable of ['PATH', 'byline_token', 'BYLINE_', 'BYLINE_A-B', '__proto__', '']) {
    it(`are not read from "${variable}"`, () =>
      expect(() => createSecrets(ENV, new Redactor()).read(variable, 'facebook'))
        .to.throw(`The settings of the service "facebook" name the environment variable "${variable}". Only`)
        .with.property('name', 'SecretNameError'));
  }

  for (const variable of ['BYLINE_GONE', 'BYLINE_EMPTY']) {
    it(`${variable} is missed by name`, () =>
      expect(() => createSecrets(ENV, new Redactor()).read(variable, 'facebook'))
        .to.throw(`The service "facebook" needs the environment variable ${variable}, which is not set.`)
        .with.property('name', 'SecretUnsetError'));
  }

  const texts: readonly [text: string, redacted: string][] = [
    ['GET /?t=12345|top secret/ö&x=1', 'GET /?t=***&x=1'],
    ['GET /?t=12345%7Ctop%20secret%2F%C3%B6&x=1', 'GET /?t=***&x=1'],
    ['GET /?t=12345%7ctop%20secret%2f%c3%b6&x=1', 'GET /?t=***&x=1'],
    ['the secret is top secret/ö', 'the secret is ***'],
    ['app 12345 is unknown', 'app *** is unknown'],
    [`Basic ${Buffer.from('stats:pa+ss').toString('base64')}`, 'Basic ***'],
    ['stats:pa+ss, pa+ss, pa%2Bss', '***, ***, ***'],
    ['a-token-it-was-given', '***'],
    ['nothing to see', 'nothing to see'],
  ];
  for (const [text, redacted] of texts) {
    it(`are not in "${text}" any more`, () => {
      const secrets = createSecrets(ENV, new Redactor());
      secrets.read('BYLINE_TOKEN', 'facebook');
      secrets.read('BYLINE_BASIC', 'reads');
      secrets.remember('a-token-it-was-given');
      expect(secrets.redact(text)).to.equal(redacted);
    });
  }
});

describe('the hosts a secret is sent to', () => {
  const FACEBOOK = { tokenEnv: 'BYLINE_FB' };
  const JSON_SERVICE = { type: 'json', url: 'https://stats.example.com/api?u={url}', value: '/n' };
  const make = (settings: object, hosts?: string) => () =>
    createServices(
      Object.keys(settings),
      { ...settings },
      createSecrets({ BYLINE_FB: '1|secret', BYLINE_FB_HOSTS: hosts }),
    );

  it('its own host, and this machine', () => {
    expect(make({ facebook: FACEBOOK })).not.to.throw();
    for (const endpoint of ['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:1'])
      expect(make({ facebook: { ...FACEBOOK, endpoint } })).not.to.throw();
  });

  const reads = { ...JSON_SERVICE, auth: { bearerEnv: 'BYLINE_FB' } };
  const evil = { ...FACEBOOK, endpoint: 'https://evil.example.com' };
  for (const [settings, host] of [
    [{ reads }, 'stats.example.com'],
    [{ facebook: evil }, 'evil.example.com'],
  ] as const) {
    it(`${host} only if the environment approves`, () => {
      for (const hosts of [undefined, '', 'example.com', `x${host}`, `${host}:8443`])
        expect(make(settings, hosts), hosts)
          .to.throw(`would send the secret in BYLINE_FB to ${host}`)
          .with.property('name', 'SecretHostError');
      expect(make(settings, `other.example.com, ${host.toUpperCase()}`)).not.to.throw();
    });
  }
});
