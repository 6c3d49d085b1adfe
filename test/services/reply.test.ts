import { expect } from 'chai';
import { describeFailure, expectOk, gist, own, readJson, snippet } from '../../src/services/reply.ts';
import type { ServiceReply } from '../../src/services/service.ts';
import { AT, outcome, reply } from './replies.ts';

const TOO_MANY = { action: 'pause', message: 'HTTP 429: too many requests' };

describe('expectOk', () => {
  const replies: readonly [name: string, reply: ServiceReply, outcome: unknown][] = [
    ['200', reply(''), undefined],
    ['204', reply('', { status: 204 }), undefined],
    ['301', redirect(301, 'https://other.example/a?token=1'), redirected(301, ' to other.example')],
    ['302 to a path', redirect(302, '/login'), redirected(302, '')],
    ['304', reply('', { status: 304 }), redirected(304, '')],
    ['400', reply('bad URL', { status: 400 }), { action: 'url', message: 'HTTP 400: bad URL' }],
    ['401', reply('', { status: 401 }), { action: 'stop', message: 'HTTP 401' }],
    ['402', reply('', { status: 402 }), { action: 'stop', message: 'HTTP 402' }],
    ['403', reply('Blocked', { status: 403 }), { action: 'url', message: 'HTTP 403: Blocked' }],
    ['404', reply('', { status: 404 }), { action: 'url', message: 'HTTP 404' }],
    ['408', reply('', { status: 408 }), { action: 'retry', message: 'HTTP 408' }],
    ['500', reply('', { status: 500 }), { action: 'retry', message: 'HTTP 500' }],
    ['503', reply('', { status: 503 }), { action: 'retry', message: 'HTTP 503' }],
    ['503, seconds', retryAfter(503, '7'), { action: 'pause', message: 'HTTP 503: asked to wait', untilMs: AT + 7000 }],
    ['429', reply('', { status: 429 }), { action: 'pause', message: 'HTTP 429: too many requests' }],
    ['429, seconds', retryAfter(429, '2'), { ...TOO_MANY, untilMs: AT + 2000 }],
    ['429, date', retryAfter(429, 'Mon, 23 Nov 2026 12:00:30 GMT'), { ...TOO_MANY, untilMs: AT + 30_000 }],
    ['429, nonsense', retryAfter(429, 'soon'), TOO_MANY],
  ];
  for (const [name, given, expected] of replies) {
    it(name, () => expect(outcome(() => expectOk(given))).to.deep.equal(expected));
  }
});

describe('what a reply says', () => {
  it('is one line, without escapes', () =>
    expect(snippet(`a\u001b[31m\r\n\t b\u202e\u0000${'x'.repeat(2000)}`)).to.equal(`a [31m b ${'x'.repeat(991)}`));

  it('is the title of a page', () => {
    const page = '<!DOCTYPE html>\n<html><head><title>\nSign in </title></head><body>…</body></html>';
    expect(gist(page)).to.equal('page "Sign in"');
    expect(describeFailure(reply(page, { status: 403 }))).to.equal('HTTP 403: page "Sign in"');
  });

  it('is the text of markup without a title', () => expect(gist('<error><code>7</code> no</error>')).to.equal('7 no'));

  it('is reported if JSON was expected', () => {
    const message = (text: string): unknown => outcome(() => readJson(reply(text)));
    expect(message('<html><title>Sign in</title>')).to.deep.equal({
      action: 'url',
      message: 'not JSON: page "Sign in"',
    });
    expect(message('')).to.deep.equal({ action: 'url', message: 'not JSON: an empty answer' });
    expect(message('{"count":')).to.deep.equal({ action: 'url', message: 'not JSON: {"count":' });
  });
});

describe('own', () => {
  it('reads properties that are the object’s own', () => {
    expect(own({ a: 1 }, 'a')).to.equal(1);
    for (const key of ['constructor', '__proto__', 'toString', 'b'])
      expect(own({ a: 1 }, key), key).to.equal(undefined);
    for (const value of [null, undefined, 1, 'text', [1]]) expect(own(value, 'length')).to.equal(undefined);
  });
});

function redirect(status: number, location: string): ServiceReply {
  return reply('', { status, headers: { location } });
}

function redirected(status: number, to: string): object {
  return { action: 'url', message: `HTTP ${status}: redirect${to} not followed` };
}

function retryAfter(status: number, value: string): ServiceReply {
  return reply('', { status, headers: { 'retry-after': value } });
}
