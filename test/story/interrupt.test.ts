import { expect } from 'chai';
import { problems } from '../faults/check-end.ts';
import { TWITTER } from '../faults/in-process-run.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { type Ended, Rig } from '../rig/rig.ts';

const SYNC = ['byline sync', '--config-file', 'byline.json', '--batch-size', '10'] as const;
const NEWEST = ['--use-most-recent', '--json'] as const;

/**
 * Where a command is interrupted: what makes it stay there, and the request that shows that it is there. What is hung gets
 * no answer, ever: a command that waited for one would not end before the test is given up.
 */
type Spot = { readonly stay: (rig: Rig) => void; readonly there: (rig: Rig) => Promise<void> };

const COUNTS: Spot = {
  stay: ({ services }) => services.faults.tell('twitter', { fault: 'hang' }, { skip: 12, times: 100 }),
  there: ({ services }) => services.log.arrived('twitter', 13),
};
const AWAITS: Spot = {
  stay: ({ org }) => org.holdBatches(),
  there: ({ org }) => org.log.arrived('list-batches'),
};
const SENDS: Spot = {
  stay: ({ org }) => org.faults.tell('add-batch', { fault: 'hang', done: true }, { skip: 1, times: 2 }),
  there: ({ org }) => org.log.arrived('add-batch', 3),
};

const GETS_TOKEN: Spot = {
  stay: ({ org }) => {
    org.expireSessionAfter('create-job', 1);
    org.faults.tell('token', { fault: 'hang' });
  },
  there: ({ org }) => org.log.arrived('token'),
};

/** With the batches the org has by then. */
const PLACES: Readonly<Record<string, Spot & { readonly batches: number }>> = {
  'while it counts': { ...COUNTS, batches: 0 },
  'while the job is created': {
    stay: ({ org }) => org.faults.tell('create-job', { fault: 'hang', done: true }),
    there: ({ org }) => org.log.arrived('create-job'),
    batches: 0,
  },
  'while the first batch is sent, which does not arrive': {
    stay: ({ org }) => org.faults.tell('add-batch', { fault: 'hang' }, { times: 4 }),
    there: ({ org }) => org.log.arrived('add-batch', 3),
    batches: 0,
  },
  'while batches are sent': { ...SENDS, batches: 3 },
  'while the job is closed, and once more when that is tried again': {
    stay: ({ org }) => org.faults.tell('close-job', { fault: 'hang' }, { times: 2 }),
    there: ({ org }) => org.log.arrived('close-job'),
    batches: 4,
  },
  'while the job is awaited': { ...AWAITS, batches: 4 },
};

describe('a command that is interrupted', () => {
  before(function () {
    // Where a signal from another program ends a process at once.
    if (process.platform === 'win32') this.skip();
  });

  for (const [name, { batches, ...spot }] of Object.entries(PLACES)) {
    it(`sync, ${name}: no further batch, and the command it names finishes the run`, async () => {
      await using rig = await start(40);
      const ended = await interrupted(rig, spot, () => rig.run(...SYNC, '--json'));
      expect(ended.code, ended.stderr).to.equal(130);
      const { name: error, message, data } = ended.json();
      expect({ error, command: data.command, state: data.state }).to.deep.equal({
        ...{ error: 'InterruptedError', command: 'sync', state: 'InProgress' },
      });
      expect(message).to.equal(`Interrupted. What was sent is in the journal of run ${data.runId}.`);
      expect(rig.org.jobs().flatMap((job) => job.batches)).to.have.length(batches);
      const journal = await rig.journal();
      expect(journal.at(-1)).to.include({ fact: 'ended', state: 'InProgress' });
      clear(rig);
      expect((await follow(rig, ended)).code).to.equal(0);
      expect(problems(rig)).to.deep.equal([]);
    });
  }

  it('undo, while its batches are sent: resume finishes it', async () => {
    await using rig = await start(40);
    await rig.run(...SYNC);
    rig.org.table('Byline__c').forgetWrites();
    rig.org.log.clear();
    const ended = await interrupted(rig, SENDS, () => rig.run('byline undo', '--no-prompt', ...NEWEST));
    expect(ended.code, ended.stdout).to.equal(130);
    clear(rig);
    expect((await follow(rig, ended)).code).to.equal(0);
    expect(problems(rig, { undone: true })).to.deep.equal([]);
  });

  it('sync, while it plans, with batches done: reported as not finished, and undone only when finished', async () => {
    await using rig = await start(600);
    const spot: Spot = {
      stay: ({ services }) => services.faults.tell('twitter', { fault: 'hang' }, { skip: 500, times: 200 }),
      there: ({ org }) => org.log.arrived('add-batch', 2),
    };
    const [command, config, path] = SYNC;
    const sync = await interrupted(rig, spot, () => rig.run(command, config, path, '--batch-size', '100', '--json'));
    expect(sync.code, sync.stdout).to.equal(130);
    clear(rig);
    const { runId } = sync.json().data;
    const report = await rig.runAlone('byline report', NEWEST);
    expect(report.json().result).to.include({ runId, state: 'InProgress' });
    expect(report.json().result.records.updated).to.be.at.least(100);
    expect(report.json().warnings.join()).to.include(`Run ${runId} is not finished.`).and.not.include('still running');
    const undo = await rig.runAlone('byline undo', [...NEWEST, '--no-prompt']);
    expect(undo.json()).to.include({ name: 'UndoUnfinishedError', status: 1 });
    expect(await rig.runIds(), 'no run was begun').to.deep.equal([runId]);
    expect((await follow(rig, undo)).code).to.equal(0);
    expect(problems(rig)).to.deep.equal([]);
  });

  it('a dry run, or before anything was sent: nothing to resume, and it says so', async () => {
    await using rig = await start(40);
    const dry = await interrupted(rig, COUNTS, () => rig.run(...SYNC, '--dry-run', '--json'));
    expect(dry.code).to.equal(130);
    expect(dry.json().message).to.equal('Interrupted. Nothing was written.');
    expect(dry.json().actions.join()).not.to.include('resume');
    clear(rig);
    const before = (await rig.runIds()).length;
    const describe: Spot = {
      stay: ({ org }) => org.faults.tell('describe', { fault: 'hang' }),
      there: ({ org }) => org.log.arrived('describe', org.log.count('describe') + 1),
    };
    const early = await interrupted(rig, describe, () => rig.run(...SYNC));
    expect(early.code).to.equal(130);
    expect(early.stderr).to.match(/Interrupted\. Nothing was written\./);
    expect(early.stderr).not.to.include('resume');
    expect(await rig.runIds()).to.have.length(before);
  });

  it('counts ends too', async () => {
    await using rig = await start(0);
    rig.services.setFault('twitter', 'hang');
    const there = (): Promise<void> => rig.services.log.arrived('twitter');
    const ended = await interrupted(rig, { stay: () => undefined, there }, () =>
      rig.runAlone('byline counts', ['https://magazine.example.com/1', '--config-file', 'byline.json']),
    );
    expect(ended.code).to.equal(130);
    expect(ended.stderr).not.to.match(/\n {4}at /);
  });
});

describe('the process of a command that is interrupted', () => {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  for (const [signal, code, where, spot] of [
    ['SIGINT', 130, 'gets a token', GETS_TOKEN],
    ['SIGTERM', 143, 'sends', SENDS],
    ['SIGHUP', 129, 'counts', COUNTS],
  ] as const) {
    it(`${signal} while it ${where}: ends with ${code}, whatever gets no answer, no job open, and names the resume command`, async () => {
      await using rig = await start(40);
      spot.stay(rig);
      const running = rig.start(...SYNC);
      await Promise.race([spot.there(rig), running.ended]);
      running.process.kill(signal);
      const ended = await running.ended;
      expect(ended.code, ended.stderr).to.equal(code);
      expect(ended.signal).to.equal(null);
      expect(ended.stderr).to.match(/Interrupted\. What was sent is in the journal of run \d{8}T\d{6}Z-[0-9a-f]{6}\./);
      expect(ended.stderr).to.include('sf byline resume');
      expect(ended.stderr).not.to.match(/\n {4}at |AbortError|Unsettled|Warning/);
      expect(rig.org.jobs().map(({ state }) => state)).not.to.include('Open');
      const sent = rig.org.jobs().flatMap((job) => job.batches);
      expect((await rig.journal()).filter(({ fact }) => fact === 'sent')).to.have.length(sent.length);
      // What the org has accepted goes on there.
      rig.org.releaseBatches();
      expect(wrongRecords(rig, TWITTER)).to.have.length(40 - 10 * sent.length);
      clear(rig);
      const resumed = await rig.run('byline resume', ...NEWEST);
      expect(resumed.code, resumed.stdout).to.equal(0);
      expect(problems(rig)).to.deep.equal([]);
    });
  }

  it('a second Ctrl-C ends it at once', async () => {
    await using rig = await start(6);
    // After the first, the job would be closed; that request gets no answer.
    rig.org.faults.tell('add-batch', { fault: 'hang' });
    rig.org.faults.tell('close-job', { fault: 'hang' });
    const running = rig.start(...SYNC);
    await rig.org.log.arrived('add-batch');
    running.process.kill('SIGINT');
    await rig.org.log.arrived('close-job');
    running.process.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).to.equal(130);
    expect(rig.org.log.count('close-job')).to.equal(1);
  });
});

/** A place with so many articles, and a service that is waited for longer than a test takes. */
async function start(articles: number): Promise<Rig> {
  const rig = await Rig.start();
  const { twitter } = rig.services.settings();
  await rig.settings(TWITTER, { services: { twitter: { ...twitter, timeoutMs: 600_000 } } });
  insertArticles(rig, articles);
  return rig;
}

/** Interrupts a command that runs in this process where it stays. What a signal of the system does is shown below. */
async function interrupted(rig: Rig, { stay, there }: Spot, run: () => Promise<Ended>): Promise<Ended> {
  stay(rig);
  const arrived = there(rig);
  const running = run();
  await Promise.race([arrived, running]);
  process.emit('SIGINT', 'SIGINT');
  return running;
}

/** Lets everything go on that was told to stay. */
function clear({ org, services }: Rig): void {
  org.faults.clear();
  services.faults.clear();
  org.releaseBatches();
}

/** Runs the resume command an error names. */
function follow(rig: Rig, ended: Ended): Promise<Ended> {
  const command = /"sf (byline resume) ([^"]*)"/.exec(ended.json().actions.join(' '));
  expect(command, ended.stdout).to.not.equal(null);
  return rig.runAlone(command![1]!, [...command![2]!.split(' '), '--json']);
}
