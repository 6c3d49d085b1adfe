import { expect } from 'chai';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { type Ended, Rig, type Running } from '../rig/rig.ts';

const TWITTER = { twitter: 'Tweets__c' };
/** It takes a second or two; what is hung here would take 15 seconds or more. */
const AT_ONCE_MS = 10_000;

const SYNC = ['byline sync', '--config-file', 'byline.json'] as const;

/** The places a run is interrupted at: what makes it stay there, and the request that shows it is there. */
const PLACES = [
  {
    name: 'while it counts',
    stay: (rig: Rig) => rig.services.setFault('twitter', 'hang'),
    there: (rig: Rig) => rig.services.log.arrived('twitter'),
    batches: 0,
  },
  {
    name: 'while it sends a batch',
    stay: (rig: Rig) => rig.org.faults.tell('add-batch', { fault: 'hang' }),
    there: (rig: Rig) => rig.org.log.arrived('add-batch'),
    batches: 0,
  },
  {
    name: 'while it waits for the job',
    stay: (rig: Rig) => rig.org.holdBatches(),
    there: (rig: Rig) => rig.org.log.arrived('list-batches'),
    batches: 1,
  },
];

describe('interrupting a sync', () => {
  before(function () {
    // Where a signal from another program ends a process at once.
    if (process.platform === 'win32') this.skip();
  });

  for (const { name, stay, there, batches } of PLACES) {
    it(`Ctrl-C ${name}: exit 130 at once, no further batch, no open job, and the resume command`, async () => {
      await using rig = await Rig.start();
      await rig.settings(TWITTER);
      insertArticles(rig, 6);
      stay(rig);
      const running = rig.start(...SYNC);
      await there(rig);
      const ended = await interrupt(running, 'SIGINT');
      expect(ended.code, ended.stderr).to.equal(130);
      expect(ended.signal).to.equal(null);
      expect(ended.milliseconds).to.be.below(AT_ONCE_MS);
      expect(ended.stderr).to.match(/Interrupted\. What was sent is in the journal of run \d{8}T\d{6}Z-[0-9a-f]{6}\./);
      expect(ended.stderr).to.include('sf byline resume');
      expect(ended.stderr).not.to.match(/\n {4}at |AbortError|Unsettled|Warning/);
      expect(rig.org.jobs().flatMap((job) => job.batches)).to.have.length(batches);
      expect(rig.org.jobs().map(({ state }) => state)).not.to.include('Open');
      const journal = await rig.journal();
      expect(journal.at(-1)).to.include({ fact: 'ended', state: 'InProgress' });
      expect(journal.filter(({ fact }) => fact === 'sent')).to.have.length(batches);
      // What the org has accepted goes on there.
      rig.org.releaseBatches();
      expect(wrongRecords(rig, TWITTER)).to.have.length(batches === 0 ? 6 : 0);
    });
  }

  it('SIGTERM likewise, exit 143; under --json the error is JSON with what is known', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 6);
    rig.org.holdBatches();
    const running = rig.start(...SYNC, '--json');
    await rig.org.log.arrived('list-batches');
    const ended = await interrupt(running, 'SIGTERM');
    expect(ended.code, ended.stderr).to.equal(143);
    expect(ended.milliseconds).to.be.below(AT_ONCE_MS);
    const { status, name, data, actions } = ended.json();
    expect({ status, name }).to.deep.equal({ status: 143, name: 'InterruptedError' });
    expect(data).to.deep.include({ state: 'InProgress', command: 'sync' });
    expect(data.jobs.map(({ id, state }) => ({ id, state }))).to.deep.equal([
      { id: rig.org.jobs()[0]!.id, state: 'Closed' },
    ]);
    expect(actions.join(' ')).to.include('sf byline resume');
  });

  it('a second Ctrl-C ends it at once', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 6);
    rig.org.holdBatches();
    // After the first, the job would be closed; that request gets no answer.
    rig.org.faults.tell('add-batch', { fault: 'hang' });
    rig.org.faults.tell('close-job', { fault: 'hang' });
    const running = rig.start(...SYNC);
    await rig.org.log.arrived('add-batch');
    running.process.kill('SIGINT');
    await rig.org.log.arrived('close-job');
    const ended = await interrupt(running, 'SIGINT');
    expect(ended.code, ended.stderr).to.equal(130);
    expect(ended.milliseconds).to.be.below(AT_ONCE_MS);
  });

  it('before anything was sent there is nothing to resume', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    rig.org.faults.tell('describe', { fault: 'hang' });
    const running = rig.start(...SYNC);
    await rig.org.log.arrived('describe');
    const ended = await interrupt(running, 'SIGINT');
    expect(ended.code).to.equal(130);
    expect(ended.stderr).to.match(/Interrupted\. Nothing was written\./);
    expect(ended.stderr).not.to.include('resume');
    expect(await rig.runIds()).to.deep.equal([]);
  });

  it('counts ends on Ctrl-C too, exit 130', async () => {
    await using rig = await Rig.start({ login: 'none' });
    await rig.settings(TWITTER);
    rig.services.setFault('twitter', 'hang');
    const running = rig.startAlone('byline counts', ['https://magazine.example.com/1', '--config-file', 'byline.json']);
    await rig.services.log.arrived('twitter');
    const ended = await interrupt(running, 'SIGINT');
    expect(ended.code).to.equal(130);
    expect(ended.milliseconds).to.be.below(AT_ONCE_MS);
    expect(ended.stderr).not.to.match(/\n {4}at /);
  });
});

/** Sends the signal; tells how the process ended, and how long it took. */
async function interrupt(running: Running, signal: NodeJS.Signals): Promise<Ended & { milliseconds: number }> {
  const sent = performance.now();
  running.process.kill(signal);
  const ended = await running.ended;
  return { ...ended, milliseconds: performance.now() - sent };
}
