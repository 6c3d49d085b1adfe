import type { SfError } from '@salesforce/core';
import { appendFile, copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { findRun } from '../../src/journal/find-run.ts';
import { journalPath, lockPath, planPath } from '../../src/journal/runs.ts';
import { listRuns } from '../../src/actions/report-action.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun, type InProcessOptions } from './in-process-run.ts';
import { rejection } from './rejection.ts';

describe('a journal', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  const start = (options: InProcessOptions = {}): Promise<InProcessRun> => InProcessRun.start(services, options);

  /** A run whose batches are all sent but not awaited. */
  async function unfinished(): Promise<{ place: InProcessRun; runId: string; journal: string; plan: string }> {
    const place = await start();
    insertArticles(place, 30);
    const { result } = await place.sync({ waitMs: null });
    const { runId } = result;
    return { place, runId, journal: journalPath(place.folder, runId), plan: planPath(place.folder, runId) };
  }

  it('cut off at any byte: it is read as far as it goes', async () => {
    const { place, runId, journal, plan } = await unfinished();
    await using it = place;
    const [lines, steps] = [await readFile(journal), await readFile(plan)];
    for (let size = 0; size < lines.length; size += 97) {
      await writeFile(journal, lines.subarray(0, size));
      await writeFile(plan, steps);
      const end = await it.resume(runId).then(
        ({ result }) => result.state,
        (error: SfError) => error.name,
      );
      expect(end, `${size} bytes`).to.equal(
        lines.subarray(0, size).includes('\n') ? 'Completed' : 'JournalDamagedError',
      );
      expect(it.org.jobs().filter(({ state }) => state === 'Open')).to.deep.equal([]);
    }
  });

  it('damaged in any line but the last: the file and the line are named, and nothing is sent', async () => {
    const { place, runId, journal } = await unfinished();
    await using it = place;
    const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n');
    it.org.log.clear();
    for (let at = 0; at < lines.length; at += 1) {
      for (const damage of [
        '',
        '{',
        'null',
        '42',
        '[]',
        '"text"',
        '{"fact":"gone","at":1,"api":1}',
        lines[at]!.slice(1),
      ]) {
        await writeFile(journal, `${lines.toSpliced(at, 1, damage).join('\n')}\n`);
        const error = await rejection(it.resume(runId));
        expect(error.name, `${at}: ${damage}`).to.equal('JournalDamagedError');
        expect(error.message)
          .to.include(journal)
          .and.to.include(`line ${at + 1}`);
      }
    }
    expect(it.org.log.count()).to.equal(0);
  });

  it('a fact that is incomplete, duplicate, or invalid counts as damage', async () => {
    const { place, runId, journal } = await unfinished();
    await using it = place;
    const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n');
    const facts = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const damaged = [
      ...facts.flatMap((fact, at) =>
        Object.keys(fact).map((key) => ({
          at,
          fact: Object.fromEntries(Object.entries(fact).filter(([k]) => k !== key)),
        })),
      ),
    ].filter(({ fact }) => Object.keys(fact).length > 0);
    for (const { at, fact } of damaged) {
      await writeFile(journal, `${lines.toSpliced(at, 1, JSON.stringify(fact)).join('\n')}\n`);
      expect((await rejection(it.resume(runId))).name, JSON.stringify(fact)).to.equal('JournalDamagedError');
    }
    for (const kind of ['run', 'sending', 'sent', 'outcome']) {
      const at = facts.findIndex(({ fact }) => fact === kind);
      if (at === -1) continue;
      await writeFile(journal, `${lines.toSpliced(at, 0, lines[at]!).join('\n')}\n`);
      expect((await rejection(it.resume(runId))).name, kind).to.equal('JournalDamagedError');
    }
    const sending = facts.findIndex(({ fact }) => fact === 'sending');
    await writeFile(journal, `${lines.toSpliced(sending, 1).join('\n')}\n`);
    expect((await rejection(it.resume(runId))).message).to.include('batch 2 is out of order');
  });

  it('of a newer version is named as such', async () => {
    const { place, runId, journal } = await unfinished();
    await using it = place;
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.replace('"version":1', '"version":2'));
    expect(await rejection(it.resume(runId))).to.include({ name: 'JournalTooNewError', exitCode: 1 });
  });

  it('that is damaged does not hide the others', async () => {
    const { place, runId } = await unfinished();
    await using it = place;
    const { result } = await it.sync({ all: true });
    const newer = journalPath(it.folder, result.runId);
    await writeFile(newer, 'no journal at all\n');
    const job = (await it.state(runId)).jobs[0]!.id;
    expect((await findRun(it.folder, { by: 'job', job }))?.runId).to.equal(runId);
    const warnings: string[] = [];
    expect((await listRuns(it.folder, (text) => warnings.push(text))).map((run) => run.runId)).to.deep.equal([runId]);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.include(newer);
    // One that was never written to is a run that never began.
    await writeFile(newer, '');
    expect((await findRun(it.folder, { by: 'newest' }))?.runId).to.equal(runId);
  });

  it('whose plan is shorter than what was sent: nothing is guessed', async () => {
    const { place, runId, plan } = await unfinished();
    await using it = place;
    const [header] = (await readFile(plan, 'utf8')).split('\n');
    await truncate(plan, header!.length + 1);
    const error = await rejection(it.resume(runId));
    expect(error.name).to.equal('PlanDamagedError');
    expect(error.message).to.include('it has 0 changes, but 30 were sent');
  });

  it('of a run in use by a live process: the second command is refused and names the process', async () => {
    await using place = await start();
    insertArticles(place, 30);
    place.org.holdBatches();
    const sync = place.sync();
    await place.org.log.arrived('list-batches');
    const error = await rejection(place.resume());
    expect(error.name).to.equal('RunLockedError');
    expect(error.message).to.include(String(process.pid));
    place.org.releaseBatches();
    await sync;
    expect(problems(place)).to.deep.equal([]);
  });

  it('whose lock names an ended process, or another one with the same number: it is taken over', async () => {
    for (const owner of ['999999999', '999999999 12', `${process.pid} 1`, '']) {
      const { place, runId } = await unfinished();
      await using it = place;
      await writeFile(lockPath(it.folder, runId), owner);
      // Where the system does not tell when a process began, the number must do.
      if (owner.startsWith(String(process.pid)) && process.platform !== 'linux') continue;
      expect((await it.resume(runId)).result.state, owner).to.equal('Completed');
    }
  });

  it('whose lock is another file: it stays unchanged', async () => {
    const { place, runId } = await unfinished();
    await using it = place;
    for (const content of ['rubbish', '4711\n', '{"pid":4711}']) {
      await writeFile(lockPath(it.folder, runId), content);
      expect(await rejection(it.resume(runId))).to.include({ name: 'LockForeignError', exitCode: 1 });
      expect(await readFile(lockPath(it.folder, runId), 'utf8')).to.equal(content);
    }
  });

  it('whose stale lock two take over at once: one of them has it', async () => {
    const { place, runId } = await unfinished();
    await using it = place;
    await writeFile(lockPath(it.folder, runId), '999999999');
    const ends = await Promise.allSettled([it.resume(runId), it.resume(runId), it.resume(runId)]);
    const refused = ends.filter(({ status }) => status === 'rejected');
    expect(refused.length).to.be.at.least(1);
    expect(problems(it)).to.deep.equal([]);
  });

  it('cannot be created in an invalid folder: nothing is sent', async () => {
    await using place = await start();
    insertArticles(place, 3);
    const file = join(place.folder, 'file');
    await appendFile(file, '');
    const error = await rejection(place.sync({ runsDir: join(file, 'runs') }));
    expect(error).to.include({ name: 'RunFolderUnwritableError', exitCode: 1 });
    expect(error.message).to.include(file).and.to.include('Nothing was sent');
    expect(place.org.jobs()).to.deep.equal([]);
  });
});

describe('a run and the clock', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('run ids are unique and sorted, when the clock is set back and when several runs begin in one second', async () => {
    await using place = await InProcessRun.start(services);
    insertArticles(place, 2);
    const ids: string[] = [];
    for (const jump of [0, 0, 0, -3_600_000, 0, 7_200_000, -1, 0]) {
      place.clock.jump(jump);
      ids.push((await place.sync({ dryRun: true })).result.runId);
    }
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids.toSorted()).to.deep.equal(ids);
  });

  for (const jump of [-86_400_000, 86_400_000]) {
    it(`a clock that jumps by ${jump / 3_600_000} h while the job is awaited does not hold up its end`, async () => {
      await using place = await InProcessRun.start(services);
      insertArticles(place, 30);
      const before = place.clock.now();
      void place.org.log.arrived('close-job').then(() => place.clock.jump(jump));
      const { result } = await place.sync();
      expect(result.state).to.equal('Completed');
      expect(problems(place)).to.deep.equal([]);
      expect(Math.abs(place.clock.now() - before - jump)).to.be.below(60_000);
    });
  }

  it('runs older than 30 days are removed, with their plans and locks', async () => {
    await using place = await InProcessRun.start(services);
    insertArticles(place, 2);
    const { runId } = (await place.sync()).result;
    await copyFile(planPath(place.folder, runId), planPath(place.folder, '20200101T000000Z-000000'));
    place.clock.jump(31 * 86_400_000);
    await place.sync({ all: true });
    expect((await place.runIds()).includes(runId)).to.equal(false);
    expect(
      (await readdir(place.folder)).filter((name) => name.startsWith('2020') || name.startsWith(runId)),
    ).to.deep.equal([]);
  });
});
