import { expect } from 'chai';
import fc from 'fast-check';
import { readReport, type Report } from '../../src/services/read-report.ts';
import type { ReportPage, ReportRow, ReportSource, ServiceRequest } from '../../src/services/service.ts';
import { ServiceError } from '../../src/services/service.ts';

type Pages = readonly (ReportPage | Error)[];

/** A source whose first page leads to all others, each of which comes when its turn is up. */
function sourceOf(pages: Pages, order: readonly number[] = []): ReportSource {
  const request = (index: number): ServiceRequest => ({ url: `https://s.example/${index}` });
  return {
    ...{ key: 'k', measure: 'views', addresses: 'hostname', match: 'path' },
    open: () => ({
      first: [request(0)],
      readPage: async ({ url }) => {
        const index = Number(url.split('/').at(-1));
        for (let turns = order[index] ?? 0; turns > 0; turns -= 1) await Promise.resolve();
        const page = pages[index]!;
        if (page instanceof Error) throw page;
        return index === 0 ? { ...page, next: pages.slice(1).map((_, other) => request(other + 1)) } : page;
      },
    }),
  };
}

const ignore = (): void => undefined;
const CONTEXT = { now: () => 0, memory: { makeRoom: ignore, check: ignore } };

const read = (pages: Pages, order?: readonly number[]): Promise<Report> =>
  readReport(sourceOf(pages, order), ['views'], () => Promise.reject(new Error('unused')), CONTEXT);

const row = (page: string, views: number): ReportRow => ({ pages: [page], id: page, values: [views] });
const page = (rows: readonly ReportRow[], more: Partial<ReportPage> = {}): ReportPage => ({ rows, next: [], ...more });

describe('a report', () => {
  it('adds up the rows that are about one page', async () => {
    const { table, incomplete } = await read([
      page([row('a.b/1', 5), row('a.b/1/', 2)]),
      page([row('a.b/1?x', 1), row('a.b/2', 9)]),
    ]);
    expect(incomplete).to.equal(undefined);
    expect(['https://a.b/1', 'http://A.B/2/', 'https://a.b/3'].map((url) => table.take(url, 0))).to.deep.equal([
      8,
      9,
      undefined,
    ]);
  });

  it('has sums beyond 32 bits, of each measure', async () => {
    const wide = (values: number[]): ReportRow => ({ pages: ['a.b/1'], values });
    const source = sourceOf([page([wide([4_000_000_000, 1]), wide([4_000_000_000, 2]), wide([1, 4_294_967_292])])]);
    const { table } = await readReport(source, ['views', 'visits'], () => Promise.reject(new Error('unused')), CONTEXT);
    expect([table.take('https://a.b/1', 0), table.take('https://a.b/1', 1)]).to.deep.equal([
      8_000_000_001, 4_294_967_295,
    ]);
  });

  it('finds a row by each of its addresses', async () => {
    const { table } = await read([page([{ pages: ['a.b/1', 'c.d/1', 'a.b/1/'], values: [5] }])]);
    expect(['https://a.b/1', 'https://c.d/1'].map((url) => table.take(url, 0))).to.deep.equal([5, 5]);
  });

  const whys: readonly [string, Pages, string | undefined][] = [
    [
      'as many rows as announced',
      [page([row('a.b/1', 1)], { total: 2 }), page([row('a.b/2', 1)], { total: 2 })],
      undefined,
    ],
    ['fewer rows than announced', [page([row('a.b/1', 1)], { total: 3 })], '1 of 3 rows came'],
    ['more rows than announced', [page([row('a.b/1', 1), row('a.b/2', 1)], { total: 1 })], '2 of 1 rows came'],
    [
      'another number on a later page',
      [page([row('a.b/1', 1)], { total: 2 }), page([row('a.b/2', 1)], { total: 3 })],
      'it changed while it was read',
    ],
    ['a row that comes twice', [page([row('a.b/1', 1)]), page([row('a.b/1', 1)])], 'it changed while it was read'],
    ['what a later page says', [page([row('a.b/1', 1)]), page([], { incomplete: 'folded' })], 'folded'],
    ['no row at all', [page([], { total: 0 })], undefined],
  ];
  for (const [what, pages, why] of whys) {
    it(`${what}: ${why ?? 'whole'}`, async () => {
      const { table, incomplete } = await read(pages);
      expect(incomplete).to.equal(why);
      if (table.size > 0) expect(table.take('https://a.b/1', 0)).to.equal(1);
    });
  }

  it('reports the largest unmatched pages, and the cost of pages', async () => {
    const quota = (left: number): Partial<ReportPage> => ({ quotas: [{ unit: 'tokens', cost: 7, left }] });
    const rows = Array.from({ length: 3000 }, (_, index) => row(`a.b/${index}`, index));
    const { table, quotas } = await read([
      page(rows.slice(0, 1500), quota(90)),
      page(rows.slice(1500), quota(83)),
      page([row('(other)', 5)]),
    ]);
    for (const url of ['https://a.b/2999', 'https://a.b/2997', 'https://a.b/0']) table.take(url, 0);
    expect(table.unmatched(3)).to.deep.equal({
      pages: 2997,
      largest: [2998, 2996, 2995].map((value) => ({ address: `a.b/${value}`, value })),
    });
    expect(quotas).to.deep.equal([{ unit: 'tokens', cost: 14, left: 83 }]);
  });

  it('stops if the quota is too small for its other pages, and not before', async () => {
    const quotas = (left: number): Partial<ReportPage> => ({
      quotas: [
        { unit: 'tokens a day', cost: 7, left: 1000 },
        { unit: 'tokens an hour', cost: 7, left },
      ],
    });
    const pages = (left: number): Pages => [page([row('a.b/1', 1)], quotas(left)), page([]), page([])];
    expect((await read(pages(14))).table.size).to.equal(1);
    const failure = await read(pages(13)).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(ServiceError);
    expect(failure).to.include({
      action: 'stop',
      message: 'the pages left would cost 14 tokens an hour, and 13 are left',
    });
  });

  it('is the same again after it was kept', async () => {
    const { table } = await read([page([row('a.b/1', 5_000_000_000), row('a.b/2', 2), row('a.b/2/', 2)])]);
    const { header, chunks } = table.keep();
    const entries = Uint32Array.from([...chunks].flatMap((chunk) => [...chunk]));
    const { ReportTable } = await import('../../src/services/report-table.ts');
    const again = ReportTable.restore(sourceOf([]), JSON.parse(JSON.stringify(header)) as typeof header, entries);
    expect(['https://a.b/1', 'https://a.b/2'].map((url) => again.take(url, 0))).to.deep.equal([5_000_000_000, 4]);
    expect(again.unmatched(3)).to.deep.equal({ pages: 0, largest: [] });
  });

  it('asks for no more pages once one has failed', async () => {
    const asked: string[] = [];
    const source: ReportSource = {
      ...sourceOf([]),
      open: () => ({
        first: [{ url: 'bad' }, { url: 'good' }],
        readPage: async ({ url }) => {
          asked.push(url);
          if (url === 'bad') throw new ServiceError('url', 'no');
          return page([], { next: [{ url: `${url}!` }] });
        },
      }),
    };
    const failure = await readReport(source, ['views'], () => Promise.reject(new Error('unused')), CONTEXT).catch(
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(ServiceError);
    expect(asked.length).to.be.at.most(3);
  });

  it('takes a row that comes again for one, also where its id is the address of its page', async () => {
    const both = [row('a.b/1/', 5), row('a.b/1', 2)];
    const { table, incomplete } = await read([page(both), page(both)]);
    expect(table.take('https://a.b/1', 0)).to.equal(7);
    expect(incomplete).to.equal('it changed while it was read');
  });

  it('however it is split, in whatever order it comes, whatever fails: no number it does not hold', async () => {
    const rows = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom('', '/', '?a', '?b')), {
      selector: ([number, variant]) => `${number}${variant}`,
      maxLength: 60,
    });
    const cuts = fc.array(fc.tuple(fc.nat(8), fc.nat(6), fc.constantFrom('', '', '', '', 'fails', 'twice')), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(rows, cuts, fc.boolean(), async (told, pieces, isAnnounced) => {
        const all = told.map(([number, variant], index) => row(`a.b/${number}${variant}`, index + 1));
        const truth = new Map<number, number>();
        for (const [index, [number]] of told.entries()) truth.set(number, (truth.get(number) ?? 0) + index + 1);
        let at = 0;
        const pages: (ReportPage | Error)[] = pieces.map(([size, , fate], index) => {
          // The last page has all that is left; of a page that comes twice, its rows are on the one before too.
          const end = index === pieces.length - 1 ? all.length : at + size;
          const own = all.slice(fate === 'twice' ? Math.max(0, at - 2) : at, end);
          at = Math.max(at, Math.min(end, all.length));
          return fate === 'fails'
            ? new ServiceError('url', 'gone')
            : page(own, isAnnounced ? { total: all.length } : {});
        });
        const report = await read(
          pages,
          pieces.map(([, turns]) => turns),
        ).catch(() => undefined);
        const hasFailed = pages.some((one) => one instanceof Error);
        expect(report === undefined).to.equal(hasFailed);
        for (let number = 0; report && number <= 31; number += 1) {
          expect(report.table.take(`https://a.b/${number}`, 0)).to.equal(truth.get(number));
        }
      }),
      { numRuns: 200 },
    );
  });
});
