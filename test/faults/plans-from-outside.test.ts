import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { BYLINE, BYLINE_COUNT } from '../emulator/org/data/objects.ts';
import { canonicalId } from '../emulator/org/data/ids.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { forgePlan } from './forge-plan.ts';
import { InProcessRun, TWITTER } from './in-process-run.ts';
import { rejection } from './rejection.ts';
import { historyOf, WEEKLY } from './weekly-history.ts';

const OTHER_OBJECT = canonicalId('001Em0000000001')!;

describe('a plan or journal that was changed, with valid checksums', () => {
  let services: EmulatedServices;
  let place: InProcessRun;
  let ids: string[];
  let plan: string;
  before(async () => {
    services = await startServices();
    place = await InProcessRun.start(services);
    ids = insertArticles(place, 30);
    plan = join(place.folder, 'saved.jsonl');
    await place.sync({ dryRun: true, savePlan: plan });
    await copyFile(plan, `${plan}.kept`);
  });
  beforeEach(async () => {
    await copyFile(`${plan}.kept`, plan);
    place.org.log.clear();
  });
  after(async () => {
    await place[Symbol.asyncDispose]();
    await services.close();
  });

  /** In the plan's first change. */
  const first = '"Tweets__c":[null,';
  const changed = (from: string | RegExp, to: string) => (text: string) => text.replace(from, () => to);
  const FORGED: [what: string, edit: (text: string) => string, says: RegExp][] = [
    [
      'a field more',
      changed(first, `"Author__c":[null,"mallory"],${first}`),
      /line 2 .*Author__c.* isn't a field of the plan/,
    ],
    ['a count below 0', changed(/(?<=\[null,)\d+/, '-5'), /line 2 .*-5 isn't a valid count/],
    ['half a count', changed(/(?<=\[null,)\d+/, '1.5'), /line 2 .*1.5 isn't a valid count/],
    ['a count that is text', changed(/(?<=\[null,)\d+/, '"12"'), /line 2 .*"12" isn't a valid count/],
    ['a count that is an object', changed(/(?<=\[null,)\d+/, '{"a":1}'), /line 2 .*\{"a":1\} isn't a valid count/],
    [
      'XML in a name',
      changed(first, `"Reads__c>7</Reads__c><Author__c>m</Author__c><Reads__c":[null,7],${first}`),
      /line 2 .* isn't a field of the plan/,
    ],
    [
      'a second record in a name',
      changed(
        first,
        `"Tweets__c>5</Tweets__c></sObject><sObject><Id>${OTHER_OBJECT}</Id><Tweets__c":[null,7],${first}`,
      ),
      /line 2 .* isn't a field of the plan/,
    ],
    [
      'XML in the mapping',
      changed('"twitter":"Tweets__c"', '"twitter":"Tweets__c><Author__c"'),
      /line 1 .*isn't the API name/,
    ],
    ['Id in the mapping', changed('"twitter":"Tweets__c"', '"twitter":"Id"'), /line 1 .*isn't the API name/],
    [
      'SOQL for an object',
      changed('"sobject":"Byline__c"', '"sobject":"Byline__c WHERE Id != null"'),
      /line 1 .*isn't the API name/,
    ],
    ['an id among the fields', changed(first, `"id":[null,"${OTHER_OBJECT}"],${first}`), /line 2 .* isn't a field/],
    ['attributes', changed(first, `"attributes":[null,{"type":"Account"}],${first}`), /line 2 .* isn't a field/],
    ['an id that is markup', (text) => text.replace(ids[0]!, '</Id><Id>'), /line 2 .* isn't a record ID/],
    ['an id that is SOQL', (text) => text.replace(ids[0]!, "x' OR Name != '"), /line 2 .* isn't a record ID/],
    [
      'a wrong checksum of an id',
      (text) => text.replace(ids[0]!, `${ids[0]!.slice(0, 15)}AAB`),
      /line 2 .* isn't a record ID/,
    ],
    [
      'an id of another object',
      (text) => text.replace(ids[1]!, OTHER_OBJECT),
      /line 2 .*belongs to a different object/,
    ],
    [
      'ids of another object',
      (text) => text.replaceAll('a01Em', '001Em').replace(/001Em\w{13}/g, (id) => canonicalId(id.slice(0, 15))!),
      /ids in it begin with 001, those of Byline__c with a01/,
    ],
    ['the same id twice', (text) => text.replace(ids[1]!, ids[0]!), /line 2 .*its summary doesn't match its rows/],
    ['a record less than the sums', changed('"changed":30', '"changed":29'), /line 2 .*its totals/],
    ['null for a change', changed('{"changes":[', '{"changes":[null,'), /line 2 .*isn't an object/],
    ['no org', changed(/"org":\{[^}]*\},/, ''), /line 1 .*org/],
    [
      'an invalid link',
      changed(/"instanceUrl":"[^"]*"/, '"instanceUrl":"javascript:alert(1)"'),
      /line 1 .*instanceUrl/,
    ],
    ['a key more', changed('{"changes":[', '{"deletes":[],"changes":['), /line 2 .*deletes/],
  ];

  /** Nothing was written: no job, no record; and of the plan that is told in one line. */
  function expectRefused(error: Awaited<ReturnType<typeof rejection>>, says: RegExp): void {
    expect(error).to.include({ exitCode: 1 });
    expect(error.message)
      .to.match(/^The (plan|journal) \S+ is damaged: /)
      .and.match(says)
      .and.not.include('\n');
    expect(place.org.jobs()).to.deep.equal([]);
    expect(place.org.log.of('collections')).to.deep.equal([]);
    expect(place.writes().every((writes) => writes === 0)).to.equal(true);
  }

  for (const [what, edit, says] of FORGED) {
    it(`with ${what}: refused before anything is sent`, async () => {
      const runs = await place.runIds();
      await forgePlan(plan, edit);
      expectRefused(await rejection(place.syncPlan(plan)), says);
      expectRefused(await rejection(place.syncPlan(plan, { api: 'rest' })), says);
      expect(await place.runIds()).to.deep.equal(runs);
    });
  }

  it('with a byte-order mark, or ids of 15 characters, is the plan it was', async () => {
    await using here = await InProcessRun.start(services);
    const all = insertArticles(here, 10);
    const saved = join(here.folder, 'saved.jsonl');
    await here.sync({ dryRun: true, savePlan: saved });
    await forgePlan(saved, (text) => `\uFEFF${all.reduce((some, id) => some.replace(id, id.slice(0, 15)), text)}`);
    // The last record the step covers stands there, too, in the summary of its ids.
    await forgePlan(saved, (text) => text.replace(/"ids":\["(\w{15})\w*","(\w{15})\w*"\]/, '"ids":["$1","$2"]'));
    const { result } = await here.syncPlan(saved);
    expect(result.records).to.include({ changed: 10, updated: 10 });
    expect(problems(here)).to.deep.equal([]);
  });

  it('that is replaced while it is applied, is applied as it was checked', async () => {
    await using here = await InProcessRun.start(services);
    insertArticles(here, 10);
    const saved = join(here.folder, 'saved.jsonl');
    await here.sync({ dryRun: true, savePlan: saved });
    const evil = (await readFile(saved, 'utf8')).replaceAll(/(?<=\[null,)\d+/g, '666');
    const describe = here.org.faults;
    describe.tell('describe', { fault: 'slow', ms: 50 });
    const applied = here.syncPlan(saved);
    while (here.org.log.of('describe').length < 2) await new Promise(setImmediate);
    await writeFile(`${saved}.evil`, evil);
    await rename(`${saved}.evil`, saved);
    await applied;
    expect(problems(here)).to.deep.equal([]);
  });

  it('of another digest, object, URL field, mapping or stamp than is meant: refused, and the org is not asked', async () => {
    const settings = {
      sobject: 'Byline__c',
      urlField: 'Published_URL__c',
      fields: TWITTER,
      stampField: null,
      history: null,
      services: {},
      path: 'x',
    };
    const tried = (saved: Parameters<InProcessRun['syncPlan']>[2]) => rejection(place.syncPlan(plan, {}, saved));
    for (const [other, says] of [
      [{ sobject: 'Note__c' }, 'object is Byline__c, not Note__c'],
      [{ urlField: 'URL__c' }, 'URL field is Published_URL__c, not URL__c'],
      [{ fields: { twitter: 'Likes__c' } }, 'mapping is twitter=Tweets__c, not twitter=Likes__c'],
      [{ stampField: 'Counts_Synced_At__c' }, 'stamp field is none, not Counts_Synced_At__c'],
      [
        { history: WEEKLY },
        'history is none, not Byline_Count__c (Byline__c, Key__c, Period__c; counts twitter=Tweets__c',
      ],
    ] as const) {
      const error = await tried({ settings: { ...settings, ...other } });
      expect(error).to.include({ name: 'PlanOfOtherSettingsError', exitCode: 1 });
      expect(error.message).to.include(says);
    }
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(await tried({ digest })).to.include({ name: 'PlanOfOtherDigestError', exitCode: 1 });
    expect(await tried({ sobject: 'Note__c' })).to.include({ name: 'PlanOfOtherObjectError', exitCode: 1 });
    expect(place.org.log.count()).to.equal(0);
  });

  it('a record whose URL is another by now is skipped by sync --plan and undo', async () => {
    await using here = await InProcessRun.start(services);
    const [moved = '', spaced = ''] = insertArticles(here, 10);
    const table = here.org.table('Byline__c');
    const saved = join(here.folder, 'saved.jsonl');
    await here.sync({ dryRun: true, savePlan: saved });
    const url = table.get(moved)!['Published_URL__c']!;
    table.update(moved, { Published_URL__c: 'https://magazine.example.com/another' });
    table.update(spaced, { Published_URL__c: ` ${String(table.get(spaced)!['Published_URL__c'])}` });
    const { result } = await here.syncPlan(saved);
    expect(result.records).to.include({ changed: 10, updated: 9, skipped: 1 });
    expect(table.get(moved)!['Tweets__c']).to.equal(null);
    table.update(moved, { Published_URL__c: url });
    await here.syncPlan(saved);
    table.update(moved, { Published_URL__c: 'https://magazine.example.com/another' });
    expect((await here.undo()).result.records).to.include({ changed: 1, updated: 0, skipped: 1 });
  });

  it('a count that its field has no room for is skipped with its row of the history, by name', async () => {
    const tweets3 = { name: 'Tweets__c', type: 'double', precision: 3 } as const;
    const fields = [...BYLINE.fields.filter(({ name }) => name !== 'Tweets__c'), tweets3];
    await using here = await InProcessRun.start(services, { objects: [{ ...BYLINE, fields }, BYLINE_COUNT] });
    const [large = ''] = insertArticles(here, 10);
    for (const row of here.org.table('Byline__c').all()) services.set('twitter', String(row['Published_URL__c']), 999);
    const saved = join(here.folder, 'saved.jsonl');
    await here.sync({ dryRun: true, savePlan: saved, history: WEEKLY });
    await forgePlan(saved, (text) => text.replace('"Tweets__c":[null,999]', '"Tweets__c":[null,1000]'));
    const { result, notes } = await here.syncPlan(saved);
    expect(result.records).to.deep.equal({
      ...{ queried: 10, eligible: 10, unchanged: 0, changed: 9, updated: 9, failed: 0, unprocessed: 0, skipped: 0 },
    });
    expect(result.state).to.equal('CompletedWithFailures');
    expect(result.services['twitter']).to.deep.include({
      ...{
        field: 'Tweets__c',
        requests: 0,
        skipped: 1,
        state: 'degraded',
        reason: 'does not fit Tweets__c (3 digits)',
      },
    });
    expect(result.history).to.deep.equal({ rows: 9, created: 9, updated: 0, failed: 0 });
    expect(here.org.table('Byline__c').get(large)).to.include({ Tweets__c: null });
    expect(historyOf(here.org).map(({ parent }) => parent)).to.not.include(large);
    expect(notes).to.deep.equal([]);
  });

  it('is refused by resume, undo and report as by sync --plan', async () => {
    await using here = await InProcessRun.start(services);
    insertArticles(here, 30);
    const writes = (): number => here.writes().reduce((sum, one) => sum + one);
    await here.sync();
    const [runId = ''] = await here.runIds();
    const [itsPlan, journal] = [join(here.folder, `${runId}.plan.jsonl`), join(here.folder, `${runId}.jsonl`)];
    const refusedAfter = async (path: string, edit: (text: string) => string, says: RegExp): Promise<void> => {
      const before = writes();
      await copyFile(path, `${path}.kept`);
      await forgePlan(path, edit);
      for (const command of [() => here.undo(runId), () => here.resume(runId), () => here.report({})]) {
        const error = await rejection(command());
        expect(error).to.include({ exitCode: 1 });
        expect(error.message).to.match(says).and.not.include('\n');
      }
      expect(writes()).to.equal(before);
      await rename(`${path}.kept`, path);
    };
    await refusedAfter(
      itsPlan,
      changed('"fields":{"Tweets__c"', '"fields":{"Author__c":["x",null],"Tweets__c"'),
      /Author__c/,
    );
    await refusedAfter(itsPlan, changed('"Tweets__c":[null', '"Tweets__c":["x"'), /can't have held "x"/);
    await refusedAfter(
      itsPlan,
      changed(/"fields":\{"twitter":"Tweets__c"\}/, '"fields":{"twitter":"Likes__c"}'),
      /isn't a field/,
    );
    await refusedAfter(
      itsPlan,
      changed('"sobject":"Byline__c"', '"sobject":"Note__c"'),
      /its sobject is not that of the run/,
    );
    await refusedAfter(
      journal,
      changed('"sobject":"Byline__c"', '"sobject":"Note__c"'),
      /its sobject is not that of the run/,
    );
    await refusedAfter(journal, changed('"job":"750', '"job":"../750'), /isn't a job ID/);
    await refusedAfter(
      journal,
      changed('"rows":[[0,10]]', '"rows":[[0,1e9]]'),
      /has 30 changes, but 1000000000 were sent/,
    );
    await refusedAfter(
      journal,
      changed('"unprocessed":[]', '"unprocessed":[[0,99]]'),
      /outcome of batch \d+ is not of its rows/,
    );
    await refusedAfter(
      journal,
      changed(runId, '20261123T073015Z-4f2a1c'),
      /it's the journal of run 20261123T073015Z-4f2a1c/,
    );
    await refusedAfter(journal, changed('"apiVersion":"64.0"', '"apiVersion":"64.0/../x"'), /isn't an API version/);
    await rm(`${itsPlan}.kept`, { force: true });
    expect((await here.undo(runId)).result.records).to.include({ updated: 30 });
  });
});
