import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { SfError } from '@salesforce/core';
import fc from 'fast-check';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { journalPath, planPath } from '../../src/journal/runs.ts';
import { withChecksum } from './forge-plan.ts';
import { InProcessRun } from './in-process-run.ts';

const SEED = Number(process.env['BYLINE_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = Number(process.env['BYLINE_FUZZ_RUNS'] ?? 100);

const odd = fc.constantFrom<unknown>(
  ...[null, true, 0, -1, 1.5, 7, 1e300, 2 ** 53, '', 'x', '5', '750', 'Author__c', 'Id', 'attributes', [], {}, [null]],
  ...['</Id><Id>', "x' OR Id != '", '001Em0000000001IAA', 'Likes__c', { type: 'Account' }, [[0, 5]], '\n', '__proto__'],
);
const edit = fc.record({
  line: fc.nat(20),
  /** Which of its values, counted through all levels. */
  at: fc.nat(400),
  how: fc.constantFrom('replace', 'delete', 'add', 'rename', 'twice', 'byte'),
  value: odd,
  key: fc.constantFrom('Author__c', 'id', 'attributes', 'url', 'fields', 'changes', 'after', '__proto__', 'Tweets__c>'),
});
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;
type Holder = Record<string, unknown> | unknown[];

/** Every place of a value: what holds it, and its key there. */
function placesIn(value: unknown): [holder: Holder, key: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    [value as Holder, key] as [Holder, string],
    ...placesIn((value as Record<string, unknown>)[key]),
  ]);
}

/** The text with a line changed, its checksums right. */
function change(text: string, { line, at, how, value, key }: Edit): string {
  const lines = text.trimEnd().split('\n');
  const number = line % lines.length;
  lines[number] = withChecksum(how === 'byte' ? changeByte(lines[number]!, at) : changeValue(lines[number]!));
  return `${lines.join('\n')}\n`;

  function changeValue(json: string): string {
    const parsed = JSON.parse(json) as Record<string, unknown>;
    const places = placesIn(parsed);
    const [holder, name] = places[at % places.length]!;
    const map = holder as Record<string, unknown>;
    if (how === 'replace') map[name] = value;
    if (how === 'delete') Array.isArray(holder) ? holder.splice(Number(name), 1) : delete map[name];
    if (how === 'add') Array.isArray(holder) ? holder.push(value) : Object.defineProperty(map, key, OWN(value));
    if (how === 'rename' && !Array.isArray(holder)) {
      Object.defineProperty(map, key, OWN(map[name]));
      delete map[name];
    }
    if (how === 'twice' && Array.isArray(holder)) holder.push(holder[Number(name)]);
    return JSON.stringify(parsed);
  }
}

const OWN = (value: unknown): PropertyDescriptor => ({ value, enumerable: true, configurable: true, writable: true });

const changeByte = (text: string, at: number): string => {
  const place = (at * 31) % text.length;
  return `${text.slice(0, place)}${String.fromCharCode((text.charCodeAt(place) + 1 + (at % 3)) % 127)}${text.slice(place + 1)}`;
};

describe(`plans and journals changed at random (BYLINE_FUZZ_SEED=${SEED}, BYLINE_FUZZ_RUNS=${RUNS})`, () => {
  let services: EmulatedServices;
  let place: InProcessRun;
  let ids: string[];
  const files = new Map<string, string>();
  let saved: string;
  let runId: string;
  /** What the run has written, by record. */
  let counts: Record<string, unknown>[];
  before(async () => {
    services = await startServices();
    place = await InProcessRun.start(services);
    ids = insertArticles(place, 8);
    saved = join(place.folder, 'saved.jsonl');
    await place.sync({ dryRun: true, savePlan: saved, batchSize: 4 });
    await place.sync({ batchSize: 4 });
    [runId = ''] = await place.runIds();
    for (const path of [saved, planPath(place.folder, runId), journalPath(place.folder, runId)]) {
      files.set(path, await readFile(path, 'utf8'));
    }
    counts = rows();
  });
  after(async () => {
    await place[Symbol.asyncDispose]();
    await services.close();
  });

  const rows = (): Record<string, unknown>[] => ids.map((id) => ({ ...place.org.table('Byline__c').get(id) }));
  /** What records hold besides the counts, and the time of their change, which counts bring with them. */
  const besides = (row: Record<string, unknown>): object =>
    Object.fromEntries(
      Object.entries(row).filter(([name]) => !/^(Tweets__c|LastModified\w*|SystemModstamp)$/.test(name)),
    );

  /**
   * Either a clear line, exit 1, and the org untouched, or counts were written and nothing else.
   */
  async function holds(path: string, some: Edit, of: 'plan' | 'undo' | 'resume' | 'report'): Promise<void> {
    const table = place.org.table('Byline__c');
    const isWritten = of === 'undo' || of === 'report';
    ids.forEach((id, at) => table.update(id, { Tweets__c: isWritten ? (counts[at]!['Tweets__c'] as number) : null }));
    for (const name of await readdir(place.folder)) if (!name.startsWith('saved')) await rm(join(place.folder, name));
    for (const [name, text] of files) {
      const whole = of === 'resume' && name === journalPath(place.folder, runId) ? upToPlanned(text) : text;
      await writeFile(name, name === path ? change(whole, some) : whole);
    }
    const command = { plan: () => place.syncPlan(saved), undo: () => place.undo(runId) };
    const others = { resume: () => place.resume(runId), report: () => place.report({}) };
    const [held, jobs] = [rows(), place.org.jobs().length];
    const error: unknown = await { ...command, ...others }[of]().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const now = rows();
    expect(now.map(besides)).to.deep.equal(held.map(besides));
    for (const { Tweets__c: count } of now) expect(count === null || Number.isSafeInteger(count)).to.equal(true);
    if (error === undefined) return;
    expect(error).to.be.instanceOf(SfError).with.property('exitCode', 1);
    expect((error as SfError).name).to.match(/^(?!TypeError|SyntaxError|RangeError)\w+Error$/);
    expect((error as SfError).message).to.match(/^[^\n]+$/);
    expect(now.map(({ Tweets__c }) => Tweets__c)).to.deep.equal(held.map(({ Tweets__c }) => Tweets__c));
    expect(place.org.jobs()).to.have.length(jobs);
  }

  // Not by the clock: what is interrupted goes on in the folder of the next.
  const options = { seed: SEED, numRuns: RUNS, endOnFailure: true };

  it('sync --plan', () =>
    fc.assert(
      fc.asyncProperty(edit, (some) => holds(saved, some, 'plan')),
      options,
    ));

  for (const pathOf of [planPath, journalPath]) {
    it(`undo, resume and report, by the ${pathOf === planPath ? 'plan' : 'journal'} of a run`, () =>
      fc.assert(
        fc.asyncProperty(edit, fc.constantFrom('undo', 'resume', 'report'), (some, command) =>
          holds(pathOf(place.folder, runId), some, command),
        ),
        options,
      ));
  }
});

/** The journal of a run that was planned, and of which nothing was sent. */
const upToPlanned = (journal: string): string =>
  journal
    .split(/(?<=\n)/)
    .filter((line) => /"fact":"(run|planned)"/.test(line))
    .join('');
