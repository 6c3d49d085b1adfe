import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import type { Change } from '../../src/model/change.ts';
import type { Fact } from '../../src/model/run-facts.ts';
import { type NewRunSurroundings, OpenRun } from '../../src/runs/open-run.ts';
import { firstChanges, largestChanges } from '../../src/runs/shown-changes.ts';
import { errorOf, inFolder } from '../journal/folder.ts';
import { ORG, SETTINGS, tallyOf } from '../model/run-fixtures.ts';
import { realClock } from '../../src/process/clock.ts';

const contextIn = (runsDir: string): NewRunSurroundings => ({
  runsDir,
  org: { identity: ORG, session: { apiVersion: '64.0' }, counter: { used: 0 }, clock: realClock },
  progress: { run: () => undefined },
});

describe('a run that cannot be begun', () => {
  it(
    'leaves no lock behind',
    inFolder(async (folder) => {
      const context = contextIn(folder);
      // JSON has no such value, so that the plan cannot be written.
      const settings = { ...SETTINGS, sobject: 1n as never };
      const begun = OpenRun.create(context, 'sync', settings);
      expect(await errorOf(begun)).to.match(/^RunFolderUnwritableError/);
      expect((await readdir(folder)).filter((name) => name.endsWith('.lock'))).to.deep.equal([]);
    }),
  );
});

describe('the changes people are shown of a run', () => {
  const idAt = (at: number): string => `a0100000000000${at}`;
  const atsOf = (all: readonly { readonly id: string }[]): string => all.map(({ id }) => id[14]).join('');
  const change = (at: number): Change => ({
    id: idAt(at),
    url: '',
    fields: { Tweets__c: [at === 4 ? 7 : 0, at === 4 ? 7 : 10 * at] },
  });
  const failed = [{ row: 3, id: idAt(3), statusCode: 'X', message: '', fields: [] }];
  const outcome = { fact: 'outcome', batch: 1, state: 'Completed', message: null, again: [] } as const;
  const sending: Fact = { fact: 'sending', batch: 1, job: null, rows: [[0, 5]], round: 0 };

  /** The changes, the largest and their number, of a run of five that these facts are of. */
  const shownAfter = async (folder: string, ...facts: readonly Fact[]): Promise<[string, string, number]> => {
    await using run = await OpenRun.create(contextIn(folder), 'sync', SETTINGS);
    const tally = tallyOf({ changed: 5 });
    const changes = [0, 1, 2, 3, 4].map(change);
    await run.addStep({ changes, deferred: [], conflicts: [], resolvesDeferred: false, through: null, tally });
    for (const fact of [sending, ...facts]) await run.write(fact);
    const { list, articles } = await largestChanges(run);
    return [atsOf(await firstChanges(run)), atsOf(list), articles];
  };

  it(
    'are those it has written, once it was applied; those the org has not refused before; a count that stays is no change',
    inFolder(async (folder) => {
      const refused: Fact = { ...outcome, failed, unprocessed: [[1, 2]] };
      expect(await shownAfter(folder)).to.deep.equal(['01234', '321', 3]);
      expect(await shownAfter(folder, refused)).to.deep.equal(['0124', '21', 2]);
      const ended: Fact = { fact: 'ended', state: 'CompletedWithFailures', reason: null };
      expect(await shownAfter(folder, refused, ended)).to.deep.equal(['024', '2', 1]);
    }),
  );
});
