import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import stringWidth from 'fast-string-width';
import { showCatalog } from '../../src/report/catalog-text.ts';
import { showCounts } from '../../src/report/counts-text.ts';
import { LeftOut } from '../../src/report/left-out.ts';
import type { Output } from '../../src/report/output.ts';
import { showProposal } from '../../src/report/proposal-text.ts';
import { jobUrl, type ServiceResult } from '../../src/report/result.ts';
import { showPreview, showRun, showRuns } from '../../src/report/run-text.ts';
import type { RunView } from '../../src/report/run-view.ts';
import { catalog } from '../../src/services/catalog.ts';
import { changeOf, fileOf, refusedOf, resultOf } from './fixtures.ts';
import { screenOf } from './screen.ts';

/** Where the screens are kept. With BYLINE_RECORD set they are written anew, for somebody to look at what changed. */
const SCREENS = join(import.meta.dirname, 'screens');

const FIELDS = 'Tweets__c Likes__c LinkedIn_Shares__c Page_Views_Total__c Bookmarks__c ReadsOnPlatform__c'.split(' ');
const LONG_URL = 'https://magazine.example/2026/11/an-article-with-a-path/that-is-longer-than-a-terminal-is-wide.html';
const INSTANCE = 'https://magazine--staging.sandbox.lightning.force.com';

const countsOf = (base: number, size: number): Record<string, [number | null, number]> =>
  Object.fromEntries(FIELDS.map((field, at) => [field, [at === 2 ? null : base, base + size * (at + 1)]]));

const ARTICLES = [
  changeOf('a01000000000001AAA', LONG_URL, countsOf(1200, 4), { author: 'Jane Doe' }),
  changeOf('a01000000000002AAA', 'https://x.example/2', countsOf(12_400, 3), {
    label: '记录如何保持最新:关于分享数量的一篇很长的文章,第二部分',
    author: '山田太郎と編集部のみなさん',
  }),
  changeOf('a01000000000003AAA', 'https://x.example/3', countsOf(800, 2), { label: 'Why rows matter 🚀' }),
];
const LARGE = [
  changeOf('a01000000000001AAA', LONG_URL, countsOf(7_654_321, 1_234_567)),
  changeOf('a01000000000002AAA', 'https://x.example/2', countsOf(10, 1)),
];
const SERVICES: Record<string, ServiceResult> = {
  'page-views-of-the-magazine': serviceOf('Page_Views_Total__c', { ok: 1_000_000, requests: 123_456 }),
  facebook: serviceOf('Likes__c', { ok: 1, failed: 3, state: 'stopped', reason: 'it kept failing: 503' }),
};

function serviceOf(field: string, over: Partial<ServiceResult>): ServiceResult {
  return { field, requests: 1, ok: 2, failed: 0, skipped: 0, state: 'ok', reason: null, ...over };
}

const REFUSED = refusedOf(
  'a01000000000009AAA',
  LONG_URL,
  'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  '计数已冻结。'.repeat(9),
);
const JOB = '750000000000001AAA';
const org = { username: 'editor@magazine.example', orgId: '00D000000000001AAA', instanceUrl: INSTANCE };
const jobs = [{ id: JOB, state: 'Closed', batches: 2, url: jobUrl(INSTANCE, JOB) }];

const outcomeOf = (changes = ARTICLES): RunView => ({
  ...fileOf(changes, [REFUSED], { state: 'CompletedWithFailures', org, jobs, services: SERVICES }).view,
  fields: FIELDS,
  next: ['Undo the run with "sf byline undo --run-id 20261123T073015Z-4f2a1c".'],
});

const previewOf = (changes = ARTICLES): RunView => ({
  ...fileOf(changes, [], { state: 'Planned', dryRun: true, org, jobs: [], services: SERVICES }).view,
  fields: FIELDS,
  limits: {
    ...{ apiRequests: { max: 15_000, remaining: 14_000 }, batches: { max: 15_000, remaining: 3 } },
    storage: { max: 5, remaining: 4 },
  },
});

function inDetail(view: RunView): RunView {
  const leftOut = new LeftOut(2);
  leftOut.skip({ id: 'a01000000000007AAA', url: 'ftp://x' }, 'not an http(s) URL');
  leftOut.noteReadings(ARTICLES[1]!, {
    facebook: { state: 'failed', reason: 'HTTP 503 Service Unavailable, 3 times' },
  });
  leftOut.skip({ id: 'a01000000000008AAA', url: LONG_URL }, 'changed since');
  return { ...view, details: { changes: ARTICLES, notUpdated: [REFUSED], leftOut } };
}

const url = (address: string, count: number): Parameters<typeof showCounts>[0]['counts'][number] => ({
  ...{ url: address, ids: [] },
  services: Object.fromEntries(NAMES.map((name, at) => [name, { state: 'ok' as const, count: count * (at + 1) }])),
});
const NAMES = 'hackernews hatena pinterest bluesky facebook page-views-of-the-magazine'.split(' ');
const MISSING = {
  state: 'failed' as const,
  reason: 'the service answered 503 Service Unavailable, and was asked 3 times',
};
const COUNTS = [
  url(LONG_URL, 1234),
  { ...url('https://例え.example/記事', 7), services: { ...url('', 7).services, hatena: MISSING } },
];

const RUNS = [
  resultOf({ state: 'InProgress', endedAt: null }),
  resultOf({ runId: '20261122T073015Z-000002', state: 'CompletedWithFailures', command: 'undo' }),
];

const PROPOSAL = {
  ...{ sobject: 'Byline__c', urlField: 'Published_URL__c', others: ['Sort_Order__c'] },
  services: [
    { service: 'hackernews', field: 'Points__c', unset: [] },
    { service: 'reddit', field: 'Reddit_Score__c', unset: ['BYLINE_REDDIT_CLIENT_ID', 'BYLINE_REDDIT_CLIENT_SECRET'] },
  ],
  unfit: [
    { service: 'twitter', field: 'Tweets__c', closed: { since: 'in November 2015', instead: 'x' }, needs: 'endpoint' },
  ],
};

/** What commands show in a terminal of so many columns. */
const SHOWN: Readonly<Record<string, (output: Output, columns: number) => void>> = {
  preview: (output, columns) => showRun(previewOf(), output, { columns }),
  'large-numbers': (output, columns) => showRun(outcomeOf(LARGE), output, { columns, linked: new Set([JOB]) }),
  outcome: (output, columns) => showRun(outcomeOf(), output, { columns }),
  concise: (output, columns) => showRun(outcomeOf(), output, { columns, detail: 'concise' }),
  verbose: (output, columns) => showRun(inDetail(outcomeOf()), output, { columns, detail: 'verbose' }),
  undo: (output, columns) => showPreview(previewOf(), output, { columns }),
  counts: (output, columns) =>
    showCounts(
      { counts: COUNTS, services: Object.fromEntries(NAMES.map((name) => [name, serviceOf('', {})])) },
      new Map([[COUNTS[1]!.url, ['記録を最新に保つ方法']]]),
      output,
      columns,
    ),
  runs: (output, columns) => showRuns(RUNS, output, columns),
  services: (output, columns) => showCatalog(catalog({}, {}), output, columns),
  proposal: (output) => showProposal(PROPOSAL, output),
};

describe('screens', () => {
  const zone = process.env['TZ'];
  before(() => (process.env['TZ'] = 'UTC'));
  after(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  for (const [name, show] of Object.entries(SHOWN)) {
    for (const columns of [80, 120]) {
      it(`${name}, in ${columns} columns`, () => {
        const lines = screenOf((output) => show(output, columns));
        const screen = `${lines.join('\n')}\n`;
        const path = join(SCREENS, `${name}-${columns}.txt`);
        if (process.env['BYLINE_RECORD'] !== undefined) writeFileSync(path, screen);
        expect(screen).to.equal(readFileSync(path, 'utf8'));
        // A URL or a command that stands alone is the terminal's to break: it can be opened and copied as one.
        const broken = lines.filter((line) => stringWidth(line) > columns && !/^https:\S+$|"sf /.test(line));
        expect(broken).to.deep.equal([]);
      });
    }
  }
});
