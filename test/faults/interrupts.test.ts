import { expect } from 'chai';
import { insertArticles } from '../rig/articles.ts';
import { type Ended, Rig, type Running } from '../rig/rig.ts';
import { hasTerminal, Terminal } from '../rig/terminal.ts';
import { problems } from './check-end.ts';
import { TWITTER } from './in-process-run.ts';

const SYNC = ['byline sync', '--config-file', 'byline.json', '--batch-size', '10', '--json'] as const;

/** It takes two seconds at most where the machine has time; waiting for the rest would take 30. */
const AT_ONCE_MS = 10_000;

/** Where a command is interrupted: what makes it stay there, and the request that shows that it is there. */
const PLACES: Readonly<Record<string, { stay: (rig: Rig) => void; there: (rig: Rig) => Promise<void> }>> = {
  'while it counts': {
    stay: ({ services }) => services.faults.tell('twitter', { fault: 'hang' }, { skip: 12, times: 100 }),
    there: ({ services }) => services.log.arrived('twitter', 13),
  },
  'while the job is created': {
    stay: ({ org }) => org.faults.tell('create-job', { fault: 'slow', ms: 30_000 }),
    there: ({ org }) => org.log.arrived('create-job'),
  },
  'while batches are sent': {
    stay: ({ org }) => org.faults.tell('add-batch', { fault: 'slow', ms: 30_000 }, { skip: 1, times: 2 }),
    there: ({ org }) => org.log.arrived('add-batch', 3),
  },
  'while the job is closed': {
    stay: ({ org }) => org.faults.tell('close-job', { fault: 'hang' }, { times: 2 }),
    there: ({ org }) => org.log.arrived('close-job'),
  },
  'while the job is awaited': {
    stay: ({ org }) => org.holdBatches(),
    there: ({ org }) => org.log.arrived('list-batches'),
  },
  'while a new token is got': {
    stay: ({ org }) => {
      org.expireSessionAfter('create-job', 1);
      org.faults.tell('token', { fault: 'hang' });
    },
    there: ({ org }) => org.log.arrived('token'),
  },
};

describe('a command that is interrupted', () => {
  before(function () {
    // Where a signal from another program ends a process at once.
    if (process.platform === 'win32') this.skip();
  });

  for (const [name, { stay, there }] of Object.entries(PLACES)) {
    for (const signal of name === 'while it counts' ? (['SIGHUP', 'SIGTERM'] as const) : (['SIGINT'] as const)) {
      it(`sync, by ${signal}, ${name}: at once, and the command it names finishes the run`, async () => {
        await using rig = await Rig.start();
        await rig.settings(TWITTER);
        insertArticles(rig, 40);
        stay(rig);
        const running = rig.start(...SYNC);
        await Promise.race([there(rig), running.ended]);
        const ended = await interrupt(running, signal);
        expect(ended.code, ended.stderr).to.equal({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
        expect(ended.milliseconds).to.be.below(AT_ONCE_MS);
        clear(rig);
        expect((await follow(rig, ended)).code).to.equal(0);
        expect(problems(rig)).to.deep.equal([]);
      });
    }
  }

  it('resume, by SIGINT, while it looks for what was lost: the next one finishes the run', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 40);
    rig.org.faults.tell('create-job', { fault: 'slow', ms: 30_000 });
    const sync = rig.start(...SYNC);
    await rig.org.log.arrived('create-job');
    sync.process.kill('SIGKILL');
    await sync.ended;
    rig.org.faults.clear();
    rig.org.faults.tell('list-jobs', { fault: 'hang' }, { skip: 1 });
    const resume = rig.start('byline resume', '--use-most-recent', '--json');
    await Promise.race([rig.org.log.arrived('list-jobs', 2), resume.ended]);
    const ended = await interrupt(resume, 'SIGINT');
    expect(ended.code, ended.stdout).to.equal(130);
    clear(rig);
    expect((await follow(rig, ended)).code).to.equal(0);
    expect(problems(rig)).to.deep.equal([]);
  });

  it('undo, by SIGINT, while its batches are sent: resume finishes it', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 40);
    await rig.run(...SYNC);
    rig.org.table('Byline__c').forgetWrites();
    rig.org.log.clear();
    rig.org.faults.tell('add-batch', { fault: 'slow', ms: 30_000 }, { skip: 1, times: 2 });
    const undo = rig.start('byline undo', '--use-most-recent', '--no-prompt', '--json');
    await Promise.race([rig.org.log.arrived('add-batch', 3), undo.ended]);
    const ended = await interrupt(undo, 'SIGINT');
    expect(ended.code, ended.stdout).to.equal(130);
    clear(rig);
    expect((await follow(rig, ended)).code).to.equal(0);
    expect(problems(rig, { undone: true })).to.deep.equal([]);
  });

  it('sync, by SIGINT, while it plans, with batches done: told as not finished, not undone before it is', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 600);
    rig.services.faults.tell('twitter', { fault: 'hang' }, { skip: 500, times: 200 });
    const running = rig.start('byline sync', '--config-file', 'byline.json', '--batch-size', '100', '--json');
    await Promise.race([rig.org.log.arrived('add-batch', 2), running.ended]);
    const sync = await interrupt(running, 'SIGINT');
    expect(sync.code, sync.stdout).to.equal(130);
    clear(rig);
    const { runId } = sync.json().data;
    const report = await rig.runAlone('byline report', ['--use-most-recent', '--json']);
    expect(report.json().result).to.include({ runId, state: 'InProgress' });
    expect(report.json().result.records.updated).to.be.at.least(100);
    expect(report.json().warnings.join()).to.include(`Run ${runId} is not finished.`).and.not.include('still running');
    const undo = await rig.runAlone('byline undo', ['--use-most-recent', '--json', '--no-prompt']);
    expect(undo.json()).to.include({ name: 'UndoUnfinishedError', status: 1 });
    expect(await rig.runIds(), 'no run was begun').to.deep.equal([runId]);
    expect((await follow(rig, undo)).code).to.equal(0);
    expect(problems(rig)).to.deep.equal([]);
  });

  it('a dry run, by SIGINT, is not to be resumed, and says so', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 40);
    PLACES['while it counts']!.stay(rig);
    const running = rig.start(...SYNC, '--dry-run');
    await Promise.race([PLACES['while it counts']!.there(rig), running.ended]);
    const ended = await interrupt(running, 'SIGINT');
    expect(ended.code).to.equal(130);
    expect(ended.json().message).to.equal('Interrupted. Nothing was written.');
    expect(ended.json().actions.join()).not.to.include('resume');
  });
});

describe('undo in a terminal', () => {
  for (const [answer, code, state] of [
    ['y\n', 0, 'Completed'],
    ['n\n', 0, 'Planned'],
    ['\n', 0, 'Planned'],
    ['\u0003', 130, 'Planned'],
  ] as const) {
    it(`asks; ${JSON.stringify(answer)}: exit ${code}, ${state}`, async function () {
      if (!hasTerminal()) this.skip();
      await using rig = await Rig.start();
      await rig.settings(TWITTER);
      insertArticles(rig, 10);
      await rig.run(...SYNC);
      rig.org.table('Byline__c').forgetWrites();
      const terminal = Terminal.open(rig, ['byline', 'undo', '--use-most-recent']);
      await terminal.answer('(y/N)', answer);
      const ended = await terminal.end();
      expect(ended.code, ended.stdout).to.equal(code);
      expect(problems(rig, state === 'Completed' ? { undone: true } : { untouched: idsOf(rig) })).to.deep.equal([]);
      const report = await rig.runAlone('byline report', ['--use-most-recent', '--json']);
      expect(report.json().result).to.deep.include({ command: 'undo', state });
      if (answer !== 'n\n') return;
      const resume = await rig.runAlone('byline resume', ['--use-most-recent', '--json']);
      expect(resume.json().name).to.equal('NothingToResumeError');
    });
  }
});

describe('undo that cannot ask the user', () => {
  it('refuses, names --no-prompt and writes nothing', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 3);
    await rig.run(...SYNC);
    rig.org.table('Byline__c').forgetWrites();
    const undone = await rig.startAlone('byline undo', ['--use-most-recent'], '').ended;
    const asJson = await rig.runAlone('byline undo', ['--use-most-recent', '--json']);
    expect(undone.code, undone.stdout).to.equal(2);
    expect(undone.stderr).to.match(/there is nobody to ask here[^]*"--no-prompt"/);
    expect(asJson.code).to.equal(2);
    expect(asJson.json()).to.deep.include({
      name: 'UndoUnaskedError',
      actions: ['Let it write without asking: repeat the command with "--no-prompt".'],
    });
    expect(problems(rig, { untouched: idsOf(rig) })).to.deep.equal([]);
  });
});

const idsOf = ({ org }: Rig): string[] =>
  org
    .table('Byline__c')
    .all()
    .map((row) => String(row['Id']));

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

/** Sends the signal; tells how the process ended, and how long it took. */
async function interrupt(running: Running, signal: NodeJS.Signals): Promise<Ended & { milliseconds: number }> {
  const sent = performance.now();
  running.process.kill(signal);
  const ended = await running.ended;
  return { ...ended, milliseconds: performance.now() - sent };
}
