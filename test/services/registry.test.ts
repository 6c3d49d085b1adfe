import { expect } from 'chai';
import { describeIssue, READING } from '../../src/model/describe-issue.ts';
import { requireCumulative, createServices, definitions, servicesSchema } from '../../src/services/registry.ts';
import { createSecrets } from '../../src/services/secrets.ts';
import type { CountService } from '../../src/services/service.ts';

const ENV = { BYLINE_TOKEN: 'a-secret-token', BYLINE_USER: 'stats', HOME: '/root' };

function create(names: readonly string[], settings: Readonly<Record<string, object>> = {}): readonly CountService[] {
  return createServices(names, settings, createSecrets(ENV));
}

describe('the services', () => {
  it('that need nothing need no settings', () =>
    expect(
      create(['hackernews', 'hatena', 'pinterest', 'bluesky']).map(({ name, maxUrls }) => [name, maxUrls]),
    ).to.deep.equal([
      ['hackernews', 1],
      ['hatena', 50],
      ['pinterest', 1],
      ['bluesky', 1],
    ]));

  it('have the limits of the settings over their own', () => {
    const [pinterest] = create(['pinterest'], { pinterest: { maxRequests: 9, rate: { requests: 1, seconds: 2 } } });
    expect(pinterest?.limits).to.deep.equal({ concurrency: 4, maxRequests: 9, rate: { requests: 1, seconds: 2 } });
  });

  it('can be there twice, under names of their own', () => {
    const own = { type: 'facebook', tokenEnv: 'BYLINE_TOKEN', measure: 'shares' };
    expect(create(['facebook', 'shares'], { facebook: { tokenEnv: 'BYLINE_TOKEN' }, shares: own })).to.have.lengthOf(2);
  });

  it('take an http endpoint on loopback, and elsewhere where the settings say so', () => {
    for (const host of ['127.0.0.1:8080', 'localhost', '[::1]:1']) {
      expect(create(['twitter'], { twitter: { endpoint: `http://${host}/count.json` } })).to.have.lengthOf(1);
    }
    const endpoint = 'http://counts.example.com/';
    expect(create(['twitter'], { twitter: { endpoint, allowInsecure: true } })).to.have.lengthOf(1);
  });

  const errors: readonly [what: string, name: string, settings: object | undefined, message: string][] = [
    ['an unknown name', 'twiter', undefined, 'There is no service "twiter".'],
    ['a name of every object', 'constructor', undefined, 'There is no service "constructor".'],
    ['the other one', '__proto__', undefined, 'There is no service "__proto__".'],
    [
      'twitter without endpoint',
      'twitter',
      undefined,
      'The public host of the service "twitter" has been closed since 2015-11-20. Use instead: the service "x"',
    ],
    [
      'linkedin without endpoint',
      'linkedin',
      {},
      'The public host of the service "linkedin" has been closed since 2019-05',
    ],
    ['facebook without token', 'facebook', undefined, 'The service "facebook" needs "tokenEnv" in its settings.'],
    [
      'x without start',
      'x',
      { tokenEnv: 'BYLINE_TOKEN', measure: 'all' },
      'The service "x" needs "startTime" in its settings.',
    ],
    [
      'a name of no BYLINE_',
      'facebook',
      { tokenEnv: 'HOME' },
      'The settings of the service "facebook" are wrong at "tokenEnv": must be the name of a variable that begins with BYLINE_.',
    ],
    [
      'a variable not set',
      'facebook',
      { tokenEnv: 'BYLINE_GONE' },
      'The service "facebook" needs the environment variable BYLINE_GONE, which is not set.',
    ],
    [
      'a key it has not',
      'hatena',
      { endpiont: 'https://x.example' },
      'The settings of the service "hatena" are wrong at "endpiont": unknown key "endpiont".',
    ],
    [
      'a wrong number',
      'hatena',
      { concurrency: 0 },
      'The settings of the service "hatena" are wrong at "concurrency": must be more than 0',
    ],
    [
      'a wrong number deep down',
      'hatena',
      { rate: { requests: '1', seconds: 1 } },
      'The settings of the service "hatena" are wrong at "rate.requests": must be a number',
    ],
    [
      'an address of another kind',
      'hatena',
      { endpoint: 'file:///etc/passwd' },
      'The settings of the service "hatena" are wrong at "endpoint": must be an http or https URL.',
    ],
    [
      'plain http',
      'hatena',
      { endpoint: 'http://localhost.example.com/' },
      'The settings of the service "hatena" send its requests to localhost.example.com over plain http.',
    ],
    [
      'a token over plain http',
      'reddit',
      { tokenEndpoint: 'http://reddit.example/' },
      'The settings of the service "reddit" send its requests to reddit.example over plain http.',
    ],
    [
      'plain http in disguise',
      'reads',
      { type: 'json', url: 'HTTP://u:p@stats.example/{url}', value: '' },
      'The settings of the service "reads" send its requests to stats.example over plain http.',
    ],
    [
      'a name of one’s own without type',
      'reads',
      { url: 'https://x.example' },
      'The settings of the service "reads" are wrong at "type": must be one of: facebook, ',
    ],
    [
      'a type there is not',
      'reads',
      { type: 'xml' },
      'The settings of the service "reads" are wrong at "type": must be one of: facebook, ',
    ],
    [
      'a built-in name of another type',
      'twitter',
      { type: 'json' },
      'The settings of the service "twitter" are wrong at "type": must be "twitter".',
    ],
    [
      'a json service without url',
      'reads',
      { type: 'json', value: '/n' },
      'The service "reads" needs "url" in its settings.',
    ],
    [
      'a json service without value',
      'reads',
      { type: 'json', url: 'https://x.example/{url}' },
      'The service "reads" needs "value" in its settings.',
    ],
    [
      'a preset without its endpoint',
      'lemmy',
      { type: 'json', preset: 'lemmy' },
      'The service "lemmy" needs "endpoint" in its settings.',
    ],
    [
      'an expression that is none',
      'reads',
      { type: 'json', url: 'https://x.example/', value: 'total' },
      'The settings of the service "reads" are wrong at "value": must be a JSON Pointer',
    ],
    [
      'auth that is none',
      'reads',
      { type: 'json', auth: { bearer: 'abc' } },
      'The settings of the service "reads" are wrong at "auth": must be { bearerEnv }',
    ],
    [
      'a batch without parameter',
      'reads',
      { type: 'json', url: 'https://x.example/', value: '', batch: { max: 9, style: 'join', reply: 'map' } },
      'The settings of the service "reads" are wrong at "batch.parameter": the style "join" needs it.',
    ],
    [
      'useless variants',
      'hackernews',
      { variants: ['scheme'] },
      'The settings of the service "hackernews" are wrong at "variants": "scheme" is of no use: it counts all spellings of a URL as one.',
    ],
  ];
  for (const [what, name, settings, message] of errors) {
    it(`${what} is an error before any request`, () =>
      expect(() => create([name], settings ? { [name]: settings } : {}))
        .to.throw(message)
        .with.property('actions')
        .that.is.an('array').that.is.not.empty);
  }

  it('never ask the host of an article', () => {
    for (const url of [
      'https://{urlNoScheme}',
      'https://{url}/x',
      'https://api.{urlNoScheme}/x',
      '{url}',
      '{urlNoScheme}/',
    ]) {
      expect(() => create(['reads'], { reads: { type: 'json', url, value: '/n' } }), url).to.throw(
        'must begin with an http',
      );
    }
  });

  it('of a period are not written without a word', () => {
    const settings = { tokenEnv: 'BYLINE_TOKEN' };
    const all = { ...settings, measure: 'all', startTime: '2024-01-01T00:00:00Z' };
    expect(() => requireCumulative(create(['x'], { x: settings }))).to.throw(
      'The service "x" counts the posts of the last 7 days',
    );
    expect(() => requireCumulative(create(['x', 'hatena'], { x: { ...settings, kind: 'window' } }))).to.not.throw();
    expect(() => requireCumulative(create(['x'], { x: all }))).to.not.throw();
  });

  it('have names in one list, each once', () => {
    const names = definitions.map(({ name }) => name);
    expect([...new Set(names)]).to.deep.equal(names);
  });
});

describe('the services block of the settings', () => {
  const problems = (block: object): unknown =>
    servicesSchema
      .safeParse(block, READING)
      .error?.issues.map((issue) => `${issue.path.join('.')}: ${describeIssue(issue)}`);

  it('takes what the contract shows', () =>
    expect(
      problems({
        twitter: { endpoint: 'https://counts.example.com/1/urls/count.json' },
        facebook: {
          endpoint: 'https://graph.facebook.com',
          version: 'v26.0',
          tokenEnv: 'BYLINE_FACEBOOK_TOKEN',
          batch: 50,
        },
        linkedin: { endpoint: 'https://counts.example.com/countserv/count/share' },
        hackernews: {},
        reads: {
          ...{ type: 'json', url: 'https://stats.example.com/api/reads?u={url}', value: '/data/total' },
          ...{ auth: { bearerEnv: 'BYLINE_STATS_TOKEN' }, rate: { requests: 10, seconds: 1 } },
        },
      }),
    ).to.equal(undefined));

  const blocks: readonly [block: object, problem: string][] = [
    [{ facebook: { batch: 51 } }, 'facebook.batch: must be at most 50'],
    [{ facebook: { token: 'x' } }, 'facebook: unknown key "token"'],
    [{ reads: { type: 'json', vlaue: '/n' } }, 'reads: unknown key "vlaue"'],
    [
      { reads: { url: 'https://x' } },
      'reads.type: no service is built in under this name, so it needs a "type": facebook',
    ],
  ];
  for (const [block, problem] of blocks) {
    it(`${JSON.stringify(block)} is wrong`, () =>
      expect(problems(block)).to.have.lengthOf(1).and.property('0').include(problem));
  }
});
