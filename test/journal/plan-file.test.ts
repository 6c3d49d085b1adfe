import { expect } from 'chai';
import fc from 'fast-check';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarizeStep, writeStep } from '../../src/journal/plan-step.ts';
import { PlanFile } from '../../src/journal/plan-file.ts';
import type { Change } from '../../src/model/change.ts';
import type { DeferredChange, PlanHeader, PlanStep } from '../../src/model/plan.ts';
import { type Range, rowsOf, toRanges } from '../../src/model/ranges.ts';
import { idOf, ORG, tallyOf } from '../model/run-fixtures.ts';
import { errorOf, inFolder } from './folder.ts';

const HEADER: PlanHeader = {
  ...{ plan: 1, runId: '20261123T073015Z-4f2a1c', createdAt: '2026-11-23T07:30:15.000Z', org: ORG },
  ...{ sobject: 'Byline__c', urlField: 'Published_URL__c', fields: { twitter: 'Tweets__c' }, stampField: null },
};

const change = (row: number): Change => ({
  id: idOf(row),
  url: `https://a.example.com/ä/${row}`,
  fields: { Tweets__c: [null, row] },
});

/** A step with changes of these rows. */
const stepOf = (rows: readonly number[], some: Partial<PlanStep> = {}): PlanStep => ({
  ...{
    changes: rows.map(change),
    deferred: [],
    conflicts: [],
    resolvesDeferred: false,
    through: rows.length === 0 ? null : idOf(rows.at(-1)!),
    tally: tallyOf(),
  },
  ...some,
});

const held = (row: number): DeferredChange => ({
  id: idOf(row),
  url: '',
  fields: { Tweets__c: [3, 0] },
  doubtful: ['Tweets__c'],
  counted: false,
});

const FORWARD = { reversed: false };

const viewWhole = async (path: string): Promise<PlanFile> => (await PlanFile.view(path, FORWARD)).requireWhole();

async function chunksOf(plan: PlanFile, ranges: readonly Range[]): Promise<{ rows: Range[]; changes: Change[] }[]> {
  const chunks = [];
  for await (const chunk of plan.chunks(ranges)) chunks.push(chunk);
  return chunks;
}

async function heldOf(plan: PlanFile): Promise<string[][]> {
  const lists: string[][] = [];
  for await (const list of plan.deferred()) lists.push(list.map(({ id }) => id));
  return lists;
}

describe('a plan on disk', () => {
  it(
    'gives the changes their positions, and reads any of them back, over steps with and without changes',
    inFolder(async (folder) => {
      await using plan = await PlanFile.create(join(folder, 'p.plan.jsonl'), HEADER);
      expect(await plan.append(stepOf([0, 1, 2]))).to.deep.equal([0, 3]);
      expect(await plan.append(stepOf([]))).to.deep.equal([3, 3]);
      expect(await plan.append(stepOf([3, 4]))).to.deep.equal([3, 5]);
      expect(plan.size).to.equal(5);
      expect(await chunksOf(plan, [[0, 5]])).to.deep.equal([
        { rows: [[0, 3]], changes: [0, 1, 2].map(change) },
        { rows: [[3, 5]], changes: [3, 4].map(change) },
      ]);
      expect(
        await chunksOf(plan, [
          [0, 1],
          [2, 4],
        ]),
      ).to.deep.equal([
        {
          rows: [
            [0, 1],
            [2, 3],
          ],
          changes: [change(0), change(2)],
        },
        { rows: [[3, 4]], changes: [change(3)] },
      ]);
      expect(await chunksOf(plan, [])).to.deep.equal([]);
    }),
  );

  it('gives exactly the changes of any rows asked for, whatever its steps', async () => {
    const steps = fc.array(fc.nat(4), { maxLength: 8 });
    const seed = fc.infiniteStream(fc.boolean());
    const folder = await mkdtemp(join(tmpdir(), 'byline-plan-'));
    let number = 0;
    try {
      await fc.assert(
        fc.asyncProperty(steps, seed, async (sizes, chosen) => {
          number += 1;
          await using plan = await PlanFile.create(join(folder, `${number}.jsonl`), HEADER);
          let row = 0;
          for (const size of sizes) {
            await plan.append(stepOf(Array.from({ length: size }, () => row++)));
          }
          const wanted = Array.from({ length: row }, (_, index) => index).filter(() => chosen.next().value);
          const chunks = await chunksOf(plan, toRanges(wanted));
          expect(chunks.flatMap(({ rows }) => [...rowsOf(rows)])).to.deep.equal(wanted);
          expect(chunks.flatMap(({ changes }) => changes)).to.deep.equal(wanted.map(change));
          for (const chunk of chunks) expect([...rowsOf(chunk.rows)]).to.have.length(chunk.changes.length);
        }),
        { numRuns: 50 },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it(
    'is reopened where it was left: size, progress, and deferred changes',
    inFolder(async (folder) => {
      const path = join(folder, 'p.plan.jsonl');
      {
        await using plan = await PlanFile.create(path, HEADER);
        const two = tallyOf({ queried: 4, changed: 2 });
        await plan.append(stepOf([0, 1], { deferred: [held(7), held(8)], tally: two }));
        await plan.append(stepOf([], { deferred: [held(9)], through: idOf(9), tally: { ...two, queried: 5 } }));
        const released = tallyOf({ queried: 5, changed: 3, unchanged: 1 });
        await plan.append(stepOf([7], { resolvesDeferred: true, through: null, tally: released }));
        await plan.flush();
      }
      await appendFile(path, '{"changes":[{"id":"a0');
      {
        await using plan = await PlanFile.continue(path, FORWARD, { changes: 2, history: 0 });
        expect(plan.header).to.deep.equal(HEADER);
        expect(plan.size).to.equal(3);
        expect(plan.progress).to.deep.equal({
          through: idOf(9),
          tally: tallyOf({ queried: 5, changed: 3, unchanged: 1 }),
          complete: false,
        });
        expect(await heldOf(plan)).to.deep.equal([[idOf(9)]]);
        const last = tallyOf({ queried: 5, changed: 4, unchanged: 1 });
        expect(await plan.append(stepOf([9], { resolvesDeferred: true, tally: last }))).to.deep.equal([3, 4]);
        await plan.finish(last);
        await plan.flush();
      }
      await using whole = await viewWhole(path);
      expect(whole.progress).to.deep.equal({
        through: idOf(9),
        tally: tallyOf({ queried: 5, changed: 4, unchanged: 1 }),
        complete: true,
      });
      expect((await chunksOf(whole, [[0, 4]])).flatMap(({ changes }) => changes)).to.deep.equal(
        [0, 1, 7, 9].map(change),
      );
    }),
  );

  it(
    'that has fewer changes than were sent is damaged',
    inFolder(async (folder) => {
      const path = join(folder, 'p.plan.jsonl');
      {
        await using plan = await PlanFile.create(path, HEADER);
        await plan.append(stepOf([0, 1], { tally: tallyOf({ queried: 2, changed: 2 }) }));
      }
      expect(await errorOf(PlanFile.continue(path, FORWARD, { changes: 3, history: 0 }))).to.match(
        /^PlanDamagedError: The plan .*p\.plan\.jsonl is damaged: it has 2 changes, but 3 were sent/,
      );
    }),
  );

  const first = JSON.stringify(HEADER);
  const some = stepOf([0], { tally: tallyOf({ queried: 1, changed: 1 }) });
  const step = writeStep(some, summarizeStep(some));
  const WRONG: [name: string, text: string, says: RegExp][] = [
    ['something else', 'Id,Tweets__c\na01,5\n', /^NotAPlanError: .*p\.jsonl is not a plan\.$/],
    ['other JSON', '{"sobject":"Byline__c"}\n', /^NotAPlanError/],
    ['an array', '[]\n', /^NotAPlanError/],
    ['null', 'null\n', /^NotAPlanError/],
    ['a number', '5\n', /^NotAPlanError/],
    ['nothing', '', /^NotAPlanError/],
    ['a header that was torn', first, /^NotAPlanError/],
    [
      'a plan of a newer version',
      `${JSON.stringify({ ...HEADER, plan: 2 })}\n`,
      /^PlanTooNewError: .*p\.jsonl is of the newer version 2\.$/,
    ],
    [
      'a damaged line',
      `${first}\n{"changes":\n${step}\n`,
      /^PlanDamagedError: .*p\.jsonl is damaged: line 2 is not JSON/,
    ],
    ['a plan that was cut off', `${first}\n${step}\n`, /^PlanCutOffError: .*p\.jsonl/],
  ];
  for (const [name, text, says] of WRONG) {
    it(
      `${name}: one line that names the file`,
      inFolder(async (folder) => {
        await writeFile(join(folder, 'p.jsonl'), text);
        expect(await errorOf(viewWhole(join(folder, 'p.jsonl')))).to.match(says);
      }),
    );
  }

  for (const [name, line] of [
    ['null', 'null'],
    ['an empty object', '{}'],
    ['a number', '7'],
    ['a text', '"x"'],
  ] as const) {
    it(
      `a line that is ${name} is damage too`,
      inFolder(async (folder) => {
        await writeFile(join(folder, 'p.jsonl'), `${first}\n${line}\n${step}\n`);
        expect(await errorOf(PlanFile.view(join(folder, 'p.jsonl'), FORWARD))).to.match(/^PlanDamagedError: .*line 2/);
      }),
    );
  }

  it(
    'a missing file, or a folder, is an error',
    inFolder(async (folder) => {
      expect(await errorOf(PlanFile.view(join(folder, 'none.jsonl'), FORWARD))).to.match(
        /^PlanNotFoundError: .*none\.jsonl/,
      );
      expect(await errorOf(PlanFile.view(folder, FORWARD))).to.match(/^PlanUnreadableError: .*EISDIR/);
    }),
  );
});
