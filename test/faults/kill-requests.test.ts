import { expect } from 'chai';
import type { Fault } from '../emulator/server.ts';
import { type Command, inLanes, Lane, RESUME, SYNC, type Task } from './lane.ts';

const LANES = 3;
const SYNC_OF_TENS: Command = ['byline sync', '--config-file', 'byline.json', '--batch-size', '10', '--json'];
/** The requests of a sync, and how many of each there are before its job is over. */
const REQUESTS = { query: 1, 'query-more': 2, 'create-job': 1, 'add-batch': 3, 'close-job': 1, 'list-batches': 1 };
/** What the org has made of a request when the process is killed that waits for its answer. */
const MOMENTS: Readonly<Record<string, Fault>> = {
  'when it has arrived': { fault: 'hang' },
  'when it is done, but not answered': { fault: 'slow', ms: 3000 },
};

/** `kill -9`, at every request in turn. */
describe('a command that is killed while the org has its request', function () {
  this.timeout(240_000);
  let lanes: readonly Lane[];
  before(async () => void (lanes = await Promise.all(Array.from({ length: LANES }, () => Lane.start()))));
  after(() => Promise.all(lanes.map((lane) => lane[Symbol.asyncDispose]())));

  it('sync: resume ends it as if nothing was', async () => {
    const tasks = Object.entries(REQUESTS).flatMap(([kind, count]) =>
      Object.entries(MOMENTS).flatMap(([moment, fault]) =>
        Array.from({ length: count }, (_, skip): Task => {
          return { name: `${kind} ${skip + 1} ${moment}`, work: (lane) => killAt(lane, kind, skip, fault) };
        }),
      ),
    );
    expect(await inLanes(lanes, tasks)).to.deep.equal([]);
  });

  it('while it counts: what was counted is not asked again', async () => {
    const [lane] = lanes as readonly [Lane];
    lane.reset();
    const { org, services } = lane.rig;
    const before = services.asked('twitter').length;
    // The second page of articles gets no answers; by then, the first one is in a batch.
    services.faults.tell('twitter', { fault: 'hang' }, { skip: 20, times: 1000 });
    const running = lane.start(SYNC_OF_TENS);
    await Promise.race([org.log.arrived('add-batch'), running.ended]);
    running.process.kill('SIGKILL');
    await running.ended;
    services.faults.clear();
    const asked = services.asked('twitter').slice(before);
    expect(new Set(asked.slice(0, 20))).to.have.length(20);
    expect(lane.problems(await lane.run(RESUME))).to.deep.equal([]);
    const again = new Set(services.asked('twitter').slice(before + asked.length));
    expect(asked.slice(0, 20).filter((url) => again.has(url))).to.deep.equal([]);
    expect(again.size).to.equal(40);
  });
});

async function killAt(lane: Lane, kind: string, skip: number, fault: Fault): Promise<readonly string[]> {
  lane.reset();
  const { faults, log } = lane.rig.org;
  faults.tell(kind, fault, { skip });
  const running = lane.start(SYNC);
  await Promise.race([log.arrived(kind, skip + 1), running.ended]);
  running.process.kill('SIGKILL');
  const { signal } = await running.ended;
  faults.clear();
  // Nothing is begun before the first page is there.
  const ended = kind === 'query' ? await lane.run(SYNC) : await lane.run(RESUME);
  return [...(signal === 'SIGKILL' ? [] : ['it was not killed']), ...lane.problems(ended)];
}
