import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { WhichRun } from '../../src/model/which-run.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles, rightCounts } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun, PROGRESS, TWITTER } from './in-process-run.ts';
import { rejection } from './rejection.ts';

describe('a saved plan', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  /** An org with thirty articles, and a plan for them. */
  async function planned(): Promise<{ place: InProcessRun; ids: string[]; plan: string }> {
    const place = await InProcessRun.start(services, { pageSize: 13 });
    const ids = insertArticles(place, 30);
    const plan = join(place.folder, 'saved.jsonl');
    await place.sync({ dryRun: true, savePlan: plan });
    place.org.log.clear();
    return { place, ids, plan };
  }

  it('asks no service, and writes each record once', async () => {
    const { place, plan } = await planned();
    await using it = place;
    const asked = services.asked('twitter').length;
    const { result } = await it.syncPlan(plan);
    expect(services.asked('twitter').length).to.equal(asked);
    expect(result.records).to.include({ queried: 30, changed: 30, updated: 30, skipped: 0 });
    expect(problems(it)).to.deep.equal([]);
  });

  it('skips records that changed since, were deleted, or hold the values already', async () => {
    const { place, ids, plan } = await planned();
    await using it = place;
    const table = it.org.table('Byline__c');
    table.update(ids[1]!, { Tweets__c: 7 });
    table.delete(ids[2]!);
    table.update(ids[3]!, rightCounts(it, table.get(ids[3]!)!, TWITTER));
    const { result } = await it.syncPlan(plan);
    expect(result.records).to.include({ queried: 30, changed: 29, updated: 27, unchanged: 1, skipped: 2 });
    expect(table.get(ids[1]!)!['Tweets__c']).to.equal(7);
    expect([1, 3].flatMap((at) => table.writes(ids[at]!))).to.deep.equal([]);
  });

  it('applied twice, finds nothing to do', async () => {
    const { place, plan } = await planned();
    await using it = place;
    await it.syncPlan(plan);
    const again = await it.syncPlan(plan);
    expect(again.result).to.deep.include({ state: 'Completed', jobs: [] });
    expect(problems(it)).to.deep.equal([]);
  });

  it('that was cut off, at any byte, is refused before anything is sent', async () => {
    const { place, plan } = await planned();
    await using it = place;
    const whole = await readFile(plan);
    for (let size = 0; size < whole.length; size += 71) {
      await writeFile(plan, whole.subarray(0, size));
      const { name } = await rejection(it.syncPlan(plan));
      const begun = whole.subarray(0, size).includes('\n');
      expect(name, `${size} bytes`).to.equal(begun ? 'PlanCutOffError' : 'NotAPlanError');
    }
    expect(it.org.log.count()).to.equal(0);
    expect(await it.runIds()).to.have.length(1);
  });

  it('that is not a plan, is damaged, is missing or is of a newer version: one clear line each', async () => {
    const { place, plan } = await planned();
    await using it = place;
    const lines = (await readFile(plan, 'utf8')).split('\n');
    const folder = join(it.folder, 'folder');
    await mkdir(folder);
    const journal = join(it.folder, `${(await it.runIds())[0]}.jsonl`);
    for (const [content, name] of [
      ['', 'NotAPlanError'],
      ['Id,Tweets__c\r\n', 'NotAPlanError'],
      ['{"runId":"20261123T073015Z-4f2a1c"}\n', 'NotAPlanError'],
      ['null\n', 'NotAPlanError'],
      ['[1,2]\n', 'NotAPlanError'],
      [await readFile(journal, 'utf8'), 'NotAPlanError'],
      [lines.toSpliced(1, 1, lines[1]!.slice(3)).join('\n'), 'PlanDamagedError'],
      [lines.toSpliced(1, 1, 'null').join('\n'), 'PlanDamagedError'],
      [lines.toSpliced(1, 1, '{"changes":3}').join('\n'), 'PlanDamagedError'],
      [lines.join('\n').replace('"plan":1', '"plan":2'), 'PlanTooNewError'],
    ] as const) {
      await writeFile(plan, content);
      const error = await rejection(it.syncPlan(plan));
      expect(error, content.slice(0, 60)).to.include({ name, exitCode: 1 });
      expect(error.message).to.include(plan).and.not.to.include('\n');
    }
    expect(await rejection(it.syncPlan(folder))).to.include({ name: 'PlanUnreadableError' });
    expect(await rejection(it.syncPlan(join(folder, 'none')))).to.include({ name: 'PlanNotFoundError' });
    expect(it.org.log.count()).to.equal(0);
  });

  it('of another org is refused, of the same user name too', async () => {
    const { place, plan } = await planned();
    await using it = place;
    await using other = await InProcessRun.start(services);
    expect(await rejection(other.syncPlan(plan))).to.include({ name: 'PlanOfRefreshedOrgError', exitCode: 1 });
    expect(other.org.log.count() + it.org.log.count()).to.equal(0);
  });

  it('that was replaced while a run of it lay still is refused', async () => {
    const { place, plan } = await planned();
    await using it = place;
    await copyFile(plan, `${plan}.old`);
    it.org.faults.tell('query', { fault: 'status', status: 302 });
    await rejection(it.syncPlan(plan));
    await it.sync({ dryRun: true, savePlan: plan });
    const [, run] = await it.runIds();
    const error = await rejection(it.resume(run));
    expect(error).to.include({ name: 'PlanReplacedError', exitCode: 1 });
    await copyFile(`${plan}.old`, plan);
    await it.resume(run);
    expect(problems(it)).to.deep.equal([]);
  });
});

describe('undo', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('restores what the run wrote, unless it changed since; undone again, the counts are back', async () => {
    await using place = await InProcessRun.start(services, { pageSize: 13 });
    const ids = insertArticles(place, 30);
    const table = place.org.table('Byline__c');
    ids.forEach((id, at) => table.update(id, { Tweets__c: at % 3 === 0 ? null : at }));
    const before = ids.map((id) => table.get(id)!['Tweets__c']);
    place.org.refuseRows({ ids: [ids[4]!], statusCode: 'ENTITY_IS_LOCKED', message: 'no', times: 1 });
    const sync = await place.sync();
    table.update(ids[9]!, { Tweets__c: 123_456 });
    const undo = await place.undo();
    expect(undo.result.records).to.include({ queried: 29, changed: 29, updated: 28, skipped: 1 });
    const now = ids.map((id) => table.get(id)!['Tweets__c']);
    expect(now).to.deep.equal(before.toSpliced(9, 1, 123_456));
    const again = await place.undo();
    expect(again.result).to.deep.include({ command: 'undo', state: 'Completed' });
    expect(again.result.records).to.include({ updated: 28 });
    expect((await place.undo(sync.result.runId)).result.records).to.include({ updated: 28, skipped: 1 });
  });

  it('of a dry run, of a run that is not finished, and of one that wrote nothing is refused', async () => {
    await using place = await InProcessRun.start(services);
    insertArticles(place, 10);
    const { undo } = await import('../../src/actions/undo-action.ts');
    const { signal } = place.controller;
    const context = { runsDir: place.folder, progress: PROGRESS, signal };
    const tried = (which: WhichRun = { by: 'newest' }): Promise<unknown> =>
      undo(context, which, { org: undefined, apiVersion: undefined, waitMs: 0, leave: 'given' });
    expect(await rejection(tried())).to.include({ name: 'NoRunsError' });
    await place.sync({ dryRun: true });
    expect(await rejection(tried())).to.include({ name: 'UndoDryRunError', exitCode: 1 });
    place.org.holdBatches();
    await place.sync({ waitMs: null });
    expect(await rejection(tried())).to.include({ name: 'UndoUnfinishedError', exitCode: 1 });
    place.org.releaseBatches();
    await place.resume();
    const { runId } = (await place.sync()).result;
    expect(await rejection(tried({ by: 'run', runId }))).to.include({ name: 'NothingToUndoError', exitCode: 1 });
  });
});
