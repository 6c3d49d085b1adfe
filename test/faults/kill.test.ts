import { expect } from 'chai';
import type { Ended } from '../rig/rig.ts';
import { inWorkers, Worker, oneIn, RESUME, SYNC, type Task, UNDO } from './worker.ts';

const WORKERS = 3;

/** The line of its journal a sync is killed after, before its resume is killed: one batch is sent, the others are not. */
const HALF_WAY = 8;

/**
 * `kill -9` at the lines of the journal: torn in the middle of one, when what it tells has happened, and after it. As each
 * takes seconds, at two lines in three; `npm run soak` tries every line both ways.
 */
describe('a command that is killed', function () {
  this.timeout(240_000);
  let workers: readonly Worker[];
  before(async () => void (workers = await Promise.all(Array.from({ length: WORKERS }, () => Worker.start()))));
  after(() => Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]())));

  it('sync, at a line of its journal: resume ends it as if nothing was', async () => {
    const [worker] = workers as readonly [Worker];
    worker.reset();
    expect(worker.problems(await worker.run(SYNC))).to.deep.equal([]);
    const tasks = everyMoment(await worker.lines(), async (at, line, moment) => {
      at.reset();
      const killed = wasKilled(await at.kill(SYNC, line, moment));
      return [...killed, ...at.problems(await at.finish(SYNC))];
    });
    expect(await inWorkers(workers, oneIn(3, tasks))).to.deep.equal([]);
  });

  it('resume, at a line of its journal: the next one ends it', async () => {
    const [worker] = workers as readonly [Worker];
    worker.reset();
    await worker.kill(SYNC, HALF_WAY, 'after');
    const before = await worker.lines();
    expect(worker.problems(await worker.run(RESUME))).to.deep.equal([]);
    const tasks = everyMoment((await worker.lines()) - before, async (at, line, moment) => {
      at.reset();
      await at.kill(SYNC, HALF_WAY, 'after');
      const killed = wasKilled(await at.kill(RESUME, line, moment));
      return [...killed, ...at.problems(await at.resume())];
    });
    expect(await inWorkers(workers, oneIn(5, tasks))).to.deep.equal([]);
  });

  it('undo, at a line of its journal: resume ends it, and it can be undone', async () => {
    const undone = new Map(workers.map((worker) => [worker, false]));
    await Promise.all(
      workers.map(async (worker) => {
        worker.reset();
        await worker.run(SYNC);
      }),
    );
    const [worker] = workers as readonly [Worker];
    const before = await worker.lines();
    const undo = async (at: Worker, work: () => Promise<readonly string[]>): Promise<readonly string[]> => {
      undone.set(at, !undone.get(at));
      at.forget();
      return work();
    };
    const whole = await undo(worker, async () => worker.problems(await worker.run(UNDO), true));
    expect(whole).to.deep.equal([]);
    const tasks = everyMoment((await worker.lines()) - before, (at, line, moment) =>
      undo(at, async () => {
        const killed = wasKilled(await at.kill(UNDO, line, moment));
        return [...killed, ...at.problems(await at.finish(UNDO), undone.get(at))];
      }),
    );
    expect(await inWorkers(workers, oneIn(5, tasks))).to.deep.equal([]);
  });
});

type Work = (worker: Worker, line: number, moment: string) => Promise<readonly string[]>;

/** A task for every line: after it, and torn in the middle. Neighbours differ in both, so that one in two has every line. */
function everyMoment(lines: number, work: Work): Task[] {
  return Array.from({ length: lines }, (_, index) => index + 1).flatMap((line) =>
    (line % 2 ? ['torn', 'after'] : ['after', 'torn']).map((moment) => {
      return { name: `line ${line} ${moment}`, work: (worker) => work(worker, line, moment) };
    }),
  );
}

// A run may have a line less than the one that was counted, where it polls less often: then it ended well before the last.
const wasKilled = ({ signal, code }: Ended): string[] =>
  signal === 'SIGKILL' || code === 0 ? [] : [`it was not killed, but ended with ${code}`];
