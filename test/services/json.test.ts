import { expect } from 'chai';
import { readDeclared, readDeclaredBatch } from '../../src/services/json.ts';
import { parseExpression } from '../../src/services/expression.ts';
import { createRequests } from '../../src/services/json-request.ts';
import { jsonSettings } from '../../src/services/json-settings.ts';
import { presets } from '../../src/services/presets.ts';
import { createServices } from '../../src/services/registry.ts';
import { createSecrets } from '../../src/services/secrets.ts';
import type { ServiceRequest } from '../../src/services/service.ts';
import { failed, ok, outcome, reply, lookUpService } from './replies.ts';

const ENV = { BYLINE_TOKEN: 'to ken', BYLINE_USER: 'stats', BYLINE_PASSWORD: 'pass:word' };
const URL_A = 'https://example.com/a?b=1&c=ä,%20{endpoint}#d';
const ENCODED_A = 'https%3A%2F%2Fexample.com%2Fa%3Fb%3D1%26c%3D%C3%A4%2C%2520%7Bendpoint%7D%23d';
const URL_B = 'https://example.com/b';
const ENCODED_B = 'https%3A%2F%2Fexample.com%2Fb';

describe('the request of a declared service', () => {
  const requests: readonly [name: string, settings: object, expected: object][] = [
    [
      'puts the URL in, encoded once and whole',
      { url: 'https://s.example/r?u={url}' },
      get(`https://s.example/r?u=${ENCODED_A}`),
    ],
    [
      'puts it in without scheme',
      { url: 'https://s.example/{urlNoScheme}' },
      get(`https://s.example/${ENCODED_A.slice(14)}`),
    ],
    [
      'puts the path in as it is, and elsewhere encoded',
      { url: 'https://s.example/{host}{path}.json?at={pathAndQuery}' },
      get('https://s.example/example.com/a.json?at=%2Fa%3Fb%3D1%26c%3D%25C3%25A4%2C%2520%7Bendpoint%7D'),
    ],
    [
      'encodes a query value as a whole',
      { url: 'https://s.example/r?x=1', query: { q: 'url:"{url}"', n: '5' } },
      get(`https://s.example/r?x=1&q=url%3A%22${ENCODED_A}%22&n=5`),
    ],
    [
      'has an endpoint',
      { url: '{endpoint}/r?u={url}', endpoint: 'https://s.example/base/' },
      get(`https://s.example/base/r?u=${ENCODED_A}`),
    ],
    [
      'brings a token',
      { url: 'https://s.example/', auth: { bearerEnv: 'BYLINE_TOKEN' } },
      get('https://s.example/', { authorization: 'Bearer to ken' }),
    ],
    [
      'brings user and password',
      { url: 'https://s.example/', auth: { userEnv: 'BYLINE_USER', passwordEnv: 'BYLINE_PASSWORD' } },
      get('https://s.example/', { authorization: `Basic ${btoa('stats:pass:word')}` }),
    ],
    [
      'brings a header of its own',
      {
        url: 'https://s.example/',
        headers: { accept: 'x/y' },
        auth: { header: 'X-Api-Key', valueEnv: 'BYLINE_TOKEN' },
      },
      get('https://s.example/', { accept: 'x/y', 'x-api-key': 'to ken' }),
    ],
    [
      'brings a parameter',
      { url: 'https://s.example/?u={url}', auth: { query: 'key', valueEnv: 'BYLINE_TOKEN' } },
      get(`https://s.example/?u=${ENCODED_A}&key=to%20ken`),
    ],
    [
      'posts JSON',
      { url: 'https://s.example/', body: { of: ['{url}'], deep: 1 } },
      post('application/json', JSON.stringify({ of: [URL_A], deep: 1 })),
    ],
    [
      'posts a form',
      { url: 'https://s.example/', form: { u: '{url}', v: 'a b' } },
      post('application/x-www-form-urlencoded', `u=${ENCODED_A}&v=a%20b`),
    ],
  ];
  for (const [name, settings, expected] of requests) {
    it(name, () => expect(requestsOf(settings).one(URL_A)).to.deep.equal(expected));
  }

  const batches: readonly [name: string, settings: object, expected: object][] = [
    [
      'repeats a parameter',
      { url: 'https://s.example/r?x=1', batch: { style: 'repeat', parameter: 'u' } },
      get(`https://s.example/r?x=1&u=${ENCODED_A}&u=${ENCODED_B}`),
    ],
    [
      'joins the URLs, each encoded by itself',
      { url: 'https://s.example/r', batch: { style: 'join', parameter: 'u', separator: '|' } },
      get(`https://s.example/r?u=${ENCODED_A}|${ENCODED_B}`),
    ],
    [
      'posts them as an array',
      { url: 'https://s.example/', batch: { style: 'jsonArray' } },
      post('application/json', JSON.stringify([URL_A, URL_B])),
    ],
    [
      'posts them where the body says',
      { url: 'https://s.example/', body: [{ targets: '{urls}' }], batch: { style: 'jsonArray' } },
      post('application/json', JSON.stringify([{ targets: [URL_A, URL_B] }])),
    ],
  ];
  for (const [name, settings, expected] of batches) {
    it(name, () => expect(requestsOf(settings).many([URL_A, URL_B])).to.deep.equal(expected));
  }
});

describe('the reply to a declared service', () => {
  const replies: readonly [name: string, settings: object, body: unknown, expected: unknown][] = [
    ['a number', { value: '/data/total' }, { data: { total: 7 } }, ok(7)],
    ['a missing number', { value: '/data/total' }, { data: {} }, { action: 'url', message: 'no count in the answer' }],
    ['JSONP', { value: '/n', format: 'jsonp' }, '/**/f({"n":7});', ok(7)],
    ['text', { value: '', format: 'text' }, ' 46\n', ok(46)],
    ['text that is none', { value: '', format: 'text' }, '', { action: 'url', message: 'not a count: ""' }],
    ['arguments', { value: '/1', format: 'arguments' }, 'VK.Share.count(0, 7);', ok(7)],
    [
      'arguments that are none',
      { value: '/1', format: 'arguments' },
      '<title>x</title>',
      { action: 'url', message: 'not a call: page "x"' },
    ],
    [
      'a negative argument in quotes',
      { value: '/1', format: 'arguments', numericStrings: true },
      "f('X','-1')",
      { action: 'url', message: 'not a count: "-1"' },
    ],
    ['zero where it says unknown', { value: '/n', zeroWhen: { '/status': 'unknown' } }, { status: 'unknown' }, ok(0)],
    [
      'a number where it does not',
      { value: '/n', zeroWhen: { '/status': 'unknown' } },
      { status: 'known', n: 3 },
      ok(3),
    ],
    [
      'an error in 200',
      { value: '/n', error: ['/error'] },
      { n: 3, error: { code: 1 } },
      { action: 'url', message: 'error at /error: {"code":1}' },
    ],
    ['no error', { value: '/n', error: ['/error'] }, { n: 3, error: null }, ok(3)],
    [
      'not what is expected',
      { value: '/n', expect: { '/status': 20000 } },
      { n: 3, status: 40501 },
      { action: 'url', message: '/status is not 20000: 40501' },
    ],
    ['what is expected', { value: '/n', expect: { '/status': 20000 } }, { n: 3, status: 20000 }, ok(3)],
    [
      'the posts of the article',
      { value: 'sum:/p/*/n', where: { '/u': '{url}' } },
      {
        p: [
          { u: 'http://example.com/b/', n: 2 },
          { u: URL_A, n: 5 },
        ],
      },
      ok(2),
    ],
    [
      'an error with a code that is worth a retry',
      { value: '/n', error: ['/error'], errorCodes: { '/error/code': { 2: 'retry', 4: 'pause' } } },
      { error: { code: 2 } },
      { action: 'retry', message: '/error/code is 2: {"error":{"code":2}}' },
    ],
    [
      'a code that ends the service',
      { value: '/n', errorCodes: { '/status': { bad_key: 'stop' } } },
      { status: 'bad_key' },
      { action: 'stop', message: '/status is bad_key: {"status":"bad_key"}' },
    ],
    [
      'a code that is about the URL alone, and no illness',
      { value: '/n', errorCodes: { '/status': { 40501: 'url' } } },
      { status: 40501 },
      { action: 'split', message: '/status is 40501: {"status":40501}' },
    ],
    [
      'a code nothing is said of',
      { value: '/n', error: ['/error'], errorCodes: { '/error/code': { 2: 'retry' } } },
      { error: { code: 'constructor' } },
      { action: 'url', message: 'error at /error: {"code":"constructor"}' },
    ],
    ['the posts of a kind', { value: 'count:/p', where: { '/k': 'x' } }, { p: [{ k: 'x' }, { k: 'y' }] }, ok(1)],
  ];
  for (const [name, settings, body, expected] of replies) {
    it(name, () => {
      const parsed = settingsOf(settings);
      const value = parseExpression(parsed.value ?? '');
      expect(value && outcome(() => readDeclared(reply(body), URL_B, value, parsed))).to.deep.equal(expected);
    });
  }

  const both = [
    ['https://a/1', ok(1)],
    ['https://a/2', ok(2)],
  ];
  const batches: readonly [name: string, batch: object, value: string, body: unknown, expected: unknown][] = [
    ['by URL', { reply: 'map', items: '/data' }, '', { data: { 'https://a/2': 2, 'https://a/1': 1 } }, both],
    ['by URL, one missing', { reply: 'map' }, '', { 'https://a/2': 2 }, [['https://a/2', ok(2)]]],
    [
      'by URL, all missing',
      { reply: 'map' },
      '',
      { error: 1 },
      { action: 'url', message: 'none of the URLs in the answer' },
    ],
    ['in order', { reply: 'array' }, '/n', [{ n: 1 }, { n: 2 }], both],
    [
      'in order, one bad',
      { reply: 'array' },
      '/n',
      [{ n: 1 }, {}],
      [both[0], ['https://a/2', failed('no count in the answer')]],
    ],
    ['in order, one too few', { reply: 'array' }, '/n', [{ n: 1 }], { action: 'url', message: '1 answers to 2 URLs' }],
    [
      'as a list',
      { reply: 'list', items: '/l', key: '/u' },
      '/n',
      {
        l: [
          { u: 'https://a/2', n: 2 },
          { u: '__proto__', n: 9 },
          { u: 'https://a/1', n: 1 },
        ],
      },
      both,
    ],
    [
      'as a list, one of them twice',
      { reply: 'list' },
      '/n',
      [
        { url: 'https://a/1', n: 1 },
        { url: 'https://a/2', n: 2 },
        { url: 'https://a/1', n: 7 },
      ],
      [['https://a/1', failed('more than once in the answer')], both[1]],
    ],
    [
      'as no list',
      { reply: 'list', items: '/l' },
      '/n',
      { l: {} },
      { action: 'url', message: 'no list at /l of the answer' },
    ],
  ];
  for (const [name, batch, value, body, expected] of batches) {
    it(`to several URLs, ${name}`, () => {
      const settings = settingsOf({ value, batch: { max: 2, style: 'repeat', parameter: 'u', ...batch } });
      const expression = parseExpression(value);
      const read = (): unknown =>
        expression &&
        settings.batch && [
          ...readDeclaredBatch(reply(body), ['https://a/1', 'https://a/2'], expression, {
            ...settings,
            batch: settings.batch,
          }),
        ];
      expect(outcome(read)).to.deep.equal(expected);
    });
  }
});

describe('what the settings say of an answer, in a batch', () => {
  const urls = ['https://a/1', 'https://a/2'];
  const rows: readonly [name: string, settings: object, body: unknown, expected: readonly unknown[]][] = [
    [
      'zeroWhen holds for the item of each URL',
      { value: '/n', zeroWhen: { '/known': false } },
      [{ known: false }, { known: true, n: 2 }],
      [ok(0), ok(2)],
    ],
    [
      'an item that is missing is not 0, whatever zeroWhen says',
      { value: '/n', zeroWhen: { '/known': false } },
      [null, { known: false }],
      [failed('no count in the answer'), ok(0)],
    ],
    [
      'where takes the items of the own URL',
      { value: 'sum:/posts/*/n', where: { '/u': '{url}' } },
      [
        {
          posts: [
            { u: 'https://a/1', n: 1 },
            { u: 'https://a/2', n: 8 },
          ],
        },
        { posts: [{ u: 'https://a/2', n: 2 }] },
      ],
      [ok(1), ok(2)],
    ],
    [
      'count: counts them',
      { value: 'count:/posts', where: { '/kind': 'post' } },
      [{ posts: [{ kind: 'post' }, { kind: 'like' }] }, { posts: [] }],
      [ok(1), ok(0)],
    ],
    ['digits in quotes are numbers only where that is said', { value: '/n' }, [{ n: '1' }, { n: 2 }], [null, ok(2)]],
    ['and then they are', { value: '/n', numericStrings: true }, [{ n: '1' }, { n: 2 }], [ok(1), ok(2)]],
  ];
  for (const [name, settings, body, expected] of rows) {
    for (const [form, of] of [
      ['array', (list: unknown): unknown => list],
      ['map', (list: unknown): unknown => Object.fromEntries((list as unknown[]).map((item, at) => [urls[at], item]))],
    ] as const) {
      it(`${name} (${form})`, () => {
        const batch = { max: 2, style: 'repeat', parameter: 'u', reply: form };
        const parsed = settingsOf({ ...settings, batch });
        const value = parseExpression(parsed.value ?? '')!;
        const readings = readDeclaredBatch(reply(of(body)), urls, value, { ...parsed, batch: parsed.batch! });
        for (const [at, url] of urls.entries()) {
          if (expected[at] === null) expect(readings.get(url)).to.have.property('state', 'failed');
          else expect(readings.get(url)).to.deep.equal(expected[at]);
        }
      });
    }
  }

  it('a pause is as long as the answer says, whatever its status', () => {
    const settings = settingsOf({ value: '/n', errorCodes: { '/code': { busy: 'pause' } } });
    const said = reply({ code: 'busy' }, { status: 403, headers: { 'retry-after': '7' } });
    const trouble = outcome(() => readDeclared(said, URL_B, parseExpression('/n')!, settings));
    expect(trouble).to.deep.equal({
      action: 'pause',
      message: '/code is busy: {"code":"busy"}',
      untilMs: said.at + 7000,
    });
  });
});

describe('an answer of several pages', () => {
  /** What is asked, and the reading, where the answers are these. */
  async function pages(page: object, bodies: readonly unknown[]): Promise<{ asked: string[]; reading: unknown }> {
    const settings = { type: 'json', url: 'https://s.example/r?u=1', value: '/n', page };
    const [service] = createServices(['mine'], { mine: settings }, createSecrets(ENV));
    const asked: string[] = [];
    const readings = lookUpService(service).lookUp([URL_B], async (request, read) => {
      asked.push(request.url.replace('https://s.example/r?u=1', ''));
      return read(reply(bodies[asked.length - 1]));
    });
    return { asked, reading: (await readings?.catch((error: Error) => [error.message]))?.[0] };
  }

  it('is added up, token by token', async () => {
    const bodies = [{ n: 5, next: 'a b' }, { n: 0, next: 7 }, { n: 2 }];
    expect(await pages({ next: '/next', parameter: 'p' }, bodies)).to.deep.equal({
      asked: ['', '&p=a%20b', '&p=7'],
      reading: ok(7),
    });
  });

  it('is asked on with all that an object names', async () => {
    const bodies = [{ n: 5, more: { offset: 500, continue: '-||' } }, { n: 1 }];
    expect(await pages({ next: '/more' }, bodies)).to.deep.equal({
      asked: ['', '&offset=500&continue=-%7C%7C'],
      reading: ok(6),
    });
  });

  const bad: readonly [name: string, page: object, bodies: readonly unknown[], reading: unknown][] = [
    ['of more pages than it may have', { max: 2 }, [1, 2, 3].map((n) => ({ n, next: n })), failed('more than 2 pages')],
    [
      'that names a page again',
      {},
      [1, 2, 1, 2].map((next) => ({ n: 1, next })),
      'asks for the same page again: {"p":"1"}',
    ],
    ['one of which has no number', {}, [{ n: 1, next: 1 }, {}], 'no count in the answer'],
    ['whose sum is too large', {}, [{ n: 2 ** 53 - 1, next: 1 }, { n: 1 }], 'not a count: 9007199254740992'],
    ['that says there is more, but not how to ask', {}, [{ n: 1, next: true }], /next page with: true/],
    ['with half a way to ask', {}, [{ n: 1, next: { a: 1, b: null } }], /next page with/],
  ];
  for (const [name, page, bodies, expected] of bad) {
    it(`${name}: no count`, async () => {
      const { reading } = await pages({ next: '/next', parameter: 'p', ...page }, bodies);
      if (expected instanceof RegExp) expect(reading).to.match(expected);
      else expect(reading).to.deep.equal(expected);
    });
  }

  it('is nothing for several URLs at a time', () => {
    const batch = { max: 2, style: 'repeat', parameter: 'u', reply: 'map' };
    const settings = { type: 'json', url: 'https://s.example/', value: '', page: { next: '/next' }, batch };
    expect(() => createServices(['mine'], { mine: settings }, createSecrets(ENV))).to.throw(/page by page/);
  });
});

describe('the presets', () => {
  const samples: Readonly<Record<string, { readonly count: unknown; readonly body: unknown }>> = {
    lemmy: { count: ok(1), body: { posts: [{ post: { url: URL_B } }, { post: { url: `${URL_B}c` } }] } },
    'webmention.io': { count: ok(6), body: { count: 6, type: { mention: 2, like: 3 } } },
    wikipedia: { count: ok(1), body: { query: { exturlusage: [{ url: URL_B }, { url: `${URL_B}/c` }] } } },
    dataforseo: {
      count: ok(4),
      body: { tasks: [{ status_code: 20000, result: [{ page_url: URL_B, pins_count: 4 }] }] },
    },
    sharethis: { count: ok(5), body: { total: 5, shares: { all: 5 } } },
    vk: { count: ok(7), body: 'VK.Share.count(1, 7);' },
    'ok.ru': { count: ok(5), body: "ODKL.updateCount('1','5');" },
    tumblr: { count: ok(3), body: { meta: {}, response: { url: URL_B, note_count: 3 } } },
    buffer: { count: ok(2), body: { shares: 2 } },
    bitly: { count: ok(8), body: { total_clicks: 8, units: -1, unit: 'month' } },
    discourse: { count: ok(9), body: { id: 1, views: 9, like_count: 3, posts_count: 2 } },
    forem: { count: ok(4), body: { type_of: 'article', public_reactions_count: 4, comments_count: 1 } },
  };
  const more: Readonly<Record<string, object>> = {
    lemmy: { endpoint: 'https://lemmy.example' },
    discourse: { endpoint: 'https://example.com' },
    forem: { endpoint: 'https://example.com' },
    dataforseo: { auth: { userEnv: 'BYLINE_USER', passwordEnv: 'BYLINE_PASSWORD' } },
  };
  const single = Object.keys(presets).filter((name) => !('report' in presets[name]!.settings));
  for (const name of single) {
    it(`${name} asks and reads`, async () => {
      const settings = { mine: { type: 'json', preset: name, ...more[name] } };
      const [service] = createServices(['mine'], settings, createSecrets(ENV));
      const asked: string[] = [];
      const readings = await lookUpService(service).lookUp([URL_B], async (request, read) => {
        asked.push(`${request.url} ${request.body ?? ''}`);
        return read(reply(samples[name]?.body));
      });
      expect(readings).to.deep.equal([samples[name]?.count]);
      expect(asked).to.have.lengthOf(1);
      expect(decodeURIComponent(asked[0] ?? '')).to.match(/example\.com.*\/b/);
    });
  }

  it('a preset that is told a path alone skips the URLs of other hosts', async () => {
    const settings = { d: { type: 'json', preset: 'discourse', endpoint: 'https://forum.example.com' } };
    const [service] = createServices(['d'], settings, createSecrets(ENV));
    const urls = ['https://forum.example.com/t/a/1', URL_B];
    const readings = await lookUpService(service).lookUp(urls, async ({ url }, read) => {
      expect(url).to.equal('https://forum.example.com/t/a/1.json');
      return read(reply({ views: 3 }));
    });
    expect(readings).to.deep.equal([ok(3), { state: 'skipped', reason: 'not of this site' }]);
  });

  it('wikipedia continues if MediaWiki says that there is more', async () => {
    const [service] = createServices(['w'], { w: { type: 'json', preset: 'wikipedia' } }, createSecrets(ENV));
    const link = { query: { exturlusage: [{ url: URL_B }] } };
    const asked: string[] = [];
    const readings = await lookUpService(service).lookUp([URL_B], async (request, read) => {
      asked.push(request.url);
      return read(reply(asked.length === 1 ? { ...link, continue: { euoffset: 500, continue: '-||' } } : link));
    });
    expect(readings).to.deep.equal([ok(2)]);
    expect(asked[1]).to.equal(`${asked[0]}&euoffset=500&continue=-%7C%7C`);
  });
});

function settingsOf(settings: object): ReturnType<typeof jsonSettings.parse> {
  return jsonSettings.parse(settings);
}

function requestsOf(settings: { readonly url?: string; readonly batch?: object }): ReturnType<typeof createRequests> {
  const batch = settings.batch && { max: 5, reply: 'map', ...settings.batch };
  const parsed = settingsOf({ ...settings, ...(batch ? { batch } : {}) });
  const secrets = createSecrets(ENV);
  return createRequests('reads', parsed.url ?? '', parsed, {
    read: (variable) => secrets.read(variable, 'reads'),
    readKeyFile: (variable) => secrets.readKeyFile(variable, 'reads'),
    remember: (value) => secrets.remember(value),
  });
}

function get(url: string, headers: Readonly<Record<string, string>> = {}): ServiceRequest {
  return { method: 'GET', url, headers };
}

function post(type: string, body: string): ServiceRequest {
  return { method: 'POST', url: 'https://s.example/', headers: { 'content-type': type }, body };
}
