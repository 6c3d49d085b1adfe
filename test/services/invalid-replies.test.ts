import { expect } from 'chai';
import { createServices } from '../../src/services/registry.ts';
import { createSecrets } from '../../src/services/secrets.ts';
import type { CountService } from '../../src/services/service.ts';
import { lookUpService, outcome, reply } from './replies.ts';

const ENV = { BYLINE_TOKEN: 'nonsense-tk-1', BYLINE_ID: 'nonsense-id-1', BYLINE_SECRET: 'nonsense-sc-1' };
const URLS = ['https://a.example.com/1', 'https://a.example.com/2'];
const [FIRST] = URLS as [string];

/** Settings of a service, and its answer where `number` stands for the count of every URL. */
type Sample = { readonly settings: object; readonly answer: (number: string) => string };

const engagement = (number: string): string =>
  `{"reaction_count":${number},"comment_count":0,"share_count":0,"comment_plugin_count":0}`;
const byUrl = (value: (url: string) => string): string => `{${URLS.map((url) => `"${url}":${value(url)}`).join(',')}}`;

const SAMPLES: Readonly<Record<string, Sample>> = {
  twitter: { settings: { endpoint: 'https://p.example/' }, answer: (number) => `{"count":${number},"url":"x"}` },
  linkedin: { settings: { endpoint: 'https://p.example/' }, answer: (number) => `{"count":${number},"fCnt":"9"}` },
  facebook: {
    settings: { tokenEnv: 'BYLINE_TOKEN' },
    answer: (number) => byUrl((url) => `{"engagement":${engagement(number)},"id":"${url}"}`),
  },
  'facebook og_object': {
    settings: { tokenEnv: 'BYLINE_TOKEN', source: 'og_object' },
    answer: (number) => byUrl((url) => `{"og_object":{"engagement":{"count":${number}}},"id":"${url}"}`),
  },
  'facebook legacy': {
    settings: { endpoint: 'https://p.example/', shape: 'legacy' },
    answer: (number) => `{"id":"${FIRST}","shares":${number}}`,
  },
  hackernews: { settings: {}, answer: (number) => `{"hits":[{"url":"${FIRST}","points":${number}}],"nbHits":1}` },
  hatena: { settings: {}, answer: (number) => byUrl(() => number) },
  pinterest: { settings: {}, answer: (number) => `receiveCount({"url":"x","count":${number}})` },
  bluesky: { settings: {}, answer: (number) => `{"total":${number}}` },
  sharedcount: {
    settings: { keyEnv: 'BYLINE_TOKEN' },
    answer: (number) => `{"Facebook":{"total_count":${number}},"Pinterest":null}`,
  },
  x: {
    settings: { tokenEnv: 'BYLINE_TOKEN' },
    answer: (number) => `{"data":[],"meta":{"total_tweet_count":${number}}}`,
  },
  json: {
    settings: { type: 'json', url: 'https://p.example/?u={url}', value: '/data/total' },
    answer: (number) => `{"data":{"total":${number}}}`,
  },
  'json list': {
    settings: {
      ...{ type: 'json', url: 'https://p.example/', value: '/n' },
      batch: { max: 2, style: 'repeat', parameter: 'u', reply: 'list', items: '/list' },
    },
    answer: (number) => `{"list":[${URLS.map((url) => `{"url":"${url}","n":${number}}`).join(',')}]}`,
  },
};

function serviceOf(sample: string): CountService {
  const name = sample.split(' ')[0] === 'json' ? 'mine' : sample.split(' ')[0]!;
  return createServices([name], { [name]: SAMPLES[sample]!.settings }, createSecrets(ENV))[0]!;
}

/** The counts a service makes of an answer; what it throws must be a ServiceError. */
async function countsOf(service: CountService, text: string): Promise<number[]> {
  const urls = URLS.slice(0, service.maxUrls);
  try {
    const readings = await lookUpService(service).lookUp(urls, async (_, read) => read(reply(text)));
    return readings.flatMap((reading) => (reading.state === 'ok' ? [reading.count] : []));
  } catch (error) {
    outcome(() => {
      throw error;
    });
    return [];
  }
}

const NO_COUNTS = [
  ...['-1', '1.5', '1e400', '-1e400', 'NaN', '"NaN"', '"12"', '"1.2K"', '""', '"-"', 'true', '[]', '[5]', '{}'],
  ...['9007199254740992', '12345678901234567890', '007', '0x10', '1,000', 'undefined', ' '],
];
const WHOLE = [
  ...[
    '',
    ' ',
    'null',
    '7',
    '"7"',
    '[]',
    '{}',
    '[{"count":7,"total":7}]',
    '<html><title>Sign in</title></html>',
    '\0\0',
  ],
  ...['{"__proto__":{"count":7,"total":7,"shares":7}}', 'f({"count":1});f({"count":2});', '['.repeat(50_000)],
];

describe('an invalid reply is never a count', () => {
  for (const [name, { answer }] of Object.entries(SAMPLES)) {
    describe(name, () => {
      const service = serviceOf(name);

      it('reads a valid answer', async () => {
        expect(await countsOf(service, answer('144'))).to.deep.equal(URLS.slice(0, service.maxUrls).map(() => 144));
      });

      it('for a number', async () => {
        for (const number of NO_COUNTS) expect(await countsOf(service, answer(number)), number).to.deep.equal([]);
      });

      it('for an answer', async () => {
        for (const text of WHOLE) expect(await countsOf(service, text), text.slice(0, 50)).to.deep.equal([]);
      });

      it('for an answer that is cut off, wherever', async () => {
        const whole = answer('144');
        for (let end = 0; end < whole.length; end += 1) {
          expect(await countsOf(service, whole.slice(0, end)), whole.slice(0, end)).to.deep.equal([]);
        }
      });
    });
  }
});
