import { expect } from 'chai';
import fc from 'fast-check';
import { Redactor, withoutTokens } from '../../src/model/redactor.ts';

const ORG = '00DEm0000000001';
const TAIL = 'AQEAQH0z.q7kRw3mVx9dPzT2yLbNf5sGjWc8oXaUe1KiHrMt4';
const TOKEN = `${ORG}!${TAIL}`;
const APP = '1122334455|f3a9c1/d27b+e58 é"0';
const PEM = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ
-----END PRIVATE KEY-----
`;
const KEY_FILE = JSON.stringify({
  type: 'service_account',
  client_email: 'byline@project.iam.gserviceaccount.com',
  private_key: PEM,
  token_uri: 'https://oauth2.googleapis.com/token',
});

const unicode = (text: string): string =>
  [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const decimal = (text: string): string => [...text].map((c) => `&#${c.charCodeAt(0)};`).join('');
const hexadecimal = (text: string): string => [...text].map((c) => `&#x${c.charCodeAt(0).toString(16)};`).join('');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const form = (text: string): string => new URLSearchParams({ t: text }).toString().slice(2);

/** Ways a server may spell what it was sent. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  'JSON with \\/': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'JSON in ASCII': (text) => [...text].map((c) => (c > '~' ? unicode(c) : JSON.stringify(c).slice(1, -1))).join(''),
  'JSON, each character escaped': unicode,
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  '\\u0021': (text) => text.replaceAll('!', '\\u0021'),
  'decimal entities': decimal,
  'hexadecimal entities': hexadecimal,
  'entities twice': (text) => decimal(text).replaceAll('&', '&amp;'),
  'named entities': (text) =>
    text.replaceAll('!', '&excl;').replaceAll('|', '&vert;').replaceAll('"', '&quot;').replaceAll('é', '&eacute;'),
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': (text) => encodeURIComponent(text).replace(/%../g, (one) => one.toLowerCase()),
  'each byte percent-encoded': (text) => hex(text).replace(/../g, '%$&'),
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'percent-encoded in JSON in XML': (text) => hexadecimal(unicode(encodeURIComponent(text))),
  'a form': form,
  'a form, percent-encoded': (text) => encodeURIComponent(form(text)),
  base64,
  'base64 of a longer text': (text) => base64(`Bearer ${text}`),
  'base64 of a text one longer': (text) => base64(`Bearer: ${text}.`),
  'base64 of a text two longer': (text) => base64(`Bearer:  ${text}..`),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64, percent-encoded': (text) => encodeURIComponent(base64(text)),
  hex,
  HEX: (text) => hex(text).toUpperCase(),
};

/** Parts of a secret that would be of use. */
function partsIn(text: string, secret: string): string[] {
  const parts: string[] = [];
  for (const spelling of [secret, ...Object.values(SPELLINGS).map((spell) => spell(secret))]) {
    for (let at = 0; at + 16 <= spelling.length; at += 1) {
      const part = spelling.slice(at, at + 16);
      if (text.includes(part)) parts.push(part);
    }
  }
  return parts;
}

describe('the redactor', () => {
  const redactor = new Redactor();
  for (const secret of [TOKEN, APP, PEM, KEY_FILE]) redactor.remember(secret);

  for (const [name, spell] of Object.entries(SPELLINGS)) {
    it(`takes a token out, spelled ${name}`, () => {
      const redacted = redactor.redactMessage(`The session "${spell(TOKEN)}" is over.`);
      expect(partsIn(redacted, TAIL)).to.deep.equal([]);
      expect(redacted).to.match(/^The session ".*" is over\.$/);
      expect(redacted).not.to.match(/00D\w{12,15}!/);
    });

    it(`takes an app's secret out, spelled ${name}`, () => {
      const redacted = redactor.redactMessage(`before ${spell(APP)} after`);
      expect(partsIn(redacted, APP)).to.deep.equal([]);
      expect(redacted).to.match(/^before .*\*\*\*.* after$/);
    });
  }

  for (const [at, text] of Object.entries({
    'its end': TOKEN.slice(0, 40),
    'its beginning': TOKEN.slice(30),
    'both ends': TOKEN.slice(20, 34),
    'the first characters after the org': TOKEN.slice(0, 20),
  })) {
    it(`takes a token out that is cut short, at ${at}`, () => {
      expect(redactor.redactMessage(`sid=${text}`)).to.equal('sid=***');
    });
  }

  it('takes out what has the form of a token, whoever it belongs to', () =>
    expect(redactor.redactMessage(`a 00D5g000004abcDEAQ!ARcAQ.x_y b 00D5g000004abcD%2521ARcAQ c`)).to.equal(
      'a *** b *** c',
    ));

  it('leaves the id of the org alone', () => {
    const text = `Org ${ORG}IAA at https://byline.my.salesforce.com/${ORG}`;
    expect(redactor.redactMessage(text)).to.equal(text);
  });

  it('knows a key by each of its lines, also in JSON', () => {
    const lines = PEM.split('\n').slice(1, -2);
    for (const line of lines) expect(redactor.redactMessage(`key: ${line}`)).to.equal('key: ***');
    const said = redactor.redactMessage(JSON.stringify({ error: `bad key ${PEM}` }));
    expect(JSON.parse(said)).to.deep.equal({
      error: 'bad key -----BEGIN PRIVATE KEY-----\n***\n***\n***\n-----END PRIVATE KEY-----\n',
    });
    expect(
      redactor.redactMessage('asked https://oauth2.googleapis.com/token as byline@project.iam.gserviceaccount.com'),
    ).to.match(/^asked https:.*\.com$/);
  });

  it('leaves the rest of a text as it is', () => {
    const alone = new Redactor();
    alone.remember(TOKEN);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        fc.pre(!/[\\%&]/.test(before + after));
        expect(alone.redactMessage(`${before} ${TAIL} ${after}`)).to.equal(`${before} *** ${after}`);
        expect(alone.redactMessage(before)).to.equal(before);
      }),
    );
  });

  it('leaves JSON JSON', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify({ value, token: TOKEN });
        expect(JSON.parse(redactor.redactMessage(json))).to.have.property('token', '***');
      }),
    ));

  it('goes through all of a value of JSON, and leaves its numbers', () =>
    expect(redactor.redactJson({ a: [TOKEN, 1122334455, null], [TOKEN]: { b: `x ${TAIL}` } })).to.deep.equal({
      a: ['***', 1122334455, null],
      '***': { b: 'x ***' },
    }));

  it('leaves ordinary words in data, though they are part of a secret', () => {
    const wordy = new Redactor();
    wordy.remember('emulated-sharedcount-key');
    wordy.remember('analytics:pa55-w0rd-of-analytics');
    const text = 'sharedcount: https://analytics.example.com/';
    expect(wordy.redact(text)).to.equal(text);
    expect(wordy.redact('"emulated-sharedcount-key", pa55-w0rd-of-analytics')).to.equal('"***", ***');
    expect(wordy.redactMessage('no user analytics with pa55-w0rd')).to.equal('no user *** with ***');
  });

  it('shortens in a message what may be a secret in another spelling, and leaves names and ids', () => {
    const reversed = [...TOKEN].toReversed().join('');
    expect(redactor.redactMessage(`no session ${base64(base64(reversed))}`)).to.match(/^no session .{4}…$/);
    expect(redactor.redactMessage(`no session ${hex(reversed)}`)).to.match(/^no session .{4}…$/);
    const text =
      'Last_Published_Number_Of_Shares_In_2026__c of a01Em0000000001IAA, https://a.example.com/a-long-title-2026';
    expect(redactor.redactMessage(text)).to.equal(text);
  });

  it('takes out of data what is a message', () =>
    expect(
      redactor.redactMessages({ id: '1122334455', errors: [{ message: 'App 1122334455' }] }, new Set(['message'])),
    ).to.deep.equal({ id: '1122334455', errors: [{ message: 'App ***' }] }));

  it('does nothing where there is no secret', () =>
    expect(new Redactor().redact('all is well')).to.equal('all is well'));
});

describe('withoutTokens', () => {
  for (const spelling of ['!', '%21', '%2521', '\\u0021', '&#33;', '&amp;#33;']) {
    it(`takes a token out of JSON, its sign spelled ${spelling}`, () =>
      expect(withoutTokens(`{"url":"https://a.example.com/?sid=${ORG}${spelling}${TAIL}","n":1122334455}`)).to.equal(
        '{"url":"https://a.example.com/?sid=***","n":1122334455}',
      ));
  }
});
