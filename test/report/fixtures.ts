import type { Change } from '../../src/model/change.ts';
import type { Names } from '../../src/model/names.ts';
import { ChangeSummary } from '../../src/report/change-summary.ts';
import { groupFailures } from '../../src/report/failure-groups.ts';
import type { Output } from '../../src/report/output.ts';
import type { RefusedRow, RunResult } from '../../src/report/result.ts';
import type { RunFile } from '../../src/report/run-file.ts';
import type { RunView } from '../../src/report/run-view.ts';

/** What data can hold that means something to HTML, Markdown, CSV, a spreadsheet or a terminal. */
export const NASTY = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  '<!--',
  '" onmouseover="alert(1)',
  `' or '1'='1`,
  'a|b\\|c',
  '`code` ``more``',
  '[text](javascript:alert(1))',
  '@maintainers #1 **bold** _em_',
  '=cmd|calc!A0',
  'line\nbreak\r\n',
  '\u001b[31mred\u001b[0m \u202eevil',
  '&amp; &lt;',
  '\n::add-mask::x',
  '\u001b]0;title\u0007 ##vso[task.setvariable variable=x]y',
];

export const FIELDS = ['Tweets__c', 'Likes__c', 'Synced__c'];

/** A run that is made up; `over` replaces parts of its result. */
export function resultOf(over: Partial<RunResult> = {}): RunResult {
  return {
    runId: '20261123T073015Z-4f2a1c',
    command: 'sync',
    state: 'Completed',
    dryRun: false,
    startedAt: '2026-11-23T07:30:15.000Z',
    endedAt: '2026-11-23T07:42:15.000Z',
    org: { username: 'editor@byline.example', orgId: '00D000000000001AAA', instanceUrl: 'https://byline.example.com' },
    sobject: 'Byline__c',
    records: {
      ...{ queried: 1500, eligible: 1490, unchanged: 300, changed: 1190 },
      ...{ updated: 1188, failed: 2, unprocessed: 0, skipped: 10 },
    },
    skipReasons: { 'not a valid URL': 3, 'not public: localhost': 7 },
    services: {
      twitter: { field: 'Tweets__c', requests: 1490, ok: 1490, failed: 0, skipped: 0, state: 'ok', reason: null },
      facebook: {
        field: 'Likes__c',
        requests: 4,
        ok: 1,
        failed: 3,
        skipped: 1486,
        state: 'stopped',
        reason: 'it kept failing',
      },
    },
    jobs: [{ id: '750000000000001AAA', state: 'Closed', batches: 2, url: 'https://byline.example.com/lightning/750' }],
    history: null,
    apiRequests: { used: 15, forecast: 12, remaining: 14_000, max: 15_000 },
    changes: [],
    failures: [],
    files: {
      settings: null,
      journal: '/secret/home/runs/run.jsonl',
      plan: null,
      planDigest: null,
      report: 'x.html',
      success: null,
      failed: null,
      historySuccess: null,
      historyFailed: null,
    },
    ...over,
  };
}

/** A file about these changes and refused rows. */
export function fileOf(
  changes: readonly Change[],
  refused: readonly RefusedRow[] = [],
  over: Partial<RunResult> = {},
): RunFile {
  const summary = new ChangeSummary();
  for (const change of changes) summary.add(change);
  const counts = new Map<string, number>();
  for (const { statusCode } of refused) counts.set(statusCode, (counts.get(statusCode) ?? 0) + 1);
  const records = { ...resultOf().records, changed: changes.length, skipped: 0, failed: refused.length };
  const view: RunView = {
    result: resultOf({ records, ...over }),
    topChanges: summary.topChanges.list.slice(0, 10),
    fields: FIELDS,
    toWrite: changes.length + refused.length,
    changedArticles: summary.topChanges.articles,
    groups: groupFailures(counts, refused),
    history: { created: 0, conflicts: 0, groups: [] },
    notes: [],
    next: [],
    api: 'bulk',
    requestsBy: null,
    batches: 1,
    limits: null,
    details: null,
  };
  const startedAt = Date.parse('2026-11-23T07:30:15.000Z');
  return {
    view,
    summary,
    records: changes.length,
    ...{ startedAt, lastAt: startedAt + 185_000, timeZone: 'Europe/Berlin' },
    changes: () => streamed(changes),
    refused: () => streamed(refused),
  };
}

export const changeOf = (id: string, url: string, fields: Change['fields'], names: Names = {}): Change => ({
  ...{ id, url, fields },
  ...names,
});

export const refusedOf = (id: string, url: string, statusCode: string, message: string): RefusedRow => ({
  ...{ id, url, statusCode, message },
  fields: [],
});

async function* streamed<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}

/** All of a stream of text. */
export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** An output that keeps what is written: lines as they are, tables as a line for the title, one for the columns and one a row, cells by ` | `. */
export class CapturedOutput implements Output {
  public readonly lines: string[] = [];

  public log(text = ''): void {
    this.lines.push(text);
  }

  public link(text: string, url: string): void {
    this.lines.push(text, url);
  }

  public table({ data, columns, title = '' }: Parameters<Output['table']>[0]): void {
    const all = columns as unknown as { key: string; name: string }[];
    const rows = data.map((row) => all.map(({ key }) => String(row[key])));
    this.lines.push(title, ...[all.map(({ name }) => name), ...rows].map((cells) => cells.join(' | ')));
  }

  public get text(): string {
    return this.lines.join('\n');
  }
}
