import { expect } from 'chai';
import fc from 'fast-check';
import type { ArticleRecord } from '../../src/model/change.ts';
import type { DeferredChange, PlanStep } from '../../src/model/plan.ts';
import { failed, ok, type Reading, type ServiceTally, skipped } from '../../src/model/reading.ts';
import type { PlanTally } from '../../src/model/run-facts.ts';
import { planCounts, type PlanningOptions } from '../../src/pipeline/plan-counts.ts';
import { SERVICE, tallyOf } from '../model/run-fixtures.ts';

const FIELDS = { t: 'T__c', f: 'F__c' };

/** A record that stands for its URL: what its fields hold and what the services say. */
type Told = {
  readonly t: number | null;
  readonly f?: number | null;
  readonly says: { t?: Reading; f?: Reading };
  readonly bad?: true;
};

type Planned = { readonly steps: PlanStep[]; readonly tally: PlanTally; readonly changes: Record<string, object> };

/** Plans records from these pages, and keeps deferred changes as the plan on disk does. */
async function plan(pages: readonly Told[][], some: Partial<PlanningOptions> = {}): Promise<Planned> {
  const all = pages.flat();
  const urlOf = (index: number): string => `https://a.example.com/${index}`;
  const readings = new Map(all.map(({ says }, index) => [urlOf(index), says]));
  const steps: PlanStep[] = [];
  let released = 0;
  let index = 0;
  const options: PlanningOptions = {
    ...{ fields: FIELDS, all: false, keepHighest: false, allowZeros: false, stamp: null, earlier: null },
    lookUp: async (urls) =>
      new Map(
        Object.keys(FIELDS).map((name) => [
          name,
          urls.map((url) => readings.get(url)?.[name as 't'] ?? failed('nothing told')),
        ]),
      ),
    readUrl: (url) => ({ url, problem: all[Number(url.split('/').at(-1))]?.bad ? 'not public' : undefined }),
    urlsAtOnce: 8,
    controller: new AbortController(),
    tallies: () => ({}),
    deferred: async function* (): AsyncGenerator<readonly DeferredChange[]> {
      for (const step of steps.filter(({ deferred }) => deferred.length > 0).slice(released)) {
        yield step.deferred;
        released += 1;
      }
    },
    ...some,
  };
  const records = async function* (): AsyncGenerator<ArticleRecord[]> {
    for (const page of pages) {
      yield page.map(({ t, f = null }) => {
        index += 1;
        return { id: `a${index - 1}`, url: urlOf(index - 1), stored: { T__c: t, F__c: f } };
      });
    }
  };
  for await (const step of planCounts(records(), options)) steps.push(step);
  const changes = Object.fromEntries(steps.flatMap((step) => step.changes.map(({ id, fields }) => [id, fields])));
  return { steps, changes, tally: steps.at(-1)!.tally };
}

const states = ({ tally }: Planned): Record<string, string> =>
  Object.fromEntries(Object.entries(tally.services).map(([name, { state }]) => [name, state]));

describe('planCounts', () => {
  it('sums up what became of every record', async () => {
    const planned = await plan([
      [
        { t: null, says: { t: ok(5), f: ok(1) } },
        { t: 5, f: 1, says: { t: ok(5), f: ok(1) } },
        { t: 5, f: 1, says: { t: failed('down'), f: failed('down') } },
        { t: 5, bad: true, says: {} },
        { t: 5, f: 1, says: { t: skipped('budget'), f: ok(1) } },
      ],
    ]);
    expect(planned.tally).to.deep.include({
      queried: 5,
      changed: 1,
      unchanged: 2,
      uncounted: 1,
      skippedUrls: 1,
      skipReasons: { 'not public': 1 },
      conflicts: 0,
    });
    expect(planned.changes).to.deep.equal({ a0: { T__c: [null, 5], F__c: [null, 1] } });
  });

  it('tells after each step how far it came', async () => {
    const { steps } = await plan([
      [
        { t: null, says: { t: ok(5) } },
        { t: 1, says: { t: ok(6) } },
      ],
      [{ t: 2, says: { t: ok(7) } }],
    ]);
    expect(steps.map(({ through, changes, tally }) => [through, changes.length, tally.queried])).to.deep.equal([
      ['a1', 2, 2],
      ['a2', 1, 3],
      [null, 0, 3],
    ]);
  });

  it('without records there is one step, with sums of zero', async () => {
    const { steps } = await plan([]);
    expect(steps).to.deep.equal([
      {
        changes: [],
        deferred: [],
        conflicts: [],
        resolvesDeferred: false,
        through: null,
        tally: tallyOf({ skipReasons: {}, services: { t: SERVICE, f: SERVICE } }),
      },
    ]);
  });

  describe('the dead-service guard', () => {
    const zero = (before: number | null): Told => ({ t: before, f: 0, says: { t: ok(0), f: ok(9) } });

    it('only zeros, and the org holds counts: looks dead, and nothing of it is written', async () => {
      const planned = await plan([[zero(3), zero(null), zero(0)]]);
      expect(states(planned)).to.deep.equal({ t: 'looks-dead', f: 'ok' });
      expect(planned.tally.services['t']?.reason).to.match(/^answered 0 for every URL/);
      expect(planned.changes).to.deep.equal({ a0: { F__c: [0, 9] }, a1: { F__c: [0, 9] }, a2: { F__c: [0, 9] } });
      expect(planned.tally).to.deep.include({ queried: 3, changed: 3, unchanged: 0, uncounted: 0 });
    });

    it('zeros beside a count that does not fit its field are written', async () => {
      const tooLarge = { state: 'skipped', reason: 'does not fit T__c (3 digits)', positive: true } as const;
      const planned = await plan([[zero(3), { t: 5, f: 0, says: { t: tooLarge, f: ok(9) } }]]);
      expect(states(planned)).to.deep.equal({ t: 'ok', f: 'ok' });
      expect(planned.changes).to.deep.equal({ a0: { T__c: [3, 0], F__c: [0, 9] }, a1: { F__c: [0, 9] } });
    });

    it('only zeros, but the org holds none above: they are written', async () => {
      const planned = await plan([[zero(null), zero(0)]]);
      expect(states(planned)).to.deep.equal({ t: 'ok', f: 'ok' });
      expect(planned.changes).to.deep.equal({ a0: { T__c: [null, 0], F__c: [0, 9] }, a1: { F__c: [0, 9] } });
    });

    it('a count above 0 before: zeros are believed at once', async () => {
      const { steps, changes } = await plan([[{ t: 1, says: { t: ok(4) } }], [{ t: 3, says: { t: ok(0) } }]]);
      expect(steps.flatMap(({ deferred }) => deferred)).to.deep.equal([]);
      expect(changes).to.deep.equal({ a0: { T__c: [1, 4] }, a1: { T__c: [3, 0] } });
    });

    it('a count above 0 that equals the stored one is proof of life too', async () => {
      const planned = await plan([
        [
          { t: 4, says: { t: ok(4) } },
          { t: 3, says: { t: ok(0) } },
        ],
      ]);
      expect(planned.changes).to.deep.equal({ a1: { T__c: [3, 0] } });
    });

    it('a count above 0 later: zeros wait for it, and are written when all are counted', async () => {
      const { steps, changes } = await plan([[zero(3), zero(5)], [{ t: 1, f: 0, says: { t: ok(4), f: ok(0) } }]]);
      expect(
        steps.map(({ deferred, resolvesDeferred, changes: written }) => [
          deferred.length,
          resolvesDeferred,
          written.map(({ id }) => id),
        ]),
      ).to.deep.equal([
        [2, false, []],
        [0, false, ['a2']],
        [0, true, ['a0', 'a1']],
        [0, false, []],
      ]);
      expect(changes['a0']).to.deep.equal({ T__c: [3, 0], F__c: [0, 9] });
    });

    it('a record with nothing but a dropped 0 is uncounted; with another count, unchanged', async () => {
      const planned = await plan([
        [
          { t: 3, says: { t: ok(0) } },
          { t: 3, f: 9, says: { t: ok(0), f: ok(9) } },
        ],
      ]);
      expect(states(planned)).to.include({ t: 'looks-dead' });
      expect(planned.changes).to.deep.equal({});
      expect(planned.tally).to.deep.include({ queried: 2, changed: 0, unchanged: 1, uncounted: 1 });
    });

    it('failures say nothing of life or death', async () => {
      const planned = await plan([
        [
          { t: 3, says: { t: failed('down') } },
          { t: null, says: { t: ok(0) } },
        ],
      ]);
      expect(states(planned)).to.include({ t: 'ok' });
      expect(planned.changes).to.deep.equal({ a1: { T__c: [null, 0] } });
    });

    it('--allow-zeros: nothing waits, nothing looks dead', async () => {
      const planned = await plan([[zero(3), zero(5)]], { allowZeros: true });
      expect(planned.steps.flatMap(({ deferred }) => deferred)).to.deep.equal([]);
      expect(states(planned)).to.deep.equal({ t: 'ok', f: 'ok' });
      expect(planned.changes).to.have.keys('a0', 'a1');
    });

    it('what an earlier process saw counts: a proof of life, and a contradiction', async () => {
      const earlier = (t: object): PlanTally =>
        tallyOf({ queried: 7, changed: 2, unchanged: 5, services: { t: { ...SERVICE, ok: 7, ...t }, f: SERVICE } });
      const alive = await plan([[{ t: 3, says: { t: ok(0) } }]], { earlier: earlier({ positive: true }) });
      expect(alive.changes).to.deep.equal({ a0: { T__c: [3, 0] } });
      expect(alive.tally).to.deep.include({ queried: 8, changed: 3, unchanged: 5 });
      const dead = await plan([[{ t: null, says: { t: ok(0) } }]], { earlier: earlier({ contradicted: true }) });
      expect(dead.changes).to.deep.equal({});
      expect(states(dead)).to.include({ t: 'looks-dead' });
    });
  });

  it('tells how the services fared, as far as the plan goes', async () => {
    const earlier = tallyOf({ queried: 10, services: { t: SERVICE, f: SERVICE } });
    const fared = (ok: number): ServiceTally => {
      return { requests: 13, ok, failed: 3, skipped: 1, state: 'degraded', reason: 'HTTP 500' };
    };
    const tallies = (records: number): Record<string, ServiceTally> => ({ t: fared(records) });
    const article = { t: 1, says: { t: ok(1) } };
    const { steps } = await plan([[article, article], [article]], { earlier, tallies });
    expect(steps.map(({ tally }) => tally.services['t'])).to.deep.equal(
      [12, 13, 13].map((records) => ({ ...SERVICE, ...fared(records), positive: true })),
    );
  });

  it('says of each URL how many records of the run stand before those it is looked up with', async () => {
    const asked: string[] = [];
    const lookUp: PlanningOptions['lookUp'] = async (urls, at) => {
      asked.push(`${urls.length} after ${at[0]} to ${at.at(-1)}`);
      return new Map();
    };
    const articles = (count: number): Told[] => Array.from({ length: count }, () => ({ t: 1, says: {} }));
    await plan([articles(450), [], articles(3)], { earlier: tallyOf({ queried: 1000 }), lookUp });
    expect(asked).to.deep.equal([
      '200 after 1000 to 1199',
      '200 after 1200 to 1399',
      '50 after 1400 to 1449',
      '3 after 1450 to 1452',
    ]);
  });

  it('for any records and answers: every record is in one sum, only counts had are written, a dead service writes nothing', async () => {
    const reading = fc.oneof(fc.nat(3).map(ok), fc.constant(failed('down')), fc.constant(skipped('budget')));
    const stored = fc.option(fc.nat(3), { nil: null });
    const told = fc.record({
      t: stored,
      f: stored,
      says: fc.record({ t: reading, f: reading }),
      bad: fc.option(fc.constant(true as const), { nil: undefined }),
    });
    const pages = fc.array(fc.array(told, { maxLength: 4 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(pages, async (some) => {
        const all = some.flat() as Told[];
        const planned = await plan(some as Told[][]);
        const { queried, changed, unchanged, uncounted, skippedUrls } = planned.tally;
        expect(queried).to.equal(all.length);
        expect(changed + unchanged + uncounted + skippedUrls).to.equal(queried);
        expect(planned.steps.flatMap((step) => step.changes)).to.have.length(changed);
        expect(skippedUrls).to.equal(all.filter(({ bad }) => bad).length);
        for (const [id, fields] of Object.entries(planned.changes)) {
          const { t, f = null, says, bad } = all[Number(id.slice(1))]!;
          expect(bad).to.equal(undefined);
          for (const [service, field, before] of [
            ['t', 'T__c', t],
            ['f', 'F__c', f],
          ] as const) {
            if (!(field in fields)) continue;
            const said = says[service];
            expect(said?.state).to.equal('ok');
            expect(fields).to.have.deep.property(field, [before, said?.state === 'ok' ? said.count : NaN]);
            expect(planned.tally.services[service]?.state).to.equal('ok');
          }
        }
        // A service looks dead if it gave nothing above 0, and a 0 for a record that holds more.
        for (const [service, of] of [
          ['t', 't'],
          ['f', 'f'],
        ] as const) {
          const asked = all.filter(({ bad }) => !bad);
          const counts = asked.flatMap((one) => (one.says[service]?.state === 'ok' ? [one.says[service].count] : []));
          const contradicted = asked.some(
            (one) => one.says[service]?.state === 'ok' && one.says[service].count === 0 && (one[of] ?? 0) > 0,
          );
          const dead = contradicted && counts.every((count) => count === 0);
          expect(planned.tally.services[service]?.state).to.equal(dead ? 'looks-dead' : 'ok');
        }
      }),
    );
  });
});
