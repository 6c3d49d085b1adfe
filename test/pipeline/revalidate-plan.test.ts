import { expect } from 'chai';
import type { Change, FieldValue, StoredRecord } from '../../src/model/change.ts';
import type { PlanStep } from '../../src/model/plan.ts';
import { revalidatePlan, type RevalidateOptions } from '../../src/pipeline/revalidate-plan.ts';
import { SERVICE, tallyOf } from '../model/run-fixtures.ts';

const change = (id: string, fields: Record<string, readonly [FieldValue, FieldValue]>): Change => ({
  id,
  url: `https://a.example.com/${id}`,
  fields,
});

/** Plans the changes again over records that hold these values now. */
async function again(
  changes: readonly Change[],
  now: Readonly<Record<string, Record<string, FieldValue>>>,
  some: Partial<RevalidateOptions> = {},
): Promise<{ steps: PlanStep[]; asked: number[] }> {
  const asked: number[] = [];
  const readRecords = async (ids: readonly string[]): Promise<Map<string, StoredRecord>> => {
    asked.push(ids.length);
    const toRecord = (id: string, stored: Record<string, FieldValue>): StoredRecord => ({
      url: change(id, {}).url,
      stored,
    });
    return new Map(ids.flatMap((id) => (now[id] ? [[id, toRecord(id, now[id])] as const] : [])));
  };
  const steps: PlanStep[] = [];
  const source = async function* (): AsyncGenerator<readonly Change[]> {
    yield changes;
  };
  for await (const step of revalidatePlan(source(), {
    earlier: null,
    reversed: false,
    readRecords,
    atOnce: () => 2000,
    ...some,
  }))
    steps.push(step);
  return { steps, asked };
}

describe('planAgain', () => {
  const both = { A__c: [1, 5], B__c: [null, 7] } as const;
  const CASES: [
    name: string,
    now: Record<string, FieldValue> | undefined,
    becomes: 'kept' | 'conflict' | 'unchanged',
  ][] = [
    ['still holds what was before', { A__c: 1, B__c: null }, 'kept'],
    ['holds the new values already', { A__c: 5, B__c: 7 }, 'unchanged'],
    ['holds something else', { A__c: 2, B__c: null }, 'conflict'],
    ['holds the one before and the other after', { A__c: 1, B__c: 7 }, 'conflict'],
    ['is gone', undefined, 'conflict'],
  ];
  for (const [name, now, becomes] of CASES) {
    it(`a record that ${name}: ${becomes}`, async () => {
      const { steps } = await again([change('x', both)], now ? { x: now } : {});
      expect(steps[0]?.changes).to.deep.equal(becomes === 'kept' ? [change('x', both)] : []);
      expect(steps[0]?.conflicts).to.deep.equal(becomes === 'conflict' ? [change('x', both)] : []);
      const sums = {
        changed: becomes === 'unchanged' ? 0 : 1,
        conflicts: becomes === 'conflict' ? 1 : 0,
        unchanged: becomes === 'unchanged' ? 1 : 0,
      };
      expect(steps.at(-1)?.tally).to.deep.equal(tallyOf({ queried: 1, ...sums }));
    });
  }

  it('reversed: puts the old value back where the record still holds the new one', async () => {
    const { steps } = await again(
      [change('x', both), change('y', both)],
      { x: { A__c: 5, B__c: 7 }, y: { A__c: 5, B__c: 8 } },
      { reversed: true },
    );
    expect(steps[0]?.changes).to.deep.equal([change('x', { A__c: [5, 1], B__c: [7, null] })]);
    expect(steps[0]?.conflicts.map(({ id }) => id)).to.deep.equal(['y']);
  });

  it('skips counts that do not fit their fields, and the stamp with them', async () => {
    const rooms = { services: { a: { field: 'A__c', digits: 3 } }, stampField: 'S__c' };
    const stamp = { S__c: [null, '2026-11-23T07:30:15Z'] } as const;
    const { steps } = await again(
      [
        change('x', { A__c: [1, 1000], B__c: [null, 7], ...stamp }),
        change('y', { A__c: [1, 999], ...stamp }),
        change('z', { A__c: [1, 1000] }),
      ],
      { x: { A__c: 1 }, y: { A__c: 1 }, z: { A__c: 1 } },
      { rooms },
    );
    expect(steps[0]?.changes).to.deep.equal([
      change('x', { B__c: [null, 7] }),
      change('y', { A__c: [1, 999], ...stamp }),
    ]);
    const reason = 'does not fit A__c (3 digits)';
    const a = { ...SERVICE, skipped: 2, state: 'degraded', positive: true, reason } as const;
    expect(steps.at(-1)?.tally).to.deep.equal(tallyOf({ queried: 3, changed: 2, uncounted: 1, services: { a } }));
  });

  it('adds to the sums of an earlier process', async () => {
    const { steps } = await again(
      [change('x', { A__c: [1, 5] })],
      { x: { A__c: 1 } },
      { earlier: tallyOf({ queried: 4, changed: 4, conflicts: 2 }) },
    );
    expect(steps.at(-1)?.tally).to.deep.equal(tallyOf({ queried: 5, changed: 5, conflicts: 2 }));
  });

  it('reads the records 2,000 at a time, in order, and makes steps of 500', async () => {
    const changes = Array.from({ length: 4500 }, (_, index) => change(`x${index}`, { A__c: [1, index] }));
    const { steps, asked } = await again(changes, Object.fromEntries(changes.map(({ id }) => [id, { A__c: 1 }])));
    expect(asked).to.deep.equal([2000, 2000, 500]);
    expect(steps.map((step) => step.changes.length)).to.deep.equal([...Array<number>(9).fill(500), 0]);
    expect(steps.map(({ tally }) => tally.queried).slice(0, 3)).to.deep.equal([500, 1000, 1500]);
    expect(steps.flatMap((step) => step.changes)).to.deep.equal(changes);
  });

  it('of no change makes one step without any', async () => {
    const { steps, asked } = await again([], {});
    expect(asked).to.deep.equal([]);
    expect(steps.map(({ changes, tally }) => [changes.length, tally.queried])).to.deep.equal([[0, 0]]);
  });
});
