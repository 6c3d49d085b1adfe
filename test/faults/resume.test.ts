import { expect } from 'chai';
import { BYLINE } from '../emulator/org/data/objects.ts';
import { RawClient } from '../emulator/org/raw-client.ts';
import { insertArticles } from '../rig/articles.ts';
import { type Ended, Rig } from '../rig/rig.ts';
import { problems } from './check-end.ts';
import { TWITTER } from './in-process-run.ts';

const SYNC = ['byline sync', '--config-file', 'byline.json', '--batch-size', '20', '--json'] as const;

describe('resume, report and undo, with an invalid run or job', () => {
  let rig: Rig;
  before(async () => {
    const Note__c = { name: 'Note__c', fields: [{ name: 'Tweets__c', type: 'double' as const }] };
    rig = await Rig.start({ objects: [BYLINE, Note__c] });
    await rig.settings(TWITTER);
  });
  after(() => rig[Symbol.asyncDispose]());

  const UNKNOWN = '750Em0000000099IAA';
  const expectRefusal = (ended: Ended, name: string, says: RegExp): void => {
    expect(ended.code, ended.stdout + ended.stderr).to.equal(1);
    const error = ended.json();
    expect(error.name).to.equal(name);
    expect(error.message).to.match(says).and.not.to.include('\n');
    expect(error.actions).to.have.length.at.least(1);
  };

  it('without any run', async () => {
    for (const command of ['byline resume', 'byline report', 'byline undo --no-prompt']) {
      const ended = await rig.runAlone(command, ['--use-most-recent', '--json']);
      expectRefusal(ended, 'NoRunsError', /^There is no run on this machine yet/);
    }
    const shown = await rig.runAlone('byline resume', ['--use-most-recent']);
    expect(shown.stderr.split('\n')[0]).to.match(/^Error \(NoRunsError\): There is no run on this machine yet/);
  });

  it('with none, or two, of --job-id, --run-id and --use-most-recent, or an invalid ID: exit 2', async () => {
    const run = ['--run-id', '20261123T073015Z-4f2a1c'];
    for (const args of [
      [],
      ['--use-most-recent', '--job-id', UNKNOWN],
      [...run, '--job-id', UNKNOWN],
      ['--run-id', '7'],
    ]) {
      expect((await rig.runAlone('byline resume', args)).code).to.equal(2);
    }
    expect((await rig.runAlone('byline resume', ['--job-id', '001000000000001'])).code).to.not.equal(0);
  });

  it('an unknown job', async () => {
    const here = await rig.runAlone('byline resume', ['--job-id', UNKNOWN, '--json']);
    expectRefusal(here, 'RunNotHereError', new RegExp(`^No run on this machine has the job ${UNKNOWN}\\.$`));
    const there = await rig.run('byline resume', '--job-id', UNKNOWN, '--json');
    expectRefusal(there, 'UnknownJobError', new RegExp(`^The org has no job ${UNKNOWN} that you may see: `));
    expect(await rig.runIds()).to.deep.equal([]);
  });

  it('a job of another object, operation or content type', async () => {
    for (const [object, operation, contentType] of [
      ['Note__c', 'update', 'XML'],
      ['Byline__c', 'insert', 'XML'],
      ['Byline__c', 'update', 'CSV'],
      ['Byline__c', 'query', 'XML'],
    ] as const) {
      const elements = `<operation>${operation}</operation><object>${object}</object>`;
      const id = await new RawClient(rig.org).job(`${elements}<contentType>${contentType}</contentType>`);
      const ended = await rig.run('byline resume', '--job-id', id, '--json');
      expectRefusal(
        ended,
        'ForeignJobError',
        new RegExp(`it's a ${contentType} ${operation} of ${object}, not an XML`),
      );
      expect(rig.org.jobs().find((job) => job.id === id)!.state, 'it is left alone').to.equal('Open');
    }
  });

  it('a dry run, and a completed run', async () => {
    insertArticles(rig, 3);
    await rig.run(...SYNC, '--dry-run');
    const dry = await rig.runAlone('byline resume', ['--use-most-recent', '--json']);
    expectRefusal(dry, 'ResumeDryRunError', /is a dry run: there is nothing to resume/);
    expectRefusal(
      await rig.runAlone('byline undo', ['--use-most-recent', '--no-prompt', '--json']),
      'UndoDryRunError',
      /is a dry run: there is nothing to undo/,
    );
    await rig.run(...SYNC);
    const done = await rig.runAlone('byline resume', ['--use-most-recent', '--json']);
    expectRefusal(done, 'NothingToResumeError', /has nothing left to do: it ended as Completed/);
    await rig.run(...SYNC, '--dry-run', '--all');
    const [dryId, runId] = await rig.runIds();
    const named = await rig.runAlone('byline undo', ['--run-id', dryId!, '--no-prompt', '--json']);
    expectRefusal(named, 'UndoDryRunError', new RegExp(`The run ${dryId} is a dry run`));
    const undo = await rig.runAlone('byline undo', ['--use-most-recent', '--no-prompt']);
    expect(undo.code, undo.stderr).to.equal(0);
    expect(undo.stderr).to.include(`The newest run that can be undone is ${runId} (sync).`);
    const other = await Rig.start();
    await using elsewhere = other;
    elsewhere.env = { ...elsewhere.env, SF_DATA_DIR: rig.env['SF_DATA_DIR']! };
    const wrong = await elsewhere.run('byline report', '--use-most-recent', '--json');
    expect(wrong.code, 'a report of what is done asks no org').to.equal(0);
  });
});

describe('resume of a run whose journal is not on this machine', () => {
  /** A place whose first machine is gone: what it sent is in the org. */
  async function orphaned(
    prepare: (rig: Rig, ids: readonly string[]) => Promise<unknown>,
  ): Promise<{ rig: Rig; ids: string[] }> {
    const rig = await Rig.start();
    await rig.settings(TWITTER);
    const ids = insertArticles(rig, 60);
    await prepare(rig, ids);
    rig.env = { ...rig.env, SF_DATA_DIR: `${rig.home}/another-machine` };
    return { rig, ids };
  }
  const resume = (rig: Rig): Promise<Ended> => {
    const [job] = rig.org.jobs();
    return rig.run('byline resume', '--job-id', job!.id, '--json', '--output-dir', 'out');
  };

  it('finishes the job: retries locked rows and names refused rows', async () => {
    const { rig, ids } = await orphaned(async (place, [first, second]) => {
      place.org.lockRows([first!], 1);
      place.org.refuseRows({ ids: [second!], statusCode: 'ENTITY_IS_LOCKED', message: 'no' });
      await place.run(...SYNC, '--async');
    });
    await using place = rig;
    const ended = await resume(place);
    expect(ended.code, ended.stdout).to.equal(68);
    const { result } = ended.json();
    expect(result.records).to.include({ changed: 60, updated: 59, failed: 1, unprocessed: 0 });
    expect(result.failures.map(({ id, statusCode }) => [id, statusCode])).to.deep.equal([[ids[1], 'ENTITY_IS_LOCKED']]);
    expect(problems(place, { refused: [ids[1]!] })).to.deep.equal([]);
    const failed = [...(await place.files())].find(([name]) => name.endsWith('-failed.csv'))!;
    expect(failed[1]).to.include(`${ids[1]},`).and.to.include('ENTITY_IS_LOCKED');
    const undo = await place.run('byline undo', '--use-most-recent', '--no-prompt', '--json');
    expect(undo.code).to.equal(1);
    expect(undo.json().name).to.equal('UndoWithoutBeforeError');
  });

  it("closes a job that was left open, so that a delayed batch can't be added", async () => {
    const { rig } = await orphaned(async (place) => {
      place.org.faults.tell('add-batch', { fault: 'late', until: place.org.log.arrived('close-job', 1) }, { skip: 2 });
      const running = place.start(...SYNC);
      await place.org.log.arrived('add-batch', 3);
      running.process.kill('SIGKILL');
      await running.ended;
    });
    await using place = rig;
    expect(place.org.jobs().map(({ state, batches }) => [state, batches.length])).to.deep.equal([['Open', 2]]);
    const ended = await resume(place);
    expect(ended.code, ended.stdout).to.equal(0);
    expect(place.org.jobs().map(({ state }) => state)).to.deep.equal(['Closed']);
    // The rest was never in the job: another sync finds and writes it.
    expect((await place.run(...SYNC)).code).to.equal(0);
    expect(problems(place)).to.deep.equal([]);
  });

  it('is killed while it recovers the run: the next resume recovers it', async () => {
    const { rig } = await orphaned((place) => place.run(...SYNC, '--async'));
    await using place = rig;
    place.org.faults.tell('get-request', { fault: 'hang' }, { skip: 1 });
    const [job] = place.org.jobs();
    const running = place.start('byline resume', '--job-id', job!.id);
    await place.org.log.arrived('get-request', 2);
    running.process.kill('SIGKILL');
    await running.ended;
    const newest = await place.run('byline resume', '--use-most-recent', '--json');
    expect(newest.json()).to.include({ name: 'ResumeRecoveryError', status: 1 });
    const ended = await resume(place);
    expect(ended.code, ended.stdout).to.equal(0);
    expect(ended.json().result.records).to.include({ changed: 60, updated: 60 });
    expect(problems(place)).to.deep.equal([]);
  });
});
