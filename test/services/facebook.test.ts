import { expect } from 'chai';
import { readBatch } from '../../src/services/facebook.ts';
import {
  checkGraph,
  facebookPause,
  readItems,
  readLegacy,
  readSingle,
  type Wanted,
} from '../../src/services/facebook-graph.ts';
import { AT, failed, ok, outcome, reply } from './replies.ts';

const ENGAGEMENT = { reaction_count: 20, comment_count: 89, share_count: 565, comment_plugin_count: 1 };
const NO_ENGAGEMENT = { action: 'url', message: 'no engagement in the answer' };
const graphError = (code: unknown, more: object = {}): object => ({ error: { message: 'told', code, ...more } });

describe('a node of Graph', () => {
  const rows: readonly [name: string, wanted: Wanted, node: object, expected: unknown][] = [
    ['total', 'total', { engagement: ENGAGEMENT, id: 'u' }, ok(675)],
    ['shares', 'shares', { engagement: ENGAGEMENT, id: 'u' }, ok(565)],
    ['reactions', 'reactions', { engagement: ENGAGEMENT, id: 'u' }, ok(20)],
    ['comments', 'comments', { engagement: ENGAGEMENT, id: 'u' }, ok(89)],
    ['og_object', 'og_object', { og_object: { engagement: { count: 674 } }, id: 'u' }, ok(674)],
    ['never seen', 'total', { id: 'u' }, ok(0)],
    ['never seen, og_object', 'og_object', { id: 'u' }, ok(0)],
    ['of an older version', 'total', { share: { share_count: 674 }, id: 'u' }, NO_ENGAGEMENT],
    ['without id', 'total', {}, NO_ENGAGEMENT],
    ['og_object without engagement', 'og_object', { og_object: {}, id: 'u' }, NO_ENGAGEMENT],
    [
      'a part missing',
      'total',
      { engagement: { share_count: 5 } },
      { action: 'url', message: 'no count in the answer' },
    ],
    ['engagement null', 'shares', { engagement: null, id: 'u' }, { action: 'url', message: 'no count in the answer' }],
  ];
  for (const [name, wanted, node, expected] of rows) {
    it(name, () => expect(outcome(() => readSingle(reply(node), wanted))).to.deep.equal(expected));
  }
});

describe('an error of Graph', () => {
  const acts: readonly [act: string, codes: readonly unknown[]][] = [
    ['retry', [1, 2]],
    ['pause', [4, 17, 32, 341, 613]],
    ['stop', [10, 102, 104, 190, 200, 299, 368]],
    ['url', [100, 506, 803, 1609005, undefined]],
  ];
  for (const [act, codes] of acts) {
    for (const code of codes) {
      for (const status of [200, 400, 403]) {
        it(`${String(code)} with ${status}: ${act}`, () =>
          expect(outcome(() => checkGraph(reply(graphError(code), { status })))).to.have.property('action', act));
      }
    }
  }

  it('is transient if it says so', () =>
    expect(outcome(() => checkGraph(reply(graphError(9, { is_transient: true }))))).to.have.property(
      'action',
      'retry',
    ));

  it('is no page', () =>
    expect(outcome(() => checkGraph(reply('<title>Sorry</title>', { status: 403 })))).to.deep.equal({
      action: 'url',
      message: 'HTTP 403: page "Sorry"',
    }));
});

describe('a batch of Graph', () => {
  const urls = ['https://a/1', 'https://a/2'];
  const read = (value: object, status = 200): unknown =>
    outcome(() => [...readBatch(reply(value, { status }), urls, 'shares')]);
  const node = (shares: unknown): object => ({ engagement: { share_count: shares }, id: 'u' });

  it('is read by the URLs as sent, whatever the order', () =>
    expect(read({ 'https://a/2': node(2), 'https://a/1': node(1) })).to.deep.equal([
      ['https://a/1', ok(1)],
      ['https://a/2', ok(2)],
    ]));

  it('has nothing for a URL that comes back in another spelling', () =>
    expect(read({ 'https://a/1': node(1), 'https://a/2/': node(2) })).to.deep.equal([['https://a/1', ok(1)]]));

  it('fails one URL for what is wrong with one', () =>
    expect(read({ 'https://a/1': node(-7), 'https://a/2': node(2) })).to.deep.equal([
      ['https://a/1', failed('not a count: -7')],
      ['https://a/2', ok(2)],
    ]));

  it('is invalid if all of it is', () =>
    expect(read({ 'https://a/1': node(-7), 'https://a/2': node('2') })).to.deep.equal({
      action: 'url',
      message: 'not a count: -7',
    }));

  it('is to be cut smaller where one URL fails all', () =>
    expect(read(graphError(100), 400)).to.deep.equal({ action: 'split', message: 'Graph error 100: told' }));

  it('is not, where the token is wrong', () => expect(read(graphError(190), 400)).to.have.property('action', 'stop'));
});

describe('the shape of 2014', () => {
  const rows: readonly [name: string, body: unknown, expected: unknown][] = [
    ['shares', { id: 'u', shares: 28, comments: 3 }, ok(28)],
    ['no shares', { id: 'u' }, ok(0)],
    ['nothing', {}, { action: 'url', message: 'no count in the answer' }],
    ['null', { id: 'u', shares: null }, { action: 'url', message: 'not a count: null' }],
    ['an error', graphError(4), { action: 'pause', message: 'Graph error 4: told' }],
    [
      'of 2015, where a share is an object',
      { id: 'u', og_object: {}, share: { share_count: 674 } },
      { action: 'url', message: 'no count in the answer' },
    ],
  ];
  for (const [name, body, expected] of rows) {
    it(name, () => expect(outcome(() => readLegacy(reply(body)))).to.deep.equal(expected));
  }
});

describe('X-App-Usage', () => {
  const rows: readonly [header: string | undefined, seconds: number | undefined][] = [
    [undefined, undefined],
    ['{"call_count":28,"total_time":25,"total_cputime":25}', undefined],
    ['{"call_count":74}', undefined],
    ['{"call_count":75}', 1],
    ['{"call_count":1,"total_time":85}', 4],
    ['{"call_count":95}', 16],
    ['{"call_count":250}', 32],
    ['nonsense', undefined],
    ['[]', undefined],
  ];
  for (const [header, seconds] of rows) {
    it(`${header}: ${seconds} s`, () => {
      const headers: Record<string, string> = header === undefined ? {} : { 'x-app-usage': header };
      expect(facebookPause(reply('', { headers }))).to.equal(seconds === undefined ? undefined : AT + seconds * 1000);
    });
  }
});

describe('a batch of requests to Graph', () => {
  const urls = ['https://example.com/a,1', 'https://example.com/b,2'];
  const node = (shares: number): string =>
    JSON.stringify({ engagement: { ...ENGAGEMENT, share_count: shares }, id: 'u' });
  const read = (items: unknown): unknown => outcome(() => [...readItems(reply(items), urls, 'shares')]);

  it('is read in the order of the requests', () =>
    expect(
      read([
        { code: 200, body: node(3) },
        { code: 200, headers: [], body: node(4) },
      ]),
    ).to.deep.equal([
      [urls[0], ok(3)],
      [urls[1], ok(4)],
    ]));

  it('has nothing for a request that timed out, was refused for now, or has no count', () => {
    for (const item of [
      null,
      {},
      { code: 200 },
      { code: '200', body: node(3) },
      { code: 200, body: '{}' },
      { code: 200, body: 'text' },
      { code: 403, body: JSON.stringify(graphError(4)) },
      { code: 500, body: JSON.stringify(graphError(1)) },
    ]) {
      expect(read([item, { code: 200, body: node(4) }]), JSON.stringify(item)).to.deep.equal([[urls[1], ok(4)]]);
    }
  });

  it('fails one URL for what is wrong with it', () =>
    expect(
      read([
        { code: 400, body: JSON.stringify(graphError(100)) },
        { code: 200, body: node(4) },
      ]),
    ).to.deep.equal([
      [urls[0], failed('Graph error 100: told')],
      [urls[1], ok(4)],
    ]));

  it('must be as long as the list of requests', () => {
    for (const items of [[], [null], [null, null, null], {}, 'text']) {
      expect(read(items), JSON.stringify(items)).to.have.property('action', 'url');
    }
  });

  it('stops the service where the whole is refused so', () =>
    expect(read(graphError(190))).to.have.property('action', 'stop'));
});
