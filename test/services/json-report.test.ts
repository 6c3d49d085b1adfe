import { expect } from 'chai';
import fc from 'fast-check';
import { readReport, type Report } from '../../src/services/read-report.ts';
import { createServices } from '../../src/services/registry.ts';
import { createSecrets } from '../../src/services/secrets.ts';
import { type ReportSource, type ServiceReply, type ServiceRequest, ServiceError } from '../../src/services/service.ts';
import { reply } from './replies.ts';

const ENV = { BYLINE_KEY: 'a key' };
const URL_OF = 'https://s.example/r?from={offset}&page={page}&at={cursor}';
const ROW = { key: '/url', value: '/n' };

function sourceOf(settings: object): ReportSource {
  const [service] = createServices(['mine'], { mine: { type: 'json', url: URL_OF, ...settings } }, createSecrets(ENV));
  if (!service || !('report' in service)) throw new Error('the service reads no report');
  return service.report;
}

/** What is asked, and what comes of it, where a request is answered so. */
async function read(
  settings: object,
  answer: (request: ServiceRequest, index: number) => ServiceReply,
): Promise<{ readonly asked: string[]; readonly report: Report }> {
  const source = sourceOf(settings);
  const asked: string[] = [];
  const report = await readReport(
    source,
    [source.measure],
    async (request, take) => {
      asked.push(request.url.replace('https://s.example/', ''));
      return take(answer(request, asked.length - 1));
    },
    { now: () => Date.parse('2026-11-23T12:00:00Z'), memory: { makeRoom: () => undefined, check: () => undefined } },
  );
  return { asked, report };
}

const row = (name: string, n: unknown = 1): object => ({ url: `https://www.example.com/${name}`, n });
const of =
  (...bodies: readonly unknown[]) =>
  (_: ServiceRequest, index: number): ServiceReply =>
    reply(bodies[index]);

describe('the report of a declared service', () => {
  const ways: readonly [
    name: string,
    report: object,
    bodies: readonly unknown[],
    asked: readonly string[],
    why?: RegExp,
  ][] = [
    ['one page', {}, [[row('a')]], ['r?from=0&page=1&at=']],
    ['one page that is full', { limit: 1 }, [[row('a')]], ['r?from=0&page=1&at='], /no more than 1 rows/],
    [
      'by offset, to a short page',
      { next: 'offset', limit: 2 },
      [[row('a'), row('b')], [row('c')]],
      ['r?from=0&page=1&at=', 'r?from=2&page=2&at='],
    ],
    [
      'by page, to the total',
      { next: 'page', items: '/rows', total: '/of', firstPage: 0 },
      [
        { rows: [row('a')], of: 2 },
        { rows: [row('b')], of: 2 },
      ],
      ['r?from=0&page=0&at=', 'r?from=1&page=1&at='],
    ],
    [
      'by page, with fewer rows than the total',
      { next: 'page', items: '/rows', total: '/of' },
      [
        { rows: [row('a')], of: 2 },
        { rows: [], of: 2 },
      ],
      ['r?from=0&page=1&at=', 'r?from=1&page=2&at='],
      /1 of 2 rows came/,
    ],
    [
      'by offset, while there is more',
      { next: 'offset', items: '/rows', more: '/more' },
      [
        { rows: [row('a')], more: true },
        { rows: [row('b')], more: false },
      ],
      ['r?from=0&page=1&at=', 'r?from=1&page=2&at='],
    ],
    [
      'by offset, where more is said and nothing comes',
      { next: 'offset', items: '/rows', more: '/more' },
      [
        { rows: [row('a')], more: true },
        { rows: [], more: true },
      ],
      ['r?from=0&page=1&at=', 'r?from=1&page=2&at='],
      /more rows, which did not come/,
    ],
    [
      'by cursor',
      { next: { cursor: '/next' }, items: '/rows' },
      [{ rows: [row('a')], next: 'x y' }, { rows: [row('b')] }],
      ['r?from=0&page=1&at=', 'r?from=1&page=2&at=x%20y'],
    ],
    [
      'by cursor, with none where there is more',
      { next: { cursor: '/next' }, items: '/rows', more: '/more' },
      [{ rows: [row('a')], more: true }],
      ['r?from=0&page=1&at='],
      /more rows, which did not come/,
    ],
    [
      'with a row for what was folded',
      { otherWhen: { '/url': 'Others' } },
      [[row('a'), { url: 'Others' }]],
      ['r?from=0&page=1&at='],
      /folded/,
    ],
  ];
  for (const [name, report, bodies, asked, why] of ways) {
    it(`is read ${name}`, async () => {
      const found = await read({ report: { ...ROW, ...report } }, of(...bodies));
      expect(found.asked).to.deep.equal(asked);
      expect(found.report.table.take('https://www.example.com/a/', 0)).to.equal(1);
      if (why) expect(found.report.incomplete).to.match(why);
      else expect(found.report.incomplete).to.equal(undefined);
    });
  }

  const failures: readonly [name: string, report: object, bodies: readonly unknown[], why: RegExp][] = [
    ['no list', { items: '/rows' }, [{}], /no list at \/rows/],
    ['a row without a key', {}, [[row('a'), { n: 1 }]], /nothing at \/url/],
    ['a row without a number', {}, [[row('a'), row('b', null)]], /not a count: null/],
    ['rows named by something else', {}, [[{ url: '/a', n: 1 }]], /no row names a page by its url: \/a/],
    ['more rows than asked for', { next: 'offset', limit: 1 }, [[row('a'), row('b')]], /2 rows where 1/],
    [
      'more that is no yes or no',
      { next: 'page', items: '/r', more: '/m' },
      [{ r: [row('a')], m: 1 }],
      /neither true nor false/,
    ],
    [
      'the same page again',
      { next: { cursor: '/n' }, items: '/r' },
      [1, 2].map(() => ({ r: [row('a')], n: 'x' })),
      /the same again/,
    ],
  ];
  for (const [name, report, bodies, why] of failures) {
    it(`is none with ${name}`, async () => {
      const error = await read({ report: { ...ROW, ...report } }, of(...bodies)).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(ServiceError);
      expect((error as Error).message).to.match(why);
    });
  }

  it('follows a link only to the host it came from, with its key', async () => {
    const settings = {
      ...{ url: 'http://localhost:9/r', auth: { query: 'key', valueEnv: 'BYLINE_KEY' } },
      report: { ...ROW, next: 'link' },
    };
    const link = (target: string) => (_: ServiceRequest, index: number) =>
      reply([row(String(index))], { headers: index === 0 ? { link: `<${target}>; rel="prev next"` } : {} });
    const { asked } = await read(settings, link('/r?after=1'));
    expect(asked).to.deep.equal(['http://localhost:9/r?key=a%20key', 'http://localhost:9/r?after=1&key=a+key']);
    const other = await read(settings, link('https://other.example/')).catch((error: Error) => error);
    expect((other as Error).message).to.equal('the next page is at another host');
  });

  it('sends the numbers of a page as numbers, and nothing for a cursor there is not', async () => {
    const body = {
      from: '{offset}',
      size: '{limit}',
      text: 'LIMIT {limit}',
      after: '{cursor}',
      days: ['{since}', '{until}'],
    };
    const bodies: unknown[] = [];
    await read(
      { url: 'https://s.example/', body, since: '2daysAgo', kind: 'window', report: { ...ROW, limit: 5 } },
      (request) => {
        bodies.push(JSON.parse(request.body ?? ''));
        return reply([]);
      },
    );
    expect(bodies).to.deep.equal([{ from: 0, size: 5, text: 'LIMIT 5', days: ['2026-11-21', '2026-11-23'] }]);
  });

  it('is shared by services that differ in their number alone', () => {
    const views = sourceOf({ report: ROW });
    const likes = sourceOf({ report: { ...ROW, value: ['/likes', '/stars'] } });
    expect(likes.key).to.equal(views.key);
    expect(likes.measure).to.not.equal(views.measure);
    expect(sourceOf({ report: { ...ROW, items: '/rows' } }).key).to.not.equal(views.key);
  });

  const refused: readonly [name: string, settings: object, why: RegExp][] = [
    ['no key', { report: { value: '/n' } }, /report\.key/],
    ['no number', { report: { key: '/url' } }, /report\.value/],
    ['a URL in its address', { url: 'https://s.example/{url}', report: ROW }, /\{url\} stands for nothing/],
    ['paths of no host', { report: { ...ROW, keyIs: 'path' } }, /hosts/],
    ['pages that have no end', { report: { ...ROW, next: 'offset' } }, /report\.limit/],
    ['batches', { report: ROW, batch: { max: 2, style: 'repeat', parameter: 'u', reply: 'map' } }, /batch/],
    ['a limit of URLs', { report: ROW, maxUrlsPerHour: 5 }, /maxUrlsPerHour/],
  ];
  for (const [name, settings, why] of refused) {
    it(`is refused with ${name}`, () => expect(() => sourceOf(settings)).to.throw(why));
  }

  it('gives no number the report does not hold, however it is split and wherever it fails', async () => {
    const counts = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.nat()), {
      selector: ([at]) => at,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(
        counts,
        fc.integer({ min: 1, max: 9 }),
        fc.option(fc.nat(5)),
        fc.nat(3),
        async (pages, limit, failing, lost) => {
          const rows = pages.map(([at, n]) => row(String(at), n));
          const total = rows.length + lost;
          const report = { ...ROW, items: '/rows', total: '/of', next: 'offset', limit };
          const reading = read({ url: URL_OF, report }, ({ url }, index) => {
            if (index === failing) return reply('gone', { status: 404 });
            const from = Number(new URL(url).searchParams.get('from'));
            return reply({ rows: rows.slice(from, from + limit), of: total });
          });
          const found = await reading.catch((error: unknown) => {
            expect(error).to.be.instanceOf(ServiceError);
            return undefined;
          });
          if (!found) return;
          for (const [at, n] of pages) expect(found.report.table.take(`https://www.example.com/${at}`, 0)).to.equal(n);
          expect(found.report.table.take('https://www.example.com/absent', 0)).to.equal(undefined);
          expect(found.report.incomplete === undefined).to.equal(lost === 0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
