import { expect } from 'chai';
import type { ServiceTally } from '../../src/model/reading.ts';
import { type Counting, noticeCosts, noticeReports, noticeRequestQuotas } from '../../src/runs/count-services.ts';
import type { LookUp } from '../../src/services/look-up.ts';

const tallyOf = (requests: number): ServiceTally => ({
  ...{ requests, ok: 0, failed: 0, skipped: 0, state: 'ok', reason: null },
});

const countingOf = (lookUp: Partial<LookUp>): Counting => ({
  lookUp: lookUp as LookUp,
  controller: new AbortController(),
  prices: new Map([['x', 0.005]]),
  requestQuotas: new Map([['youtube', 'one of 10,000 units a day']]),
});

function told(work: (tell: (text: string) => void) => void): string[] {
  const lines: string[] = [];
  work((text) => lines.push(text));
  return lines;
}

describe('what a run costs at services', () => {
  it('is told of requests in dollars or of a quota, and not where there were none', () => {
    const costs = (requests: number): string[] => {
      const tallies = { x: tallyOf(requests), youtube: tallyOf(requests), twitter: tallyOf(requests) };
      const counting = countingOf({ tallies: () => tallies });
      return [...told((tell) => noticeCosts(counting, tell)), ...told((tell) => noticeRequestQuotas(counting, tell))];
    };
    expect(costs(0)).to.deep.equal([]);
    expect(costs(1)).to.include('youtube: 1 request, one of 10,000 units a day');
    expect(costs(2000)).to.deep.equal([
      'x: 2000 requests at $0.005 each cost about $10.00',
      'youtube: 2,000 requests, each one of 10,000 units a day',
    ]);
  });

  it('is told of a report by each quota its replies tell of', () => {
    const quotas = [
      { unit: 'tokens a day', cost: 20, left: 199_980 },
      { unit: 'tokens an hour', cost: 20, left: 39_980 },
    ];
    const summary = {
      ...{ services: ['views', 'users'], unmatched: { pages: 0, largest: [] }, absent: { urls: 0, first: [] } },
    };
    const reports = [
      { ...summary, quotas },
      { ...summary, quotas: [] },
    ];
    expect(told((tell) => noticeReports(countingOf({ reports: () => reports }), tell))).to.deep.equal([
      'views, users: the report cost 20 tokens a day (199,980 left), 20 tokens an hour (39,980 left)',
    ]);
  });
});
