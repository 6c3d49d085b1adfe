import { expect } from 'chai';
import type { HttpReply, HttpRequest } from '../../src/http/send-request.ts';
import { HttpFailure } from '../../src/http/failure.ts';
import { createLookUp, type LookUp, type LookUpOptions } from '../../src/services/look-up.ts';
import type { Keeper, KeptReading } from '../../src/model/reading.ts';
import { askEach } from '../../src/services/url-chunks.ts';
import { readTwitter } from '../../src/services/twitter.ts';
import type { CountService, LookUpService, ServiceLimits } from '../../src/services/service.ts';
import { withVariants } from '../../src/services/variants.ts';
import { FakeClock } from '../http/clock.ts';
import { failed, ok } from './replies.ts';

/** What a service says to a request, by the URL asked and how many requests came before. */
type Say = (url: string, nth: number) => { status?: number; headers?: Record<string, string>; body?: string } | Error;

type World = {
  readonly lookUp: LookUp;
  readonly clock: FakeClock;
  /** `URL at seconds` of every request, in order. */
  readonly sent: string[];
  readonly most: () => number;
  readonly notices: string[];
};

const count = (number: number): { body: string } => ({ body: JSON.stringify({ count: number }) });
const articles = (howMany: number): string[] => Array.from({ length: howMany }, (_, index) => `https://a/${index}`);
const lost = new HttpFailure('GET a', 'connection lost', { code: 'ECONNRESET', reached: true });
const late = new HttpFailure('GET a', 'no complete answer within 15 s', { code: 'TIMEOUT', reached: true });

function service(name: string, limits: ServiceLimits = {}, more: Partial<CountService> = {}): CountService {
  const toRequest = (url: string): { url: string } => ({
    url: `https://${name}.example/?url=${encodeURIComponent(url)}`,
  });
  return { name, maxUrls: 1, limits, lookUp: (urls, ask) => askEach(urls, ask, toRequest, readTwitter), ...more };
}

/** A look-up of `services`, each request of which takes 100 ms on a clock of its own. */
function world(say: Say, services: readonly CountService[], options: Partial<LookUpOptions> = {}): World {
  const clock = new FakeClock();
  const begin = clock.time;
  const sent: string[] = [];
  const notices: string[] = [];
  let running = 0;
  let most = 0;
  const attempt = async (request: HttpRequest): Promise<HttpReply> => {
    const url = new URL(request.url).searchParams.get('url') ?? '';
    const said = say(url, sent.length);
    sent.push(`${url} ${(clock.time - begin) / 1000}`);
    most = Math.max(most, (running += 1));
    await clock.wait(said === late ? 15_000 : 100, request.signal).finally(() => (running -= 1));
    if (said instanceof Error) throw said;
    return { status: said.status ?? 200, headers: said.headers ?? {}, body: Buffer.from(said.body ?? '') };
  };
  const { now, wait } = clock;
  const notice = (name: string, text: string): number => notices.push(`${name}: ${text}`);
  const lookUp = createLookUp(services, {
    ...{
      dispatcher: undefined as never,
      concurrency: 8,
      sendRequest: attempt,
      now,
      wait,
      random: () => 1,
      onNotice: notice,
    },
    ...options,
  });
  return { lookUp, clock, sent, notices, most: () => most };
}

/** The part of a keeper that services without a report never call. */
const NO_REPORTS = { keepReport: () => undefined, report: () => undefined };

const seconds = (sent: readonly string[]): number[] => sent.map((line) => Number(line.split(' ')[1]));

describe('fields that are too small', () => {
  it('skip what does not fit, tally it, and keep it so', async () => {
    const kept: KeptReading[] = [];
    const { lookUp, sent } = world((url) => count(Number(url.split('/').at(-1))), [service('t'), service('f')]);
    lookUp.goOn({}, { ...NO_REPORTS, keep: (reading) => kept.push(reading), sent: () => undefined });
    lookUp.fit({ t: 'T__c', f: 'F__c' }, { t: 3 });
    const urls = ['https://a/999', 'https://a/1000', 'https://a/0'];
    const tooLarge = { state: 'skipped', reason: 'does not fit T__c (3 digits)', positive: true } as const;
    const answers = Object.fromEntries(await lookUp.lookUp([...urls, urls[1]!]));
    expect(answers['t']).to.deep.equal([ok(999), tooLarge, ok(0), tooLarge]);
    expect(answers['f']).to.deep.equal([ok(999), ok(1000), ok(0), ok(1000)]);
    expect(lookUp.tallies()['t']).to.deep.equal({
      ...{ requests: 3, ok: 2, failed: 0, skipped: 1, state: 'degraded', reason: tooLarge.reason },
    });
    expect(kept.filter(({ service: name }) => name === 't').map(({ reading }) => reading)).to.deep.equal([
      ...[ok(999), tooLarge, ok(0)],
    ]);
    expect((await lookUp.lookUp([urls[1]!])).get('t')).to.deep.equal([tooLarge]);
    expect(sent.length).to.equal(6);
  });
});

describe('lookUp', () => {
  it('answers one reading per URL and service, in order', async () => {
    const { lookUp } = world((url) => count(url.length), [service('one'), service('other')]);
    const readings = await lookUp.lookUp(['https://a/1', 'https://a/22', 'https://a/1']);
    expect([...readings]).to.deep.equal([
      ['one', [ok(11), ok(12), ok(11)]],
      ['other', [ok(11), ok(12), ok(11)]],
    ]);
  });

  it('asks a URL once, however often and at whatever time it comes', async () => {
    const { lookUp, sent } = world(() => count(1), [service('one')]);
    await Promise.all([lookUp.lookUp(['https://a/1', 'https://a/1']), lookUp.lookUp(['https://a/1', 'https://a/2'])]);
    await lookUp.lookUp(['https://a/2']);
    expect(sent).to.have.lengthOf(2);
    expect(lookUp.tallies()).to.deep.equal({
      one: { requests: 2, ok: 2, failed: 0, skipped: 0, state: 'ok', reason: null },
    });
  });

  it('asks again what it had to forget', async () => {
    const { lookUp, sent } = world(() => count(1), [service('one')], { cacheSize: 2 });
    await lookUp.lookUp(articles(3));
    await lookUp.lookUp(['https://a/2', 'https://a/0']);
    expect(sent.map((line) => line.split(' ')[0]?.at(-1)).join('')).to.equal('0120');
  });

  it('cuts into batches of the size a service takes', async () => {
    const sizes: number[] = [];
    const batched = service(
      'one',
      {},
      {
        maxUrls: 50,
        lookUp: async (urls) => (sizes.push(urls.length), urls.map(() => ok(1))),
      },
    );
    await world(() => count(1), [batched]).lookUp.lookUp(articles(120));
    expect(sizes).to.deep.equal([50, 50, 20]);
  });

  it('sends so many requests at a time, fewer where the service says so, and begins with five', async () => {
    const wide = world(() => count(1), [service('one')], { concurrency: 8 });
    await wide.lookUp.lookUp(articles(100));
    expect(wide.most()).to.equal(8);
    expect(seconds(wide.sent).filter((at) => at === 0)).to.have.lengthOf(5);
    const widest = world(() => count(1), [service('one')], { concurrency: 256 });
    await widest.lookUp.lookUp(articles(2000));
    expect(widest.most()).to.equal(256);
    // Twice as many a round: the sixth begins with 160 requests, in the midst of which there are 256.
    expect(seconds(widest.sent).filter((at) => at < 0.55)).to.have.lengthOf(315);
    expect(widest.notices).to.deep.equal([]);
    const narrow = world(() => count(1), [service('one', { concurrency: 2 })]);
    await narrow.lookUp.lookUp(articles(20));
    expect(narrow.most()).to.equal(2);
  });

  it('keeps two services on one host within one number', async () => {
    const twins = ['a', 'b'].map((name) => ({ ...service('one'), name }));
    const { lookUp, most } = world(() => count(1), twins, { concurrency: 6 });
    await lookUp.lookUp(articles(50));
    expect(most()).to.equal(6);
  });

  it('asks a service that falters for less at a time, and says so once', async () => {
    const { lookUp, notices } = world((_, nth) => (nth % 40 === 39 ? { status: 429 } : count(1)), [service('one')], {
      concurrency: 64,
    });
    await lookUp.lookUp(articles(200));
    expect(lookUp.tallies()['one']).to.include({ ok: 200, state: 'ok' });
    expect(notices).to.have.lengthOf(1);
    expect(notices[0]).to.match(/^one: slowed to \d+ requests at a time: HTTP 429/);
  });

  it('gets all counts of a service that fails every fifth time', async () => {
    const { lookUp } = world((_, nth) => (nth % 5 === 4 ? { status: 503 } : count(1)), [service('one')]);
    const readings = await lookUp.lookUp(articles(500));
    expect(readings.get('one')).to.deep.equal(articles(500).map(() => ok(1)));
    expect(lookUp.tallies()['one']).to.include({ ok: 500, failed: 0, state: 'ok' });
  });

  for (const value of ['2', 'Mon, 23 Nov 2026 12:00:02 GMT']) {
    it(`sends nothing to a host before its Retry-After (${value}) is over, then all that is left`, async () => {
      const refused = { status: 429, headers: { 'retry-after': value } };
      const { lookUp, sent } = world((_, nth) => (nth < 5 ? refused : count(1)), [service('one')]);
      const readings = await lookUp.lookUp(articles(20));
      expect(readings.get('one')).to.deep.equal(articles(20).map(() => ok(1)));
      expect(seconds(sent).slice(0, 5)).to.deep.equal([0, 0, 0, 0, 0]);
      expect(Math.min(...seconds(sent).slice(5))).to.be.within(2, 2.2);
    });
  }

  it('respects the limit in headers, continues with one request at a time, and reports it once', async () => {
    const spent = service('one', {}, { pauseUntil: ({ at }) => (at < begin + 1000 ? begin + 60_000 : undefined) });
    const { lookUp, sent, notices, clock } = world(() => count(1), [spent]);
    const begin = clock.time;
    await lookUp.lookUp(articles(7));
    expect(seconds(sent)).to.deep.equal([0, 0, 0, 0, 0, 60, 60.1]);
    expect(notices).to.deep.equal(['one: waits until 12:01:00 UTC: its limit is reached']);
  });

  it('stops a service that asks to wait for an hour', async () => {
    const refused = { status: 429, headers: { 'retry-after': '3600' } };
    const { lookUp, sent, notices } = world(() => refused, [service('one')]);
    const readings = await lookUp.lookUp(articles(9));
    const reason = 'asks to wait until 13:00:00 UTC: HTTP 429: too many requests';
    expect(readings.get('one')?.at(-1)).to.deep.equal(failed(`service stopped: ${reason}`));
    expect(sent).to.have.lengthOf(5);
    expect(notices).to.deep.equal([`one: not asked any more: ${reason}`]);
  });

  const faults: readonly [name: string, say: ReturnType<Say>, requests: number, within: number, reason: string][] = [
    ['answers 500', { status: 500 }, 20, 9, 'HTTP 500'],
    ['resets', lost, 20, 9, 'connection lost'],
    ['hangs', late, 8, 16, 'no complete answer within 15 s'],
    ['refuses', { status: 429 }, 12, 40, 'HTTP 429: too many requests'],
    ['answers with a page', { body: '<title>Sign in</title>' }, 24, 1, 'not JSON: page "Sign in"'],
    ['answers in letters', { body: '{"count":"1.2K"}' }, 24, 1, 'not a count: "1.2K"'],
    [
      'redirects',
      { status: 302, headers: { location: 'http://10.0.0.1/' } },
      24,
      1,
      'HTTP 302: redirect to 10.0.0.1 not followed',
    ],
    ['refuses the token', { status: 401 }, 5, 1, 'HTTP 401'],
  ];
  for (const [name, say, requests, within, reason] of faults) {
    it(`stops asking a service that ${name}, with the reason for its URLs`, async () => {
      const { lookUp, sent, clock, notices } = world(
        (url) => (url === 'https://well' ? count(1) : say),
        [service('one')],
      );
      const begin = clock.time;
      const readings = (await lookUp.lookUp(articles(1000))).get('one') ?? [];
      expect(sent.length).to.be.at.most(requests);
      expect(clock.time - begin).to.be.at.most(within * 1000);
      expect(readings.map(({ state }) => state)).to.deep.equal(readings.map(() => 'failed'));
      expect(readings.at(-1)).to.deep.equal(failed(`service stopped: ${reason}`));
      expect(notices.filter((text) => text.includes('not asked'))).to.deep.equal([
        `one: not asked any more: ${reason}`,
      ]);
      expect(lookUp.tallies()['one']).to.deep.equal({
        ...{ requests: sent.length, ok: 0, failed: 1000, skipped: 0, state: 'stopped', reason },
      });
      await lookUp.lookUp(['https://well']);
      expect(sent.length).to.equal(lookUp.tallies()['one']?.requests);
    });
  }

  it('goes on with the others', async () => {
    const { lookUp } = world(
      (url, nth) => (nth < 0 ? lost : count(url.length)),
      [service('ill', {}, { lookUp: () => Promise.reject(new TypeError('a bug')) }), service('well')],
    );
    const readings = await lookUp.lookUp(['https://a/1']);
    expect(readings.get('ill')).to.deep.equal([failed('a bug')]);
    expect(readings.get('well')).to.deep.equal([ok(11)]);
  });

  it('ends a service whose requests are spent, without calling it failed', async () => {
    const { lookUp, sent, notices } = world(() => count(1), [service('one', { maxRequests: 7 })]);
    const readings = (await lookUp.lookUp(articles(30))).get('one') ?? [];
    const reason = 'budget of 7 requests spent';
    expect(sent).to.have.lengthOf(7);
    expect(readings.slice(0, 7)).to.deep.equal(articles(7).map(() => ok(1)));
    expect(readings.slice(7)).to.deep.equal(articles(23).map(() => ({ state: 'skipped', reason })));
    expect(notices).to.deep.equal([`one: not asked any more: ${reason}`]);
    expect(lookUp.tallies()['one']).to.deep.equal({
      ...{ requests: 7, ok: 7, failed: 0, skipped: 23, state: 'stopped', reason: `${reason}; 23 URLs not asked` },
    });
  });

  it('asks as many URLs as an hour allows, and all of those', async () => {
    const { lookUp, sent } = world(() => count(1), [service('one', { maxUrlsPerHour: 20, concurrency: 1 })]);
    const readings = (await lookUp.lookUp(articles(30))).get('one') ?? [];
    expect(sent).to.have.lengthOf(20);
    expect(readings.map(({ state }) => state)).to.deep.equal([
      ...articles(20).map(() => 'ok'),
      ...articles(10).map(() => 'skipped'),
    ]);
    expect(lookUp.tallies()['one']).to.include({
      state: 'stopped',
      reason: 'budget of 20 URLs an hour spent; 10 URLs not asked',
    });
  });

  describe('with what an earlier process of the run had', () => {
    const earlier = { requests: 9, ok: 4, failed: 2, skipped: 1, state: 'degraded', reason: 'HTTP 404' } as const;
    type Kept = { keeper: Keeper; readings: KeptReading[]; requests: string[] };
    const keeping = (): Kept => {
      const kept = { readings: [] as KeptReading[], requests: [] as string[] };
      const keep = (reading: KeptReading): void => void kept.readings.push(reading);
      const sent = (name: string, requests: number): void => void kept.requests.push(`${name} ${requests}`);
      return { ...kept, keeper: { ...NO_REPORTS, keep, sent } };
    };
    /** What a process keeps that asks for these URLs. */
    const keptOf = async (say: Say, urls: readonly string[]): Promise<Kept> => {
      const kept = keeping();
      const { lookUp } = world(say, [service('one')]);
      lookUp.goOn({}, kept.keeper);
      await lookUp.lookUp(
        urls,
        urls.map((_, index) => 200 + index),
      );
      return kept;
    };

    it('tells what is to be kept: every request as it is sent, every reading once', async () => {
      const { readings, requests } = await keptOf(
        (url) => (url.endsWith('1') ? { status: 404 } : count(5)),
        ['https://a/0', 'https://a/1', 'https://a/0'],
      );
      expect(requests).to.deep.equal(['one 1', 'one 2']);
      expect(readings.map(({ key, ...others }) => [key.length, others])).to.deep.equal([
        [24, { service: 'one', at: 200, reading: ok(5) }],
        [24, { service: 'one', at: 201, reading: failed('HTTP 404') }],
      ]);
    });

    it('asks for no URL again that is in the plan, and not for those that were counted: they are tallied now', async () => {
      const kept = await keptOf((url) => (Number(url.at(-1)) % 2 ? { status: 404 } : count(7)), articles(8));
      const { lookUp, sent } = world(() => count(1), [service('one')]);
      for (const [index, reading] of kept.readings.entries()) lookUp.recall(reading, index < 4);
      const next = keeping();
      lookUp.goOn({ one: earlier }, next.keeper);
      const readings = await lookUp.lookUp(
        [...articles(9), 'https://a/6'],
        [600, 601, 602, 603, 604, 605, 606, 607, 608, 609],
      );
      const gone = failed('HTTP 404');
      expect(readings.get('one')).to.deep.equal([
        ...[ok(7), gone, ok(7), gone],
        ...[ok(7), ok(1), ok(7), ok(1), ok(1), ok(7)],
      ]);
      expect(sent.map((line) => line.split(' ')[0])).to.deep.equal(['https://a/5', 'https://a/7', 'https://a/8']);
      expect(lookUp.tallies()['one']).to.deep.equal({ ...earlier, requests: 9 + 3, ok: 4 + 2 + 3 });
      expect(next.requests).to.deep.equal(['one 10', 'one 11', 'one 12']);
      expect(next.readings.map(({ at, reading }) => [at, reading])).to.deep.equal([
        ...[604, 606].map((at) => [at, ok(7)]),
        ...[605, 607, 608].map((at) => [at, ok(1)]),
      ]);
    });

    it('asks for what is left in full batches', async () => {
      const sizes: number[] = [];
      const lookUpMany: LookUpService['lookUp'] = async (urls) => (sizes.push(urls.length), urls.map(() => ok(1)));
      const batched = service('one', {}, { maxUrls: 50, lookUp: lookUpMany });
      const kept = await keptOf(() => count(7), articles(30));
      const { lookUp } = world(() => count(1), [batched]);
      for (const reading of kept.readings) lookUp.recall(reading, false);
      lookUp.goOn({}, keeping().keeper);
      await lookUp.lookUp(articles(120));
      expect(sizes).to.deep.equal([50, 40]);
      expect(lookUp.tallies()['one']).to.include({ ok: 120, failed: 0 });
    });

    it('leaves to the tally of a plan what belongs to records behind it', async () => {
      const { lookUp } = world(() => count(1), [service('one')]);
      await lookUp.lookUp(articles(5), [0]);
      await lookUp.lookUp(articles(12), [200]);
      const okOf = (records?: number): number | undefined => lookUp.tallies(records)['one']?.ok;
      expect([okOf(0), okOf(200), okOf(201), okOf()]).to.deep.equal([0, 5, 12, 12]);
    });

    it('a failure that is asked for again, and goes well, is none', async () => {
      const { lookUp } = world((url) => (url.endsWith('9') ? { status: 404 } : count(1)), [service('one')]);
      await lookUp.lookUp(articles(2), [0, 1]);
      await lookUp.lookUp(['https://a/9'], [200]);
      expect(lookUp.tallies(200)['one'], 'of the records in the plan').to.include({ state: 'ok', reason: null });
      const next = world(() => count(1), [service('one')]).lookUp;
      next.goOn({ one: { ...lookUp.tallies(200)['one']!, reason: 'HTTP 404' } }, keeping().keeper);
      await next.lookUp(['https://a/9'], [200]);
      const tally = { requests: 4, ok: 3, failed: 0, skipped: 0, state: 'ok', reason: null };
      expect(next.tallies()['one']).to.deep.equal(tally);
    });

    it('has that much less of its budget', async () => {
      const { lookUp, sent } = world(() => count(1), [service('one', { maxRequests: 12 })]);
      lookUp.goOn({ one: earlier }, keeping().keeper);
      await lookUp.lookUp(articles(5));
      expect(sent).to.have.lengthOf(3);
      expect(lookUp.tallies()['one']).to.include({ requests: 12, ok: 7, skipped: 3, state: 'stopped' });
    });
  });

  it('asks as many URLs less as the hour before has taken, and says what it asks', async () => {
    const noted: string[] = [];
    const asked = {
      inLastHour: (name: string): number => (name === 'one' ? 14 : 100),
      note: (name: string, urls: number): void => void noted.push(`${name} ${urls}`),
    };
    const limits = { maxUrlsPerHour: 20 };
    const twice = withVariants(service('twice', { maxUrlsPerHour: 107 }), ['scheme'], ['scheme']);
    const budgeted = [service('one', limits), service('two', limits), twice];
    const { lookUp, sent } = world(() => count(1), [...budgeted, service('free')], { asked });
    await lookUp.lookUp(articles(9));
    const notes = ['one 1', 'one 1', 'one 1', 'one 1', 'one 1', 'one 1', 'twice 2', 'twice 2', 'twice 2'];
    expect(noted.toSorted(), 'each spelling is one').to.deep.equal(notes);
    expect(sent).to.have.lengthOf(6 + 3 * 2 + 9);
    expect(lookUp.tallies()['two']).to.include({ ok: 0, skipped: 9, state: 'stopped' });
    expect(lookUp.tallies()['twice']).to.include({ ok: 3, skipped: 6, state: 'stopped' });
  });

  it('takes what was not sent from no budget, and says once that nothing more is asked', async () => {
    const [noted, notices]: [number[], string[]] = [[], []];
    const { lookUp, sent } = world(() => ({ status: 401 }), [service('one', { maxUrlsPerHour: 20, concurrency: 1 })], {
      asked: { inLastHour: () => 0, note: (_, urls) => void noted.push(urls) },
      onNotice: (_, text) => void notices.push(text),
    });
    await Promise.all([lookUp.lookUp(articles(20)), lookUp.lookUp(articles(51))]);
    expect(sent).to.have.lengthOf(1);
    expect(noted).to.deep.equal([1]);
    expect(notices).to.deep.equal(['not asked any more: HTTP 401']);
    expect(lookUp.tallies()['one']).to.include({ failed: 51, skipped: 0, state: 'stopped' });
  });

  it('is degraded by single failures, and names the first', async () => {
    const { lookUp } = world((url) => (url === 'https://a/3' ? { status: 404 } : count(1)), [service('one')]);
    await lookUp.lookUp(articles(9));
    expect(lookUp.tallies()['one']).to.include({ ok: 8, failed: 1, state: 'degraded', reason: 'HTTP 404' });
  });

  it('is degraded, too, by URLs the service cannot be asked for', async () => {
    const skips = service('one', {}, { lookUp: async () => [{ state: 'skipped', reason: 'too long' }] });
    const { lookUp } = world(() => count(1), [skips]);
    await lookUp.lookUp(articles(2));
    expect(lookUp.tallies()['one']).to.include({ skipped: 2, state: 'degraded', reason: 'too long' });
  });

  it('lets no number through that is no count, and no secret, no control character', async () => {
    const odd = service(
      'one',
      {},
      {
        maxUrls: 3,
        lookUp: async () => [ok(-1), failed('token s3cret\u001b[31m\nrefused'), { state: 'skipped', reason: 's3cret' }],
      },
    );
    const { lookUp } = world(() => count(1), [odd], { redact: (text) => text.replaceAll('s3cret', '***') });
    expect((await lookUp.lookUp(articles(3))).get('one')).to.deep.equal([
      failed('not a count: -1'),
      failed('token *** [31m refused'),
      { state: 'skipped', reason: '***' },
    ]);
  });

  it('shows no half of a secret, wherever a reason is cut', async () => {
    const secret = 's3cret-s3cret-s3cret';
    const body = (before: number): string => `${'x'.repeat(before)}${secret} and more`;
    const { lookUp } = world(
      (url) => ({ status: 404, body: body(Number(url.split('/').at(-1)) * 7 + 150) }),
      [service('one')],
      {
        redact: (text) => text.replaceAll(secret, '***'),
      },
    );
    const readings = await lookUp.lookUp(articles(12));
    expect(JSON.stringify(readings.get('one'))).to.not.include('s3c');
  });

  it('ends with the reason of its signal, at once', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const { lookUp, sent, clock } = world(
      () => (setImmediate(() => controller.abort(reason)), late),
      [service('one')],
      {
        signal: controller.signal,
      },
    );
    const begin = clock.time;
    expect(await lookUp.lookUp(articles(100)).catch((error: unknown) => error)).to.equal(reason);
    expect(await lookUp.lookUp(['https://a/new']).catch((error: unknown) => error)).to.equal(reason);
    expect([sent.length, clock.time - begin]).to.deep.equal([5, 0]);
  });
});
