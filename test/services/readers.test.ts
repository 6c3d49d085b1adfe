import { expect } from 'chai';
import { readBluesky } from '../../src/services/bluesky.ts';
import { readHackerNews } from '../../src/services/hackernews.ts';
import { readLinkedIn } from '../../src/services/linkedin.ts';
import { readPinterest } from '../../src/services/pinterest.ts';
import { readToken } from '../../src/services/oauth.ts';
import { readReddit } from '../../src/services/reddit.ts';
import { readSharedCount } from '../../src/services/sharedcount.ts';
import { readTwitter } from '../../src/services/twitter.ts';
import { readPage } from '../../src/services/x.ts';
import { AT, failed, ok, outcome, reply } from './replies.ts';

type Row = readonly [name: string, given: ReturnType<typeof reply>, expected: unknown];

function check(reader: string, read: (given: ReturnType<typeof reply>) => unknown, rows: readonly Row[]): void {
  describe(reader, () => {
    for (const [name, given, expected] of rows) {
      it(name, () => expect(outcome(() => read(given))).to.deep.equal(expected));
    }
  });
}

const noCount = { action: 'url', message: 'no count in the answer' };
const url = (message: string): object => ({ action: 'url', message });

check('twitter', readTwitter, [
  ['JSON', reply(String.raw`{"count":144,"url":"http:\/\/site\/path\/"}`), ok(144)],
  ['JSONP', reply('twttr.receiveCount({"count":0,"url":"x"});'), ok(0)],
  ['no count', reply('{"url":"x"}'), noCount],
  ['a count in letters', reply({ count: '1.2K' }), url('not a count: "1.2K"')],
  ['a negative count', reply({ count: -7 }), url('not a count: -7')],
  [
    'an error of a moment, in 200',
    reply({ errors: [{ code: 48, message: 'Unable to access' }] }),
    retry('error 48: Unable to access'),
  ],
  ['the same as JSONP', reply('f({"errors":[{"code":48,"message":"x"}]});'), retry('error 48: x')],
  ['the end, in 200', reply('/**/cb({"errors":[{"message":"gone","code":34}]});'), url('error 34: gone')],
  ['an empty list of errors', reply({ errors: [], count: 5 }), ok(5)],
  ['the end', reply('', { status: 410 }), url('HTTP 410')],
]);

check('linkedin', readLinkedIn, [
  ['JSONP', reply('IN.Tags.Share.handleCount({"count":18,"fCnt":"1K","fCntPlusOne":"19","url":"x"});'), ok(18)],
  ['JSON', reply({ count: 18, fCnt: '18' }), ok(18)],
  ['the number for display only', reply({ fCnt: '18' }), noCount],
]);

const story = (at: string, points: unknown, comments: unknown): object => ({ url: at, points, num_comments: comments });
const ARTICLE = 'https://mi.com/a?b=1';
const hits = [
  story('https://mui.com/a?b=1', 100, 1),
  story('https://mi.com/a', 100, 1),
  story('http://MI.com/a/?b=1#top', 50, 3),
  story(ARTICLE, 7, null),
  story(ARTICLE, null, 2),
  { ...story('', 1, 1), url: null },
];
check('hackernews: points', (given) => readHackerNews(given, ARTICLE, 'points'), [
  ['of the article only', reply({ hits, nbHits: 6 }), ok(57)],
  ['of an article never posted', reply({ hits: hits.slice(0, 2), nbHits: 2 }), ok(0)],
  ['in letters', reply({ hits: [story(ARTICLE, '57', 0)] }), url('not a count: "57"')],
  ['missing', reply({ hits: [{ url: ARTICLE }] }), noCount],
  ['no hits', reply({ nbHits: 6 }), url('no hits in the answer')],
  [
    'more than fit',
    reply({ hits: Array.from({ length: 100 }, () => story(ARTICLE, 1, 1)) }),
    failed('more than 100 stories'),
  ],
]);
check(
  'hackernews: an article by another spelling',
  (given) => readHackerNews(given, 'https://a.de/%e3%81%82', 'points'),
  [
    ['in upper case', reply({ hits: [story('https://a.de/%E3%81%82', 50, 0)] }), ok(50)],
    ['not encoded', reply({ hits: [story('http://a.de/あ/', 50, 0)] }), ok(50)],
  ],
);
check('hackernews: comments', (given) => readHackerNews(given, ARTICLE, 'comments'), [['', reply({ hits }), ok(5)]]);
check('hackernews: stories', (given) => readHackerNews(given, ARTICLE, 'stories'), [['', reply({ hits }), ok(3)]]);

check('pinterest', readPinterest, [
  ['JSONP without a semicolon', reply('receiveCount({"url":"https://x/foo_(bar)","count":9})'), ok(9)],
  ['an empty callback', reply('({"url":"x","count":0})'), ok(0)],
  ['a dash', reply('receiveCount({"url":"x","count":"-"})'), failed('Pinterest does not know the URL ("-")')],
  ['an error', reply('receiveCount({"error":"Invalid URL."})'), url('error: Invalid URL.')],
  ['digits in quotes', reply('receiveCount({"count":"9"})'), url('not a count: "9"')],
]);

check('bluesky', readBluesky, [
  ['total', reply({ total: 31 }), ok(31)],
  ['what another client reads', reply({ count: 31 }), noCount],
  ['a page', reply('<html><title>Constellation</title>'), url('not JSON: page "Constellation"')],
]);

const FACEBOOK = { total_count: 168, comment_count: 53, reaction_count: 14, share_count: 101 };
check('sharedcount: total', (given) => readSharedCount(given, 'total'), [
  ['Facebook', reply({ Pinterest: 9, Facebook: FACEBOOK }), ok(168)],
  ['null', reply({ Pinterest: 9, Facebook: null }), failed('SharedCount has no number of Facebook now (null)')],
  [
    'null inside',
    reply({ Facebook: { total_count: null } }),
    failed('SharedCount has no number of total_count now (null)'),
  ],
  ['gone', reply({ Pinterest: 9 }), noCount],
  ['quota spent', reply(error('quota_exceeded'), { status: 403 }), { action: 'stop', message: 'quota_exceeded: told' }],
  ['quota spent, in 200', reply(error('quota_exceeded')), { action: 'stop', message: 'quota_exceeded: told' }],
  ['wrong key', reply(error('invalid_api_key'), { status: 401 }), { action: 'stop', message: 'invalid_api_key: told' }],
  ['bad URL', reply(error('invalid_url'), { status: 400 }), failed('invalid_url: told')],
  ['another error in 200', reply(error('odd')), url('odd: told')],
  ['a page', reply('<title>Oops</title>', { status: 502 }), retry('HTTP 502: page "Oops"')],
]);
check('sharedcount: shares', (given) => readSharedCount(given, 'shares'), [
  ['', reply({ Facebook: FACEBOOK }), ok(101)],
]);
check('sharedcount: pinterest', (given) => readSharedCount(given, 'pinterest'), [['', reply({ Pinterest: 9 }), ok(9)]]);

const reset = { 'x-rate-limit-reset': String(AT / 1000 + 900) };
const problem = (type: string, detail = 'told'): object => ({
  title: 'T',
  detail,
  type: `https://api.x.com/2/problems/${type}`,
});
check('x', readPage, [
  ['a page', reply({ data: [], meta: { total_tweet_count: 16 } }), { reading: ok(16), next: undefined }],
  [
    'not the last page',
    reply({ meta: { total_tweet_count: 5, next_token: 'n' } }),
    { reading: ok(5), next: { next_token: 'n' } },
  ],
  ['no total', reply({ meta: {} }), noCount],
  ['an error in 200', reply({ errors: [{ title: 'Disconnect' }] }), url('error: Disconnect')],
  [
    'the limit of 15 minutes',
    reply(problem('rate-limit-exceeded'), { status: 429, headers: reset }),
    { action: 'pause', message: 'HTTP 429: told', untilMs: AT + 900_000 },
  ],
  [
    'the old form of it',
    reply({ errors: [{ code: 88 }] }, { status: 429 }),
    { action: 'pause', message: 'HTTP 429: ' },
  ],
  [
    'the paid cap',
    reply(problem('usage-capped'), { status: 429, headers: reset }),
    { action: 'stop', message: 'HTTP 429: told' },
  ],
  ['forbidden', reply(problem('client-forbidden'), { status: 403 }), { action: 'stop', message: 'HTTP 403: told' }],
  ['no credit', reply('', { status: 402 }), { action: 'stop', message: 'HTTP 402' }],
  ['unauthorized', reply('', { status: 401 }), { action: 'stop', message: 'HTTP 401' }],
]);

const posts = [post(6, 2), post(-1, 0), post(0, 4)];
check('reddit: score', (given) => readReddit(given, 'score'), [
  ['added up', reply(listing(posts)), ok(5)],
  ['of no post', reply(listing([])), ok(0)],
  ['below zero', reply(listing([post(-7, 0)])), url('not a count: -7')],
  ['in letters', reply(listing([post('6', 0)])), url('not a count: "6"')],
  ['more than fit', reply(listing(posts, 't3_x')), failed('more than 100 posts')],
  ['an error in 200', reply({ message: 'Internal', error: 500 }), url('no posts in the answer: Internal')],
  ['blocked', reply('<title>Blocked</title>', { status: 403 }), url('HTTP 403: page "Blocked"')],
  ['a token that was refused', reply('', { status: 401 }), { action: 'stop', message: 'HTTP 401' }],
]);
check('reddit: comments', (given) => readReddit(given, 'comments'), [['', reply(listing(posts)), ok(6)]]);
check('reddit: posts', (given) => readReddit(given, 'posts'), [['', reply(listing(posts)), ok(3)]]);
check('reddit: the grant of a token', readToken, [
  ['granted', reply({ access_token: 'abc', expires_in: 86_400 }), 'abc'],
  [
    'refused in 200',
    reply({ error: 'unsupported_grant_type' }),
    { action: 'stop', message: 'no access token: unsupported_grant_type' },
  ],
  ['refused', reply('', { status: 401 }), { action: 'stop', message: 'no access token: HTTP 401' }],
  [
    'a redirect',
    reply('', { status: 302 }),
    { action: 'stop', message: 'no access token: HTTP 302: redirect not followed' },
  ],
  ['trouble that passes', reply('', { status: 500 }), retry('HTTP 500')],
]);

function retry(message: string): object {
  return { action: 'retry', message };
}

function error(type: string): object {
  return { Error: 'told', Type: type };
}

function post(score: unknown, comments: number): object {
  return { kind: 't3', data: { score, ups: score, num_comments: comments } };
}

function listing(children: readonly object[], after: string | null = null): object {
  return { kind: 'Listing', data: { children, after } };
}
