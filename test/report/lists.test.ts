import { expect } from 'chai';
import { showCatalog } from '../../src/report/catalog-text.ts';
import { showRuns } from '../../src/report/run-text.ts';
import { catalog } from '../../src/services/catalog.ts';
import { resultOf } from './fixtures.ts';
import { screenOf } from './screen.ts';

const { records } = resultOf();
const RUNS = [
  resultOf({ state: 'InProgress', endedAt: null }),
  resultOf({ runId: '20261122T073015Z-000002', state: 'CompletedWithFailures', command: 'undo' }),
  resultOf({
    ...{ runId: '20261121T073015Z-000001', startedAt: '2026-11-21T07:30:15.000Z', endedAt: '2026-11-21T07:30:57.000Z' },
    records: { ...records, updated: 1_000_000, failed: 1000 },
  }),
];

describe('report: lists', () => {
  const zone = process.env['TZ'];
  before(() => (process.env['TZ'] = 'UTC'));
  after(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('of runs, in 80 columns', () => {
    expect(screenOf((output) => showRuns(RUNS, output))).to.deep.equal([
      'Runs',
      '┌─────────────────────────┬─────────────┬─────────┬─────────┬────────┬────────┐',
      '│ Run                     │ Started     │ Command │ State   │   Took │ Failed │',
      '├─────────────────────────┼─────────────┼─────────┼─────────┼────────┼────────┤',
      '│ 20261123T073015Z-4f2a1c │ 11-23 07:30 │ sync    │ Open    │      – │      2 │',
      '│ 20261122T073015Z-000002 │ 11-23 07:30 │ undo    │ Partial │ 12 min │      2 │',
      '│ 20261121T073015Z-000001 │ 11-21 07:30 │ sync    │ Done    │   42 s │  1,000 │',
      '└─────────────────────────┴─────────────┴─────────┴─────────┴────────┴────────┘',
      '',
      'A wider terminal shows more of each run, and --json all of it.',
    ]);
  });

  it('of runs, with more columns in a wider terminal', () => {
    const headOf = (width: number): string[] =>
      screenOf((output) => showRuns(RUNS, output, width))[2]!
        .split('│')
        .map((word) => word.trim());
    const wide = ['', 'Run', 'Started', 'Command', 'State', 'Took', 'Updated', 'Failed'];
    expect(headOf(120)).to.deep.equal([...wide, '']);
    expect(headOf(160)).to.deep.equal([...wide, 'Org', 'Job', '']);
    const lines = screenOf((output) => showRuns(RUNS, output, 120));
    expect(lines.filter((line) => line.length > 120)).to.deep.equal([]);
    expect(lines.join('\n'))
      .to.contain('2026-11-23 07:30')
      .and.contain('CompletedWithFailures')
      .and.contain('1,000,000');
  });

  it('of services, in 80 columns, with all that each needs', () => {
    const lines = screenOf((output) => showCatalog(catalog({}, {}), output));
    expect(lines.filter((line) => line.length > 80)).to.deep.equal([]);
    expect(lines.slice(0, 7)).to.deep.equal([
      'Services',
      '┌──────────────────┬──────────┬────────────────────────┬───────────────────────┐',
      '│ Service          │ Ready    │ Counts                 │ Needs                 │',
      '├──────────────────┼──────────┼────────────────────────┼───────────────────────┤',
      '│ facebook         │ no       │ Facebook shares,       │ tokenEnv: an app      │',
      '│                  │          │ reactions and comments │ token, APPID|SECRET   │',
      '│                  │          │ of a URL (Graph API)   │                       │',
    ]);
    expect(lines.join('')).not.to.contain('…');
  });
});
