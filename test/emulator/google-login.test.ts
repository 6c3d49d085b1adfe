import { expect } from 'chai';
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { ACCOUNT, assertionFor, KEY_FILE, TOKEN_PATH } from './services/google.ts';
import { type EmulatedServices, startServices } from './services/services.ts';

type Claims = Readonly<Record<string, unknown>>;

const OWN = createPrivateKey((JSON.parse(KEY_FILE) as { private_key: string }).private_key);
const MINUTE = 60;

describe('the emulated login of a service account', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  /** A right login with other claims, signed with a key. */
  function assertion(change: (claims: Claims, now: number) => object, key: KeyObject = OWN): string {
    const [header, payload] = assertionFor('ga4', services.endpoint('ga4')).split('.') as [string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    const changed = JSON.stringify({ ...claims, ...change(claims, Number(claims['iat'])) });
    const signed = `${header}.${Buffer.from(changed).toString('base64url')}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  }

  async function grant(login: string): Promise<string> {
    const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: login });
    const reply = await fetch(`${services.endpoint('ga4')}${TOKEN_PATH}`, { method: 'POST', body });
    return `${reply.status} ${await reply.text()}`;
  }

  const another = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const none = (): object => ({});
  const WRONG: readonly (readonly [string, () => string, string])[] = [
    ['signed with another key', () => assertion(none, another), 'Invalid JWT Signature'],
    [
      'changed after it was signed',
      () => assertion(none).replace(/\.[^.]*\./, (part) => `${part.slice(0, -3)}AA.`),
      'Invalid JWT',
    ],
    ['of another account', () => assertion(() => ({ iss: `x${ACCOUNT}` })), 'iss'],
    ['for another audience', () => assertion(() => ({ aud: 'https://oauth2.googleapis.com/token' })), 'audience'],
    ['for another scope', () => assertion(() => ({ scope: 'https://www.googleapis.com/auth/drive' })), 'scope'],
    ['that has expired', () => assertion((_, now) => ({ iat: now - 61 * MINUTE, exp: now - MINUTE })), 'short-lived'],
    ['from the future', () => assertion((_, now) => ({ iat: now + MINUTE, exp: now + 30 * MINUTE })), 'short-lived'],
    ['good for longer than an hour', () => assertion((_, now) => ({ exp: now + 61 * MINUTE })), 'short-lived'],
  ];
  for (const [what, login, why] of WRONG) {
    it(`refuses one ${what}`, async () =>
      expect(await grant(login()))
        .to.match(/^400 .*invalid_/)
        .and.to.include(why));
  }

  it('takes a right one', async () => expect(await grant(assertion(none))).to.match(/^200 .*"access_token"/));
});
