import { expect } from 'chai';
import type { SfError } from '@salesforce/core';
import type { RunView } from '../../src/report/run-view.ts';
import type { Fault } from '../emulator/server.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun } from './in-process-run.ts';
import { killWhen, type Moment, stopAtLine } from './journal-stop.ts';

/** The line of its journal a sync is killed after, before its resume is killed: one batch is sent, the others are not. */
const HALF_WAY = 8;
/** What a journal has more lines than: of a sync, of a resume from half way, and of an undo. */
const LEAST = { sync: 15, resume: 8, undo: 12 };

/** The requests of a sync, and at how many of each it is killed. */
const REQUESTS = { query: 1, 'query-more': 1, 'create-job': 1, 'add-batch': 2, 'close-job': 1, 'list-batches': 1 };
/** Requests that change nothing: when they are done makes no difference. */
const READS = new Set(['query', 'query-more', 'list-batches']);
/** What the org has made of a request when the process is killed that waits for its answer. */
const MOMENTS: Readonly<Record<string, Fault>> = {
  'when it has arrived': { fault: 'hang' },
  'when it is done, but not answered': { fault: 'hang', done: true },
};

/** What `kill -9` leaves on the disk and in the org, at every line of a journal and at every request. */
describe('a command that is killed', function () {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  async function start(): Promise<InProcessRun> {
    const place = await InProcessRun.start(services, { pageSize: 20, batchSize: 20 });
    insertArticles(place, 60);
    return place;
  }

  it('sync, at a line of its journal: resume finishes it with the same result', async () => {
    await atEveryLine(LEAST.sync, async (at) => {
      await using place = await start();
      if (!(await stopAtLine(place, () => place.sync(), at))) return false;
      // A journal without a whole line is that of no run.
      const isBegun = at.line > 1 || at.moment !== 'torn';
      expect(await endOf(isBegun ? place.resume() : place.sync()), where(at)).to.be.oneOf(ENDS);
      expect(problems(place), where(at)).to.deep.equal([]);
      return true;
    });
  });

  it('resume, at a line of its journal: the next resume finishes it', async () => {
    await atEveryLine(LEAST.resume, async (at) => {
      await using place = await start();
      await stopAtLine(place, () => place.sync(), { line: HALF_WAY, moment: 'after' });
      if (!(await stopAtLine(place, () => place.resume(), at))) return false;
      expect(await endOf(place.resume()), where(at)).to.be.oneOf(ENDS);
      expect(problems(place), where(at)).to.deep.equal([]);
      return true;
    });
  });

  it('undo, at a line of its journal: resume finishes it, and the undo can be undone', async () => {
    await using place = await start();
    await place.sync();
    let undone = false;
    await atEveryLine(LEAST.undo, async (at) => {
      place.org.table('Byline__c').forgetWrites();
      undone = !undone;
      const [runId] = await place.runIds();
      const isReached = await stopAtLine(place, () => place.undo(runId), at);
      const isBegun = at.line > 1 || at.moment !== 'torn';
      if (isReached) expect(await endOf(isBegun ? place.resume() : place.undo(runId)), where(at)).to.be.oneOf(ENDS);
      expect(problems(place, { undone }), where(at)).to.deep.equal([]);
      return isReached;
    });
  });

  for (const [kind, count] of Object.entries(REQUESTS)) {
    it(`sync, while the org has its request: ${kind}`, async () => {
      for (const [moment, fault] of Object.entries(MOMENTS).slice(READS.has(kind) ? 1 : 0)) {
        for (let skip = 0; skip < count; skip += 1) {
          await using place = await start();
          place.org.faults.tell(kind, fault, { skip });
          const arrived = place.org.log.arrived(kind, skip + 1);
          expect(await killWhen(place, () => place.sync(), arrived), 'was killed').to.equal(true);
          place.org.faults.clear();
          // Nothing is begun before the first page is there.
          expect(await endOf(kind === 'query' ? place.sync() : place.resume())).to.equal('Completed');
          expect(problems(place), `${kind} ${skip + 1} ${moment}`).to.deep.equal([]);
        }
      }
    });
  }

  it('resume, interrupted while it reconciles lost responses: the next resume finishes it', async () => {
    await using place = await start();
    place.org.faults.tell('create-job', { fault: 'hang', done: true });
    await killWhen(place, () => place.sync(), place.org.log.arrived('create-job'));
    place.org.faults.tell('list-jobs', { fault: 'hang' }, { skip: 1 });
    void place.org.log.arrived('list-jobs', 2).then(() => place.interrupt());
    expect(await endOf(place.resume())).to.equal('InterruptedError');
    place.org.faults.clear();
    expect(await endOf(place.resume())).to.equal('Completed');
    expect(problems(place)).to.deep.equal([]);
  });
});

/** Where its last line was written before the process was killed, there is nothing left to do. */
const ENDS = ['Completed', 'NothingToResumeError'];

type At = { readonly line: number; readonly moment: Moment };

const where = ({ line, moment }: At): string => `line ${line} ${moment}`;

/**
 * Stops a command at every line, after it or in the middle of it by turns; `npm run soak` tries both. `stop` tells whether
 * there is such a line.
 */
async function atEveryLine(least: number, stop: (at: At) => Promise<boolean>): Promise<void> {
  for (let line = 1; ; line += 1) {
    const moments: readonly Moment[] = line % 2 ? ['torn', 'after'] : ['after', 'torn'];
    for (const moment of process.env['BYLINE_SOAK_SECONDS'] === undefined ? moments.slice(0, 1) : moments) {
      if (!(await stop({ line, moment }))) return void expect(line).to.be.above(least);
    }
  }
}

const endOf = (running: Promise<RunView>): Promise<string> =>
  running.then(
    ({ result }) => result.state,
    (error: SfError) => error.name,
  );
