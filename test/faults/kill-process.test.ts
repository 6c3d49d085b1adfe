import { expect } from 'chai';
import { RESUME, SYNC, Worker } from './worker.ts';

/**
 * `kill -9` of a process of its own: at a line of its journal, and while a service has its requests. What it leaves elsewhere
 * is shown by `kill.test.ts`, in the process of the test.
 */
describe('the process of a command that is killed', () => {
  let worker: Worker;
  before(async () => void (worker = await Worker.start()));
  beforeEach(() => worker.reset());
  after(() => worker[Symbol.asyncDispose]());

  it('sync and its resume, in the middle of a line and after one: each is finished by the next', async () => {
    expect((await worker.kill(SYNC, 8, 'torn')).signal).to.equal('SIGKILL');
    expect((await worker.kill(RESUME, 4, 'after')).signal).to.equal('SIGKILL');
    expect(worker.problems(await worker.run(RESUME))).to.deep.equal([]);
  });

  it('while it counts: received counts are not requested again, and each URL and request is counted once', async () => {
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
