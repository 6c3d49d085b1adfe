import type { SfError } from '@salesforce/core';
import { expect } from 'chai';
import type { RunView } from '../../src/report/run-view.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles, rightCounts } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun, TWITTER } from './in-process-run.ts';
import { stopAtLine } from './journal-stop.ts';
import { historyOf, WEEKLY } from './weekly-history.ts';

/** A Wednesday; its week begins on the 23rd. */
const WEDNESDAY = Date.parse('2026-11-25T12:00:00Z');
const STORED = 5;
/** The journal of an undisturbed run has more lines than these. */
const LINES = { bulk: 20, rest: 8 };
/** Where the job of the update is closed. `kill.test.ts` kills a sync at every line before. */
const CLOSED = 9;

describe('a sync with a weekly history, stopped at the lines of its journal', function () {
  this.timeout(120_000);
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  for (const api of ['bulk', 'rest'] as const) {
    for (const moment of ['after', 'torn', 'interrupted'] as const) {
      const first = api === 'bulk' && moment !== 'interrupted' ? CLOSED : 1;
      it(`${moment} (${api}): resume leaves one row for each record, with the same result`, async () => {
        for (let line = first; ; line += 1) {
          await using place = await InProcessRun.start(services);
          place.clock.jump(WEDNESDAY - place.clock.now());
          const ids = insertArticles(place, 12, { Tweets__c: STORED });
          const sync = (): Promise<RunView> => place.sync({ api, history: WEEKLY });
          if (!(await stopAtLine(place, sync, { line, moment }))) return expect(line).to.be.above(LINES[api]);
          const where = `at line ${line}`;
          // A journal without a whole line is that of no run.
          const begun = line > 1 || moment !== 'torn';
          const end = await (begun ? place.resume() : sync()).then(
            ({ result }) => result.state,
            (error: SfError) => {
              if (error.name === 'NothingToResumeError') return error.name;
              throw new Error(where, { cause: error });
            },
          );
          expect(end, where).to.be.oneOf(['Completed', 'NothingToResumeError']);
          expect(problems(place), where).to.deep.equal([]);
          const right = ids.map((parent) => {
            const row = place.org.table('Byline__c').get(parent)!;
            const count = Number(rightCounts({ org: place.org, services }, row, TWITTER)['Tweets__c']);
            return { parent, period: '2026-11-23', count, change: count - STORED };
          });
          expect(historyOf(place.org), where).to.deep.equal(right);
          const { result } = await place.report({});
          expect(result.records, where).to.include({ changed: 12, updated: 12, skipped: 0 });
          expect(result.history, where).to.deep.equal({ rows: 12, created: 12, updated: 0, failed: 0 });
        }
      });
    }
  }
});
