import { expect } from 'chai';
import type { Fault } from '../emulator/server.ts';
import { inWorkers, Worker, RESUME, SYNC, type Task } from './worker.ts';

const WORKERS = 3;
/** The requests of a sync, and at how many of each it is killed. */
const REQUESTS = { query: 1, 'query-more': 1, 'create-job': 1, 'add-batch': 2, 'close-job': 1, 'list-batches': 1 };
/** Requests that change nothing: when they are done makes no difference. */
const READS = new Set(['query', 'query-more', 'list-batches']);
/** What the org has made of a request when the process is killed that waits for its answer. */
const MOMENTS: Readonly<Record<string, Fault>> = {
  'when it has arrived': { fault: 'hang' },
  'when it is done, but not answered': { fault: 'slow', ms: 3000 },
};

/** `kill -9`, at every request in turn. */
describe('a command that is killed while the org has its request', function () {
  this.timeout(240_000);
  let workers: readonly Worker[];
  before(async () => void (workers = await Promise.all(Array.from({ length: WORKERS }, () => Worker.start()))));
  after(() => Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]())));

  it('sync: resume ends it as if nothing was', async () => {
    const tasks = Object.entries(REQUESTS).flatMap(([kind, count]) =>
      Object.entries(MOMENTS)
        .slice(READS.has(kind) ? 1 : 0)
        .flatMap(([moment, fault]) =>
          Array.from({ length: count }, (_, skip): Task => {
            return { name: `${kind} ${skip + 1} ${moment}`, work: (worker) => killAt(worker, kind, skip, fault) };
          }),
        ),
    );
    expect(await inWorkers(workers, tasks)).to.deep.equal([]);
  });

  it('while it counts: what was answered is not asked again, and each URL and request is counted once', async () => {
    const [worker] = workers as readonly [Worker];
    worker.reset();
    const { services } = worker.rig;
    const before = services.asked('twitter').length;
    // The first page of articles goes into the plan; of the second and third, 15 get an answer and 5 more get none.
    services.faults.tell('twitter', { fault: 'hang' }, { skip: 35, times: 1000 });
    const running = worker.start([...SYNC, '--concurrency', '5']);
    await Promise.race([services.log.arrived('twitter', 40), running.ended]);
    // Of the last request the services know before it is written down.
    while (!(await readingsOf(worker)).includes('"requests":40')) await new Promise(setImmediate);
    running.process.kill('SIGKILL');
    await running.ended;
    services.faults.clear();
    const asked = services.asked('twitter').slice(before);
    expect(asked).to.have.length(40);
    const ended = await worker.run(RESUME);
    expect(worker.problems(ended)).to.deep.equal([]);
    const again = services.asked('twitter').slice(before + 40);
    expect(again, 'five without an answer, and twenty that were never asked for').to.have.length(25);
    expect(new Set([...asked.slice(0, 35), ...again])).to.have.length(60);
    expect(ended.json().result.services['twitter']).to.include({ requests: 40 + 25, ok: 60, failed: 0, skipped: 0 });
    expect(await readingsOf(worker), 'nothing is kept of a plan that is whole').to.equal('');
  });
});

/** What the run keeps of what it asked the services. */
async function readingsOf({ rig }: Worker): Promise<string> {
  const files = await rig.files();
  return [...files].flatMap(([path, text]) => (path.endsWith('.readings.jsonl') ? [text] : [])).join('');
}

async function killAt(worker: Worker, kind: string, skip: number, fault: Fault): Promise<readonly string[]> {
  worker.reset();
  const { faults, log } = worker.rig.org;
  faults.tell(kind, fault, { skip });
  const running = worker.start(SYNC);
  await Promise.race([log.arrived(kind, skip + 1), running.ended]);
  running.process.kill('SIGKILL');
  const { signal } = await running.ended;
  faults.clear();
  // Nothing is begun before the first page is there.
  const ended = kind === 'query' ? await worker.run(SYNC) : await worker.run(RESUME);
  return [...(signal === 'SIGKILL' ? [] : ['it was not killed']), ...worker.problems(ended)];
}
