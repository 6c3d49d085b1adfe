import { expect } from 'chai';
import type { Ended } from '../rig/rig.ts';
import { inLanes, Lane, oneIn, RESUME, SYNC, type Task, UNDO } from './lane.ts';

const LANES = 3;

/** The line of its journal a sync is killed after, before its resume is killed: one batch is sent, the others are not. */
const HALF_WAY = 8;

/**
 * `kill -9` at the lines of the journal: torn in the middle of one, when what it tells has happened, and after it. As each
 * takes seconds, at two lines in three; `npm run soak` tries every line both ways.
 */
describe('a command that is killed', function () {
  this.timeout(240_000);
  let lanes: readonly Lane[];
  before(async () => void (lanes = await Promise.all(Array.from({ length: LANES }, () => Lane.start()))));
  after(() => Promise.all(lanes.map((lane) => lane[Symbol.asyncDispose]())));

  it('sync, at a line of its journal: resume ends it as if nothing was', async () => {
    const [lane] = lanes as readonly [Lane];
    lane.reset();
    expect(lane.problems(await lane.run(SYNC))).to.deep.equal([]);
    const tasks = everyMoment(await lane.lines(), async (at, line, moment) => {
      at.reset();
      const killed = wasKilled(await at.kill(SYNC, line, moment));
      return [...killed, ...at.problems(await at.finish(SYNC))];
    });
    expect(await inLanes(lanes, oneIn(3, tasks))).to.deep.equal([]);
  });

  it('resume, at a line of its journal: the next one ends it', async () => {
    const [lane] = lanes as readonly [Lane];
    lane.reset();
    await lane.kill(SYNC, HALF_WAY, 'after');
    const before = await lane.lines();
    expect(lane.problems(await lane.run(RESUME))).to.deep.equal([]);
    const tasks = everyMoment((await lane.lines()) - before, async (at, line, moment) => {
      at.reset();
      await at.kill(SYNC, HALF_WAY, 'after');
      const killed = wasKilled(await at.kill(RESUME, line, moment));
      return [...killed, ...at.problems(await at.resume())];
    });
    expect(await inLanes(lanes, oneIn(5, tasks))).to.deep.equal([]);
  });

  it('undo, at a line of its journal: resume ends it, and it can be undone', async () => {
    const undone = new Map(lanes.map((lane) => [lane, false]));
    await Promise.all(
      lanes.map(async (lane) => {
        lane.reset();
        await lane.run(SYNC);
      }),
    );
    const [lane] = lanes as readonly [Lane];
    const before = await lane.lines();
    const undo = async (at: Lane, work: () => Promise<readonly string[]>): Promise<readonly string[]> => {
      undone.set(at, !undone.get(at));
      at.forget();
      return work();
    };
    const whole = await undo(lane, async () => lane.problems(await lane.run(UNDO), true));
    expect(whole).to.deep.equal([]);
    const tasks = everyMoment((await lane.lines()) - before, (at, line, moment) =>
      undo(at, async () => {
        const killed = wasKilled(await at.kill(UNDO, line, moment));
        return [...killed, ...at.problems(await at.finish(UNDO), undone.get(at))];
      }),
    );
    expect(await inLanes(lanes, oneIn(5, tasks))).to.deep.equal([]);
  });
});

type Work = (lane: Lane, line: number, moment: string) => Promise<readonly string[]>;

/** A task for every line: after it, and torn in the middle. Neighbours differ in both, so that one in two has every line. */
function everyMoment(lines: number, work: Work): Task[] {
  return Array.from({ length: lines }, (_, index) => index + 1).flatMap((line) =>
    (line % 2 ? ['torn', 'after'] : ['after', 'torn']).map((moment) => {
      return { name: `line ${line} ${moment}`, work: (lane) => work(lane, line, moment) };
    }),
  );
}

// A run may have a line less than the one that was counted, where it polls less often: then it ended well before the last.
const wasKilled = ({ signal, code }: Ended): string[] =>
  signal === 'SIGKILL' || code === 0 ? [] : [`it was not killed, but ended with ${code}`];
