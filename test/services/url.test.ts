import { expect } from 'chai';
import { isLoopbackHost, urlProblem } from '../../src/model/url.ts';

describe('urlProblem', () => {
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
  ];
  for (const url of asked) {
    it(`lets ${url} be asked`, () => expect(urlProblem(url, { allowPrivate: false })).to.equal(undefined));
  }

  const never: readonly [url: string, problem: string][] = [
    ['', 'no URL'],
    ['  ', 'no URL'],
    ['example.com/a', 'not a URL: no http:// or https:// in front'],
    ['//example.com/a', 'not a URL: no http:// or https:// in front'],
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
      expect(urlProblem(url, { allowPrivate: false })).to.equal(problem);
      expect(urlProblem(url, { allowPrivate: true })).to.equal(problem);
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
    it(`asks ${url} only where private URLs are allowed`, () => {
      expect(urlProblem(url, { allowPrivate: false })).to.equal(`not public: ${host}`);
      expect(urlProblem(url, { allowPrivate: true })).to.equal(undefined);
    });
  }
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
