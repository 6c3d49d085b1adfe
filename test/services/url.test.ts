import { expect } from 'chai';
import fc from 'fast-check';
import { holdsUrl, isLoopbackHost, readUrl } from '../../src/model/url.ts';
import { withQuery } from '../../src/services/request.ts';

const read = (text: string, allowPrivate = false) => readUrl(text, { allowPrivate, assumeScheme: null });
const assuming = (text: string) => readUrl(text, { allowPrivate: false, assumeScheme: 'https' });

const SCHEMELESS = 'not a URL: no http:// or https:// in front (see "assumeScheme" in the settings)';

describe('readUrl', () => {
  const asked = [
    'https://example.com/a',
    'http://example.com:8080/a?b=1&c=2#d',
    'HTTPS://EXAMPLE.COM',
    'https://example.com/ä ö,;%20%zz"<>\'[]',
    'https://zeit.de./a',
    'https://8.8.8.8/a',
    'https://[2606:4700::1111]/a',
    'https://xn--bcher-kva.example/a',
    'https://localhost.example.com/',
    'https://example.com/@user:password',
    'https://web.archive.org/web/2026/https://example.com/a',
    'https://example.com/?urls=https://a.example,https://b.example',
  ];
  for (const url of asked) {
    it(`lets ${url} be asked`, () => expect(read(url)).to.deep.equal({ url, problem: undefined }));
  }

  const never: readonly [url: string, problem: string][] = [
    ['', 'no URL'],
    ['  ', 'no URL'],
    ['example.com/a', SCHEMELESS],
    ['//example.com/a', SCHEMELESS],
    ['www.example.com:8080/x', SCHEMELESS],
    ['desk@example.com', 'not a URL: no http:// or https:// in front'],
    ['https://example.com/two\nhttps://example.com/other', 'not a valid URL: control characters inside'],
    ['https://example.com/a\u0000b', 'not a valid URL: control characters inside'],
    ['https://example.com/a\u2028b', 'not a valid URL: control characters inside'],
    ['https://example.com/plain, https://example.com/other', 'not a valid URL: more than one inside'],
    ['https://example.com/plain https://example.com/other', 'not a valid URL: more than one inside'],
    ['https://example.com/plain;HTTP://example.com/other', 'not a valid URL: more than one inside'],
    ['https://example.com,https://example.org', 'not a valid URL: more than one inside'],
    ['https:example.com/a', 'not a valid URL'],
    ['https:///example.com/a', 'not a valid URL'],
    ['https://example.com\\@127.0.0.1/', 'not a valid URL'],
    ['n/a', 'not a URL: no http:// or https:// in front'],
    ['https://', 'not a valid URL'],
    ['https://exa mple.com/', 'not a valid URL'],
    ['https://example.com/\ud800', 'not a valid URL'],
    ['ftp://example.com/a', 'not an http or https URL, but ftp:'],
    ['javascript:alert(1)', 'not an http or https URL, but javascript:'],
    ['file:///etc/passwd', 'not an http or https URL, but file:'],
    ['https://user@example.com/', 'holds a user name or password'],
    ['https://user:secret@example.com/', 'holds a user name or password'],
    ['https://:secret@example.com/', 'holds a user name or password'],
  ];
  for (const [url, problem] of never) {
    it(`never asks ${JSON.stringify(url)}, private ones allowed or not`, () => {
      expect(read(url).problem).to.equal(problem);
      expect(read(url, true).problem).to.equal(problem);
    });
  }

  const inside: readonly [url: string, host: string][] = [
    ['http://localhost/a', 'localhost'],
    ['http://LOCALHOST:3000/a', 'localhost'],
    ['http://app.localhost/', 'app.localhost'],
    ['http://localhost./', 'localhost.'],
    ['http://intranet/a', 'intranet'],
    ['https://cms.internal/a', 'cms.internal'],
    ['https://printer.local/a', 'printer.local'],
    ['https://preview.test/a', 'preview.test'],
    ['https://nas.home.arpa/', 'nas.home.arpa'],
    ['http://127.0.0.1/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://0/', '0.0.0.0'],
    ['http://10.1.2.3/', '10.1.2.3'],
    ['http://172.16.0.1/', '172.16.0.1'],
    ['http://192.168.0.1/', '192.168.0.1'],
    ['http://100.64.0.1/', '100.64.0.1'],
    ['http://169.254.169.254/latest/meta-data', '169.254.169.254'],
    ['http://[::1]/', '[::1]'],
    ['http://[::]/', '[::]'],
    ['http://[::ffff:10.0.0.1]/', '[::ffff:a00:1]'],
    ['http://[::10.0.0.1]/', '[::a00:1]'],
    ['http://[64:ff9b::10.0.0.1]/', '[64:ff9b::a00:1]'],
    ['http://[fe80::1]/', '[fe80::1]'],
    ['http://[fd00::1]/', '[fd00::1]'],
    ['http://[fd00:ec2::254]/', '[fd00:ec2::254]'],
  ];
  for (const [url, host] of inside) {
    it(`asks ${url} only if private URLs are allowed`, () => {
      expect(read(url).problem).to.equal(`not public: ${host}`);
      expect(read(url, true).problem).to.equal(undefined);
    });
  }
});

describe('the URL in a text', () => {
  const texts: readonly [text: string, url: string][] = [
    [' https://example.com/a\n', 'https://example.com/a'],
    ['\ufeff\u00a0https://example.com/a\u3000', 'https://example.com/a'],
    ['<a href="https://example.com/x" target="_blank">read it</a>', 'https://example.com/x'],
    [
      '<a href="https://example.com/x?a=1&amp;b=%22&#38;c=&#x27;" target="_self">x</a>',
      `https://example.com/x?a=1&b=%22&c='`,
    ],
    [
      `<A target=_top HREF = 'https://example.com/&eacute;&#xfffffff;'>x</A>`,
      'https://example.com/&eacute;&#xfffffff;',
    ],
    ['<a data-href="https://other.example.com/" href=" https://example.com/x ">x</a>', 'https://example.com/x'],
  ];
  for (const [text, url] of texts) {
    it(JSON.stringify(text), () => {
      expect(read(text)).to.deep.equal({ url, problem: undefined });
      expect(holdsUrl(text, url)).to.equal(true);
    });
  }

  const none = ['<a href="">x</a>', '<a name="https://example.com/x">x</a>', '<b>https://example.com/x</b>', '<a'];
  for (const text of none) it(`${text} is none`, () => expect(read(text).problem).to.match(/^no(t a)? URL/));

  const schemeless: readonly [text: string, url: string][] = [
    ['www.example.com/x', 'https://www.example.com/x'],
    [' example.com ', 'https://example.com'],
    ['//example.com/a?b', 'https://example.com/a?b'],
    ['example.com:8443/a', 'https://example.com:8443/a'],
    ['<a href="www.example.com/x">x</a>', 'https://www.example.com/x'],
    ['http://example.com/a', 'http://example.com/a'],
  ];
  for (const [text, url] of schemeless) {
    it(`${JSON.stringify(text)}, where https is assumed`, () => {
      expect(assuming(text)).to.deep.equal({ url, problem: undefined });
      expect(holdsUrl(text, url)).to.equal(true);
    });
  }

  it('is invalid without a host', () => {
    for (const text of [
      'desk@example.com',
      'mailto:desk@example.com',
      'see notes.',
      'n/a',
      'ftp://example.com',
      '/a.html',
    ])
      expect(assuming(text).problem, text).to.be.a('string');
    expect(assuming('10.0.0.1/a').problem).to.equal('not public: 10.0.0.1');
  });

  it('is told from that of another text', () => {
    expect(holdsUrl('https://example.com/a', 'https://example.com/b')).to.equal(false);
    expect(holdsUrl('www.example.com/a', 'https://example.com/a')).to.equal(false);
    expect(holdsUrl('www.example.com/a', 'http://www.example.com/a')).to.equal(true);
  });
});

describe('what is checked is what is sent', () => {
  const piece = fc.constantFrom(
    ...['http://', 'https://', 'HTTPS:', '//', '/', '\\', '?', '#', '@', ':', ',', ';', '&', '%2F', '%', '+', '.'],
    ...['example.com', 'localhost', '127.0.0.1', '[::1]', 'bücher.example', '<a href="', '">', 'a', 'あ', '8443'],
    ...[' ', '\t', '\n', '\r', '\u00a0', '\u2028', '\ufeff', '\0', '\ud800'],
  );
  const pieces = fc.array(piece, { maxLength: 8 }).map((list) => list.join(''));
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    pieces,
    fc.tuple(pieces, pieces).map(([before, after]) => `${before}https://example.com/${after}`),
  );

  it('whatever the text of a record', () =>
    fc.assert(
      fc.property(text, (given) => {
        const { url, problem } = read(given);
        if (problem !== undefined) return;
        const sent = new URL(withQuery('https://service.example/count', { url })).searchParams.get('url');
        expect(sent).to.equal(url);
        expect(url).to.equal(url.trim());
        expect(given).to.contain(url);
        expect(url).not.to.match(/[\p{Cc}\u2028\u2029]/u);
        // The host that RFC 3986, appendix B, finds is the one that was checked.
        const [, authority = ''] = /^[^:/?#]+:\/\/([^/?#]*)/.exec(url) ?? [];
        expect(new URL(`https://${authority}`).hostname).to.equal(new URL(url).hostname);
        expect(read(url)).to.deep.equal({ url, problem: undefined });
      }),
      { numRuns: 5000 },
    ));
});

describe('isLoopbackHost', () => {
  const hosts: readonly [host: string, isLoopback: boolean][] = [
    ['localhost', true],
    ['localhost.', true],
    ['a.localhost', true],
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['[::1]', true],
    ['[::ffff:7f00:1]', true],
    ['10.0.0.1', false],
    ['localhost.example.com', false],
    ['example.com', false],
  ];
  for (const [host, isLoopback] of hosts) {
    it(`${host}: ${isLoopback}`, () => expect(isLoopbackHost(host)).to.equal(isLoopback));
  }
});
