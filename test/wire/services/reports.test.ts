import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReportFiles } from '../../../src/journal/report-files.ts';
import type { Keeper } from '../../../src/model/reading.ts';
import { createServices } from '../../../src/services/registry.ts';
import { createSecrets } from '../../../src/services/secrets.ts';
import { KEY_FILE } from '../../emulator/services/google.ts';
import type { EmulatedServices } from '../../emulator/services/services.ts';
import { articles, healthy, reportNames, requests, rigged } from './rig.ts';

const WHOLE = ['ga4', 'plausible', 'matomo'];
const ABSENT = 'https://news.example.com/absent';

function tell(emulator: EmulatedServices, names: readonly string[], urls: readonly string[]): void {
  for (const name of names) for (const url of urls) emulator.set(name, url, emulator.count(name, url));
}

describe('services that read a report', () => {
  it(
    '10,000 articles take at most 12 requests to three of them, and every count is right',
    rigged(async ({ emulator, lookUp }) => {
      const urls = articles(10_000);
      tell(emulator, WHOLE, urls);
      const run = lookUp(WHOLE);
      const readings = await run.lookUp([...urls, ABSENT]);
      for (const name of WHOLE) {
        expect(readings.get(name), name).to.deep.equal([...healthy(emulator, name, urls), { state: 'ok', count: 0 }]);
        expect(run.tallies()[name]).to.include({ requests: requests(emulator, name), ok: 10_001, state: 'ok' });
      }
      expect(WHOLE.reduce((sum, name) => sum + requests(emulator, name), 0)).to.be.at.most(12);
    }),
  );

  for (const name of reportNames) {
    it(
      `${name}: a report that cannot be read gives no count at all`,
      rigged(async ({ emulator, lookUp }) => {
        tell(emulator, [name], articles(3));
        emulator.faults.tell(name, { fault: 'status', status: 404, body: 'gone' }, { times: Infinity });
        const run = lookUp([name]);
        const readings = await run.lookUp(articles(4));
        expect(readings.get(name)?.map(({ state }) => state)).to.deep.equal(Array(4).fill('failed'));
        expect(run.tallies()[name]).to.include({ state: 'stopped', failed: 4 });
        expect(run.tallies()[name]?.reason).to.match(/could not be read to its last page: HTTP 404/);
      }),
    );

    it(
      `${name}: a passing failure costs a request and no count`,
      rigged(async ({ emulator, lookUp }) => {
        tell(emulator, [name], articles(3));
        emulator.faults.tell(name, { fault: 'status', status: 503 });
        emulator.faults.tell(name, { fault: 'cut-after' });
        const settings = name === 'searchconsole' ? { searchconsole: { measure: 'impressions' } } : {};
        const readings = await lookUp([name], settings).lookUp(articles(3));
        expect(readings.get(name)).to.deep.equal(healthy(emulator, name, articles(3)));
      }),
    );

    it(
      `${name}: its secrets are in no reason, whatever it says back`,
      rigged(async ({ emulator, lookUp }) => {
        const secrets = Object.entries(emulator.env()).filter(([variable]) =>
          JSON.stringify(emulator.settings()[name]).includes(variable),
        );
        const given = secrets.flatMap(([, value]) => (value === KEY_FILE ? keyLines() : [value]));
        const tokens = ['emulated-access-token-1'];
        const body = JSON.stringify({ error: { message: [...tokens, ...given].join(' ') } });
        emulator.faults.tell(name, { fault: 'status', status: 403, body }, { times: Infinity });
        const run = lookUp([name]);
        const said = JSON.stringify([(await run.lookUp(articles(2))).get(name), run.tallies()]);
        for (const value of [...given, ...(name === 'ga4' ? tokens : [])]) expect(said).to.not.include(value);
      }),
    );
  }

  for (const [name, flaw, why] of [
    ['ga4', 'folded', 'rows are folded into \\"(other)\\"'],
    ['ga4', 'withheld', 'rows are withheld by thresholding'],
    ['ga4', 'sampled', 'it is sampled'],
    ['ga4', 'short', '2 of 3 rows came'],
    ['plausible', 'short', '2 of 3 rows came'],
    ['plausible', 'folded', 'it leaves imported history out'],
    ['matomo', 'folded', 'rows are folded into \\"Others\\"'],
  ] as const) {
    it(
      `${name}, ${flaw}: URLs with a row have a count, others are unknown`,
      rigged(async ({ emulator, lookUp }) => {
        tell(emulator, [name], [...articles(2), `${ABSENT}/never-found`]);
        emulator.odd(name, `${ABSENT}/never-found`, 'missing');
        emulator.flaw(name, flaw);
        const readings = (await lookUp([name]).lookUp([...articles(2), ABSENT])).get(name) ?? [];
        expect(readings.slice(0, 2)).to.deep.equal(healthy(emulator, name, articles(2)));
        expect(readings[2]).to.deep.equal({
          state: 'failed',
          reason: `not in the report, which is not whole (${why.replaceAll('\\', '')})`,
        });
      }),
    );
  }

  it(
    'a second page that cannot be had: no count at all, not even of the page that came',
    rigged(async ({ emulator, lookUp }) => {
      // One more than a page has rows.
      const urls = articles(10_001);
      tell(emulator, ['plausible'], urls);
      emulator.log.keep = false;
      const faults = { fault: 'status', status: 404, body: 'gone' } as const;
      emulator.faults.tell('plausible', faults, { skip: 1, times: Infinity });
      const run = lookUp(['plausible']);
      const readings = (await run.lookUp([...urls.slice(0, 3), ABSENT])).get('plausible') ?? [];
      expect(readings.map(({ state }) => state)).to.deep.equal(Array(4).fill('failed'));
      expect(run.tallies()['plausible']).to.include({ state: 'stopped', ok: 0, failed: 4 });
      expect(run.tallies()['plausible']?.reason).to.match(/could not be read to its last page: HTTP 404/);
    }),
  );

  it(
    'matomo: asks for single pages in requests as large as the instance allows',
    rigged(async ({ emulator, lookUp }) => {
      const urls = articles(40);
      tell(emulator, ['matomo'], urls);
      for (const url of urls.slice(2)) emulator.odd('matomo', url, 'missing');
      emulator.flaw('matomo', 'folded');
      expect((await lookUp(['matomo']).lookUp(urls)).get('matomo')).to.deep.equal(healthy(emulator, 'matomo', urls));
      expect(requests(emulator, 'matomo')).to.be.at.most(1 + 2 * 3);
    }),
  );

  it(
    'two measures of one report are read once, and hosts that are not of the site are skipped',
    rigged(async ({ emulator, lookUp }) => {
      tell(emulator, ['ga4'], articles(1));
      const views = emulator.count('ga4', articles(1)[0]!);
      const ga4 = { ...emulator.settings()['ga4'], type: 'ga4', hosts: ['news.example.com'] };
      const run = lookUp(['a', 'b'], { a: ga4, b: { ...ga4, measure: 'sessions' } });
      const readings = await run.lookUp([articles(1)[0]!, 'https://other.example.com/']);
      const skipped = { state: 'skipped', reason: 'not of this site' };
      expect(readings.get('a')).to.deep.equal([{ state: 'ok', count: views }, skipped]);
      expect(readings.get('b')).to.deep.equal([{ state: 'ok', count: Math.ceil(views / 2) }, skipped]);
      expect([emulator.log.count('ga4'), run.tallies()['b']?.requests]).to.deep.equal([1, 0]);
    }),
  );
});

describe('a service account', () => {
  for (const seconds of [-300, 300]) {
    it(
      `logs in though Google's clock is ${seconds} seconds off`,
      rigged(async ({ emulator, lookUp }) => {
        tell(emulator, ['ga4'], articles(2));
        emulator.skew('ga4', seconds);
        const readings = await lookUp(['ga4']).lookUp(articles(2));
        expect(readings.get('ga4')).to.deep.equal(healthy(emulator, 'ga4', articles(2)));
      }),
    );
  }

  it(
    'logs in for a declared report too, which fills two fields and is read once',
    rigged(async ({ emulator, lookUp }) => {
      tell(emulator, ['ga4'], articles(3));
      const endpoint = emulator.endpoint('ga4');
      const declared = (at: number): object => ({
        ...{ type: 'json', url: '{endpoint}/v1beta/properties/123456789:runReport', endpoint, numericStrings: true },
        tokenEndpoint: `${endpoint}/token`,
        auth: {
          googleServiceAccountEnv: 'BYLINE_GA4_KEY',
          scope: 'https://www.googleapis.com/auth/analytics.readonly',
        },
        body: {
          dateRanges: [{ startDate: '{since}', endDate: 'today' }],
          dimensions: [{ name: 'hostName' }, { name: 'pagePath' }],
          metrics: [{ name: 'screenPageViews' }, { name: 'sessions' }],
          orderBys: [{ dimension: { dimensionName: 'hostName' } }, { dimension: { dimensionName: 'pagePath' } }],
          ...{ limit: '{limit}', offset: '{offset}' },
        },
        since: '2020-01-01',
        report: {
          ...{ items: '/rows', key: { host: '/dimensionValues/0/value', path: '/dimensionValues/1/value' } },
          ...{ value: `/metricValues/${at}/value`, total: '/rowCount', next: 'offset', limit: 2 },
        },
      });
      const run = lookUp(['views', 'visits'], { views: declared(0), visits: declared(1) });
      const readings = await run.lookUp([...articles(3), ABSENT]);
      const views = articles(3).map((url) => emulator.count('ga4', url));
      const counts = (all: readonly number[]): object[] => [...all, 0].map((count) => ({ state: 'ok', count }));
      expect(readings.get('views')).to.deep.equal(counts(views));
      expect(readings.get('visits')).to.deep.equal(counts(views.map((count) => Math.ceil(count / 2))));
      expect([emulator.log.count('ga4'), emulator.log.count('ga4-token')]).to.deep.equal([2, 1]);
    }),
  );

  it(
    'gets one more token when the first expires between pages',
    rigged(async ({ emulator, lookUp }) => {
      // Its pages have 25,000 rows, in the order of the paths.
      const urls = articles(25_001).sort();
      const ends = [urls[0]!, urls.at(-1)!];
      tell(emulator, ['ga4'], urls);
      // Good for the first of the two pages.
      emulator.expire('ga4', 1);
      emulator.log.keep = false;
      const run = lookUp(['ga4']);
      expect((await run.lookUp(ends)).get('ga4')).to.deep.equal(healthy(emulator, 'ga4', ends));
      expect(emulator.log.count('ga4')).to.equal(3);
      expect(emulator.log.count('ga4-token')).to.equal(2);
    }),
  );

  it('is refused before any request where its key cannot be used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'byline-key-'));
    const path = join(folder, 'key.json');
    try {
      await writeFile(path, KEY_FILE);
      const make = (value: string, more: object = {}): unknown =>
        createServices(
          ['ga4'],
          { ga4: { property: '1', keyEnv: 'BYLINE_KEY', ...more } },
          createSecrets({ BYLINE_KEY: value, BYLINE_KEY_HOSTS: 'tokens.example.com' }),
        );
      const foreign = JSON.stringify({ ...(JSON.parse(KEY_FILE) as object), token_uri: 'https://google.com.example/t' });
      expect(() => make('{"type":"authorized_user"}')).to.throw('no key file of a service account');
      expect(() => make(KEY_FILE.replace('BEGIN PRIVATE', 'BEGIN'))).to.throw('private_key that cannot be read');
      expect(() => make(foreign)).to.throw('token_uri that is not of Google');
      expect(() => make(`${path}.gone`)).to.throw('cannot be read: ENOENT');
      for (const value of [KEY_FILE, path, `@${path}`]) expect(() => make(value)).to.not.throw();
      expect(() => make(foreign, { tokenEndpoint: 'https://tokens.example.com/' })).to.not.throw();
      expect(() => make(KEY_FILE, { maxUrlsPerHour: 5 })).to.throw('the service reads a report');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a report of an interrupted run', () => {
  it(
    'is not read again within an hour where it was whole; one that was not, or is damaged, is',
    rigged(async ({ emulator, lookUp }) => {
      const folder = await mkdtemp(join(tmpdir(), 'byline-report-'));
      const files = new ReportFiles(join(folder, 'run.report-'));
      const keeper: Keeper = {
        keep: () => undefined,
        sent: () => undefined,
        keepReport: (key, header, chunks) => files.keepReport(key, header, chunks),
        report: (key) => files.report(key),
      };
      tell(emulator, ['plausible'], articles(50));
      let now = Date.now();
      const read = async (): Promise<number> => {
        const before = requests(emulator, 'plausible');
        const run = lookUp(['plausible'], {}, { now: () => now });
        run.goOn({}, keeper);
        const readings = await run.lookUp(articles(50));
        expect(readings.get('plausible')).to.deep.equal(healthy(emulator, 'plausible', articles(50)));
        return requests(emulator, 'plausible') - before;
      };
      try {
        emulator.flaw('plausible', 'folded');
        expect([await read(), await read()]).to.deep.equal([1, 1]);
        emulator.flaw('plausible', undefined);
        expect([await read(), await read()]).to.deep.equal([1, 0]);
        now += 3_600_000;
        expect([await read(), await read()]).to.deep.equal([1, 0]);
        const [name = ''] = await readdir(folder);
        const bytes = readFileSync(join(folder, name));
        bytes[bytes.length - 40]! ^= 1;
        await writeFile(join(folder, name), bytes);
        expect(await read()).to.equal(1);
        files.remove();
        expect(await readdir(folder)).to.deep.equal([]);
      } finally {
        await rm(folder, { recursive: true });
      }
    }),
  );
});

/** The lines of the emulated account's private key. */
function keyLines(): string[] {
  const { private_key: pem } = JSON.parse(KEY_FILE) as { private_key: string };
  return pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
}
