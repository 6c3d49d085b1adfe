import { expect } from 'chai';
import { createServices } from '../../src/services/registry.ts';
import { createSecrets } from '../../src/services/secrets.ts';
import type { Ask, ServiceReply, ServiceRequest } from '../../src/services/service.ts';
import { failed, lookUpService, ok, reply } from './replies.ts';

const ENV = { BYLINE_TOKEN: 'tok|en', BYLINE_ID: 'client', BYLINE_SECRET: 'pass word' };
const ARTICLE = 'https://example.com/a?b=c&d=ä#e';
const ENCODED = 'https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d%3D%C3%A4%23e';

/** What a service asks for `urls`, and what it makes of `replies` in turn. */
async function asking(
  name: string,
  settings: object,
  urls: readonly string[],
  replies: readonly ServiceReply[],
): Promise<{ requests: ServiceRequest[]; readings: unknown; redacted: (text: string) => string }> {
  const secrets = createSecrets(ENV);
  const [service] = createServices([name], { [name]: settings }, secrets);
  const requests: ServiceRequest[] = [];
  const ask: Ask = async (request, read) => {
    requests.push(request);
    return read(replies[requests.length - 1] ?? reply('no more'));
  };
  return {
    requests,
    readings: await lookUpService(service).lookUp(urls, ask),
    redacted: (text) => secrets.redact(text),
  };
}

describe('requests of each service match its documentation', () => {
  const rows: readonly [
    name: string,
    settings: object,
    url: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ][] = [
    [
      'twitter',
      { endpoint: 'https://p.example/count.json?k=1' },
      `https://p.example/count.json?k=1&url=${ENCODED}`,
      { count: 1 },
    ],
    ['linkedin', { endpoint: 'https://p.example/share' }, `https://p.example/share?url=${ENCODED}`, { count: 1 }],
    [
      'linkedin',
      { endpoint: 'https://p.example/share', format: 'json' },
      `https://p.example/share?url=${ENCODED}&format=json`,
      { count: 1 },
    ],
    [
      'facebook',
      { tokenEnv: 'BYLINE_TOKEN', measure: 'shares' },
      `https://graph.facebook.com/v26.0/?id=${ENCODED}&fields=engagement&access_token=tok%7Cen`,
      { engagement: { share_count: 1 }, id: 'u' },
    ],
    [
      'facebook',
      { shape: 'legacy', endpoint: 'https://p.example/' },
      `https://p.example/${ENCODED}`,
      { shares: 1, id: 'u' },
    ],
    [
      'hackernews',
      { measure: 'stories' },
      `https://hn.algolia.com/api/v1/search?query=${ENCODED}&tags=story&restrictSearchableAttributes=url&typoTolerance=false&hitsPerPage=100`,
      { hits: [{ url: ARTICLE }] },
    ],
    ['hatena', {}, `https://bookmark.hatenaapis.com/count/entries?url=${ENCODED}`, { [ARTICLE]: 1 }],
    ['pinterest', {}, `https://api.pinterest.com/v1/urls/count.json?url=${ENCODED}`, 'receiveCount({"count":1})'],
    [
      'bluesky',
      {},
      `https://constellation.microcosm.blue/xrpc/blue.microcosm.links.getBacklinksCount?subject=${ENCODED}&source=app.bsky.feed.post%3Aembed.external.uri`,
      { total: 1 },
      { accept: 'application/json' },
    ],
    [
      'sharedcount',
      { keyEnv: 'BYLINE_TOKEN' },
      `https://api.sharedcount.com/v1.1/?url=${ENCODED}&apikey=tok%7Cen`,
      { Facebook: { total_count: 1 } },
    ],
    [
      'x',
      { tokenEnv: 'BYLINE_TOKEN' },
      `https://api.x.com/2/tweets/counts/recent?query=url%3A%22${ENCODED}%22&granularity=day`,
      { meta: { total_tweet_count: 1 } },
      { authorization: 'Bearer tok|en' },
    ],
  ];
  for (const [name, settings, url, body, headers] of rows) {
    it(`${name} ${JSON.stringify(settings)}`, async () => {
      const { requests, readings } = await asking(name, settings, [ARTICLE], [reply(body)]);
      expect(requests).to.deep.equal([headers ? { url, headers } : { url }]);
      expect(readings).to.deep.equal([ok(1)]);
    });
  }
});

describe('x', () => {
  it('adds up all pages of all time', async () => {
    const settings = { tokenEnv: 'BYLINE_TOKEN', measure: 'all', startTime: '2024-01-01T00:00:00Z' };
    const pages = [
      { total_tweet_count: 5, next_token: 'n 1' },
      { total_tweet_count: 0, next_token: 'n2' },
      { total_tweet_count: 2 },
    ];
    const { requests, readings } = await asking(
      'x',
      settings,
      [ARTICLE],
      pages.map((meta) => reply({ meta })),
    );
    expect(readings).to.deep.equal([ok(7)]);
    const start = `https://api.x.com/2/tweets/counts/all?query=url%3A%22${ENCODED}%22&granularity=day&start_time=2024-01-01T00%3A00%3A00Z`;
    expect(requests.map(({ url }) => url)).to.deep.equal([
      start,
      `${start}&next_token=n%201`,
      `${start}&next_token=n2`,
    ]);
  });

  const PAGE = { total_tweet_count: 5, next_token: 'same' };

  it('asks no further where a token comes again, which has no count', async () => {
    const settings = { tokenEnv: 'BYLINE_TOKEN', measure: 'all', startTime: '2024-01-01T00:00:00Z' };
    const pages = Array.from({ length: 20 }, () => reply({ meta: PAGE }));
    const error = await asking('x', settings, [ARTICLE], pages).catch((reason: unknown) => reason);
    expect(error).to.have.property('message', 'asks for the same page again: {"next_token":"same"}');
  });

  it('asks for no more pages than the period has', async () => {
    const startTime = new Date(Date.now() - 40 * 24 * 3_600_000).toISOString();
    const settings = { tokenEnv: 'BYLINE_TOKEN', measure: 'all', startTime };
    const pages = Array.from({ length: 20 }, (_, at) => reply({ meta: { ...PAGE, next_token: `n${at}` } }));
    const { requests, readings } = await asking('x', settings, [ARTICLE], pages);
    expect(requests).to.have.lengthOf(3);
    expect(readings).to.deep.equal([failed('more than 3 pages')]);
  });

  it('pays nothing for a URL it cannot ask for', async () => {
    const urls = ['https://example.com/"quoted"', `https://example.com/${'x'.repeat(500)}`];
    const { requests, readings } = await asking('x', { tokenEnv: 'BYLINE_TOKEN' }, urls, []);
    expect(requests).to.deep.equal([]);
    expect(readings).to.deep.equal([
      { state: 'skipped', reason: 'X has no way to ask for a URL with a quotation mark' },
      { state: 'skipped', reason: 'longer than the 512 characters X takes' },
    ]);
  });
});

describe('reddit', () => {
  const settings = { clientIdEnv: 'BYLINE_ID', clientSecretEnv: 'BYLINE_SECRET', username: 'news', measure: 'posts' };
  const agent = { 'user-agent': 'node:sf-plugin-byline:v1 (by /u/news)' };
  const posts = reply({ data: { children: [{ data: {} }], after: null } });
  const token = (access_token: string): ServiceReply => reply({ access_token });

  it('fetches one token for all, and asks with it', async () => {
    const { requests, readings, redacted } = await asking(
      'reddit',
      settings,
      [ARTICLE, 'https://b.c/'],
      [token('t-1-secret'), posts, posts],
    );
    expect(readings).to.deep.equal([ok(1), ok(1)]);
    const basic = Buffer.from('client:pass word').toString('base64');
    const type = 'application/x-www-form-urlencoded';
    expect(requests).to.deep.equal([
      {
        method: 'POST',
        url: 'https://www.reddit.com/api/v1/access_token',
        headers: { authorization: `Basic ${basic}`, 'content-type': type, ...agent },
        body: 'grant_type=client_credentials',
      },
      {
        url: `https://oauth.reddit.com/api/info?url=${ENCODED}&limit=100`,
        headers: { authorization: 'Bearer t-1-secret', ...agent },
      },
      {
        url: 'https://oauth.reddit.com/api/info?url=https%3A%2F%2Fb.c%2F&limit=100',
        headers: { authorization: 'Bearer t-1-secret', ...agent },
      },
    ]);
    expect(redacted(`${basic} t-1-secret`)).to.equal('*** ***');
  });

  it('fetches another one when it has expired, once for all', async () => {
    const expired = reply('', { status: 401 });
    const replies = [token('t1'), expired, expired, token('t2'), posts, posts];
    const { requests, readings } = await asking('reddit', settings, [ARTICLE, 'https://b.c/'], replies);
    expect(readings).to.deep.equal([ok(1), ok(1)]);
    expect(requests.map(({ headers }) => headers?.['authorization']?.split(' ')[1])).to.deep.equal([
      ...[requests[0]?.headers?.['authorization']?.split(' ')[1], 't1', 't1'],
      ...[requests[0]?.headers?.['authorization']?.split(' ')[1], 't2', 't2'],
    ]);
  });
});

describe('facebook', () => {
  it('joins what can be joined and asks for the rest alone', async () => {
    const urls = ['https://a.b/1', 'https://a.b/2,3', 'https://a.b/4'];
    const node = (share_count: number): object => ({ engagement: { share_count }, id: 'u' });
    const replies = [reply({ 'https://a.b/1': node(1), 'https://a.b/4/': node(9) }), reply(node(2)), reply(node(4))];
    const settings = { tokenEnv: 'BYLINE_TOKEN', measure: 'shares', version: 'v25.0' };
    const { requests, readings } = await asking('facebook', settings, urls, replies);
    const rest = '&fields=engagement&access_token=tok%7Cen';
    expect(requests.map(({ url }) => url)).to.deep.equal([
      `https://graph.facebook.com/v25.0/?ids=https%3A%2F%2Fa.b%2F1,https%3A%2F%2Fa.b%2F4${rest}`,
      `https://graph.facebook.com/v25.0/?id=https%3A%2F%2Fa.b%2F2%2C3${rest}`,
      `https://graph.facebook.com/v25.0/?id=https%3A%2F%2Fa.b%2F4${rest}`,
    ]);
    expect(readings).to.deep.equal([ok(1), ok(2), ok(4)]);
  });
});
