import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkFields, type ObjectDescribe } from '../../src/salesforce/describe.ts';
import { checkHistory } from '../../src/salesforce/describe-history.ts';
import { toHistory } from '../../src/settings/history-settings.ts';
import { type Settings, mergeSettings, settingsSchema } from '../../src/settings/settings.ts';
import { BYLINE, BYLINE_COUNT } from '../emulator/org/data/objects.ts';
import { Schema } from '../emulator/org/data/schema.ts';
import { root } from '../repo/sources.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { POST_FIELDS, Rig } from '../rig/rig.ts';
import {
  complaintsAbout,
  documentOf,
  documents,
  type Element,
  elements,
  fieldsFor,
  fieldsOf,
  granted,
  text,
} from './metadata.ts';

const fields = fieldsOf('Byline__c');
const names = fields.map(({ name }) => name);
const counts = fields.filter(({ type }) => type === 'double').map(({ name }) => name);

const history = fieldsOf('Byline_Count__c');
const changes = history.map(({ name }) => name).filter((name) => name.endsWith('_Change__c'));
/** Of a master-detail field the Metadata API takes no permission. */
const historyNames = history.filter(({ type }) => type !== 'reference').map(({ name }) => name);

describe('force-app', () => {
  for (const { path, type, content } of documents) {
    it(`${path.replace(/^.*default\//, '')} holds what the Metadata API knows`, () => {
      expect(complaintsAbout(type, content)).to.deep.equal([]);
    });
  }

  it('is converted by the sf CLI without a network, every part of it', async function () {
    this.timeout(60_000);
    await using rig = await Rig.start({ login: 'none' });
    rig.env = { ...rig.env, HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };
    for (const name of ['force-app', 'sfdx-project.json'])
      await cp(join(root, name), join(rig.home, name), { recursive: true });
    const ended = await rig.sf('project', 'convert', 'source', '--output-dir', 'converted', '--json');
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    const files = await readdir(join(rig.home, 'converted'), { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile()).map(({ name }) => name)).to.have.members([
      'Byline__c.object',
      'Byline__c.tab',
      'Byline__c-Byline Layout.layout',
      'Byline_Count__c.object',
      'Byline_Counts.dashboard',
      'Byline_Growth.dashboard',
      'Byline_Editor.permissionset',
      'Byline_Sync.permissionset',
      'Bylines_with_Counts.reportType',
      'Bylines_with_History.reportType',
      'Bylines-meta.xml',
      'Bylines-meta.xml',
      'Counts_by_Author_and_Month.report',
      'Growth_by_Week_and_Author.report',
      'Movers_of_the_Last_30_Days.report',
      'Movers_of_the_Last_7_Days.report',
      'Not_Read.report',
      'When_Counted.report',
      'package.xml',
    ]);
    const manifest = await readFile(join(rig.home, 'converted', 'package.xml'), 'utf8');
    for (const [object, all] of [
      ['Byline__c', fields],
      ['Byline_Count__c', history],
    ] as const) {
      const converted = await readFile(join(rig.home, 'converted', 'objects', `${object}.object`), 'utf8');
      for (const { name } of all) {
        expect(manifest).to.include(`<members>${object}.${name}</members>`);
        expect(converted).to.include(`<fullName>${name}</fullName>`);
      }
    }
  });

  it('has objects for the Bulk API and for reports', () => {
    for (const [name, nameType] of [
      ['Byline__c', 'Text'],
      ['Byline_Count__c', 'AutoNumber'],
    ] as const) {
      const object = documentOf('CustomObject', `/${name}/`);
      for (const switched of ['enableBulkApi', 'enableSharing', 'enableStreamingApi', 'enableReports'])
        expect(text(object, switched), switched).to.equal('true');
      expect(text(elements(object, 'nameField')[0]!, 'type')).to.equal(nameType);
    }
  });

  it('has the fields the emulated org has', () => {
    const emulated = new Schema(BYLINE, 'a01').fields.filter(({ custom }) => custom);
    const deployed = new Schema({ name: 'Byline__c', fields }, 'a01').fields.filter(({ custom }) => custom);
    // The emulated org also has a field nobody may write; and its titles are longer than a name can be.
    const only = ['Read_Only__c', 'Title__c'];
    const shared = emulated.filter(({ name }) => !only.includes(name));
    expect(deployed).to.deep.include.members(shared);
    const more = names.filter((name) => !shared.some((field) => field.name === name));
    expect(['Points__c']).to.include.members(more);
    expect([...fields, ...history].filter(({ scale = 0 }) => scale !== 0)).to.deep.equal([]);
    const custom = (given: Schema): object[] => given.fields.filter((field) => field.custom).map(withoutLabel);
    expect(custom(new Schema({ name: 'Byline_Count__c', fields: history }, 'a02'))).to.have.deep.members(
      custom(new Schema(BYLINE_COUNT, 'a02')),
    );
  });

  it('writes parent and date with new rows only, and so takes a row that is sent again', () => {
    expect(history.find(({ type }) => type === 'reference')).to.include({ name: 'Byline__c', updateable: true });
  });

  it('lets who syncs read all fields, write the counts and the stamp, and keep the history', () => {
    const set = documentOf('PermissionSet', 'Byline_Sync');
    expect(granted('Byline_Sync', 'readable', 'Byline__c')).to.have.members(names);
    expect(granted('Byline_Sync', 'editable', 'Byline__c')).to.have.members([...counts, 'Counts_Synced_At__c']);
    expect(granted('Byline_Sync', 'editable', 'Byline_Count__c')).to.have.members(historyNames);
    expect(set['objectPermissions']).to.have.deep.members([
      rights('Byline__c', { create: false, edit: true }),
      rights('Byline_Count__c', { create: true, edit: true }),
    ]);
    expect(set['userPermissions']).to.deep.equal([{ enabled: ['true'], name: ['ApiEnabled'] }]);
    const other = ['description', 'fieldPermissions', 'hasActivationRequired', 'label', 'objectPermissions'];
    expect(Object.keys(set)).to.have.members([...other, 'userPermissions']);
  });

  it('lets who writes articles change everything but the counts, their history and the stamp', () => {
    const synced = granted('Byline_Sync', 'editable', 'Byline__c');
    expect(granted('Byline_Editor', 'readable', 'Byline__c')).to.have.members(names);
    expect(granted('Byline_Editor', 'editable', 'Byline__c')).to.have.members(
      names.filter((name) => !synced.includes(name)),
    );
    expect(granted('Byline_Editor', 'readable', 'Byline_Count__c')).to.have.members(historyNames);
    expect(granted('Byline_Editor', 'editable', 'Byline_Count__c')).to.deep.equal([]);
    expect(documentOf('PermissionSet', 'Byline_Editor')['objectPermissions']).to.have.deep.members([
      rights('Byline__c', { create: true, edit: true }),
      rights('Byline_Count__c', { create: false, edit: false }),
    ]);
  });

  it('fits the settings the README and the page about the history show', async () => {
    for (const [page, key] of [
      ['README.md', 'fields'],
      ['docs/history.md', 'history'],
    ] as const) {
      const content = await readFile(join(root, page), 'utf8');
      const shown = [...content.matchAll(/^```json\n(.*?)^```/gms)].map(([, block]) => JSON.parse(block!) as object);
      const settings = shown.filter((block) => key in block);
      expect(settings, page).to.not.deep.equal([]);
      for (const block of settings) expect(() => check(mergeSettings({}, settingsSchema.parse(block)))).to.not.throw();
    }
  });

  it('fits the settings that hold where none are given', () => {
    expect(() => check({ ...mergeSettings({}, {}), fields: POST_FIELDS })).to.not.throw();
    expect(() => check({ ...mergeSettings({}, {}), fields: { twitter: 'Author__c' } })).to.throw('Author__c');
  });

  it('gives a sync what it needs', async () => {
    const seen = { name: 'Byline__c', keyPrefix: 'a01', fields: fieldsFor('Byline_Sync', 'Byline__c') };
    const rows = { name: 'Byline_Count__c', keyPrefix: 'a02', fields: fieldsFor('Byline_Sync', 'Byline_Count__c') };
    await using rig = await Rig.start({ objects: [seen, rows] });
    const mapping = { ...POST_FIELDS, hackernews: 'Points__c', reads: 'Reads__c' };
    const more = {
      ...{ stampField: 'Counts_Synced_At__c', publishedField: 'Published_Date__c' },
      history: { ...HISTORY, fields: mapping, changeFields: { reads: 'Reads_Change__c' } },
    };
    const settings = await rig.settings(mapping, more);
    const [id] = insertArticles(rig, 20, { Author__c: 'Ada Byron', Published_Date__c: '2026-11-01' });
    const ended = await rig.run('byline sync', '--config-file', settings, '--json');
    expect(ended.code, ended.stdout).to.equal(0);
    expect(ended.json().result.records).to.include({ changed: 20, updated: 20 });
    expect(ended.json().result.history).to.deep.equal({ rows: 20, created: 20, updated: 0, failed: 0 });
    expect(wrongRecords(rig, mapping)).to.deep.equal([]);
    expect(rig.org.table('Byline__c').get(id!)).to.have.property('Counts_Synced_At__c').that.is.a('string');
  });

  it('shows in list, page and report types only fields there are, and in the report types all of them', () => {
    const shown = documents.filter(({ type }) => ['CustomTab', 'Layout', 'ListView'].includes(type));
    const named = shown.flatMap(({ content }) => JSON.stringify(content).match(/(?<=")\w+__c(?=")/g) ?? []);
    expect([...names, ...historyNames, 'Byline__c']).to.include.members(named);
    const [byCount, byHistory] = [columnsOf('Bylines_with_Counts__c'), columnsOf('Bylines_with_History__c')];
    expect(byCount).to.have.members(['Name', ...names].map((name) => `Byline__c$${name}`));
    const parent = ['Name', 'Author__c', 'Published_Date__c', 'Published_URL__c'].map((name) => `Byline__c$${name}`);
    expect(byHistory).to.have.members([...parent, ...historyNames.map((name) => `${ROWS}$${name}`)]);
  });

  it('has reports that name columns of their report types only', () => {
    for (const { path, content } of documents.filter(({ type }) => type === 'Report')) {
      const report = shapeOf(content);
      expect(columnsOf(report.reportType), path).to.include.members(report.named);
    }
  });

  it('sums up the growth, by week and author and by article, and counts where nobody reads', () => {
    const growth = shapeOf(documentOf('Report', 'Growth_by_Week'));
    expect(growth.groupings).to.deep.equal([`${ROWS}$Period__c by Week`, 'Byline__c$Author__c by Day']);
    const sums = changes.map((name) => `${ROWS}$${name}`);
    expect(growth.summed).to.have.members(sums);
    for (const days of [7, 30]) {
      const movers = documentOf('Report', `Last_${days}_Days`);
      expect(shapeOf(movers).summed).to.have.members(sums);
      expect(shapeOf(movers).groupings).to.deep.equal(['Byline__c$Name by Day', 'Byline__c$Author__c by Day']);
      const [article] = elements(movers, 'groupingsDown');
      expect([text(article!, 'sortOrder'), text(article!, 'sortType')]).to.deep.equal(['Desc', 'Aggregate']);
      const time = elements(movers, 'timeFrameFilter')[0]!;
      expect([text(time, 'dateColumn'), text(time, 'interval')]).to.deep.equal([
        `${ROWS}$Period__c`,
        `INTERVAL_LAST${days}`,
      ]);
    }
    const [unread] = elements(elements(documentOf('Report', 'Not_Read'), 'filter')[0]!, 'criteriaItems');
    expect(['column', 'operator', 'value'].map((name) => text(unread!, name))).to.deep.equal([
      ...['Byline__c$Reads__c', 'equals', '0'],
    ]);
  });

  it('groups the counts by author and month', () => {
    const { groupings, summed } = shapeOf(documentOf('Report', 'Counts_by_Author'));
    expect(groupings).to.deep.equal(['Byline__c$Author__c by Day', 'Byline__c$Published_Date__c by Month']);
    expect(summed).to.have.members(counts.map((name) => `Byline__c$${name}`));
  });

  it('has dashboards of what its reports group and sum up, which leave out no report but the one of 30 days', () => {
    const used = new Set<string>();
    for (const { path, content } of documents.filter(({ type }) => type === 'Dashboard')) {
      const grid = elements(content, 'dashboardGridLayout')[0]!;
      for (const place of elements(grid, 'dashboardGridComponents')) {
        const component = elements(place, 'dashboardComponent')[0]!;
        const name = text(component, 'report')!;
        used.add(name.replace('Bylines/', ''));
        const report = shapeOf(documentOf('Report', `/${name}.`));
        const groupings = report.groupings.map((grouping) => grouping.replace(/ by .*/, ''));
        expect(groupings, path).to.include.members([...((component['groupingColumn'] ?? []) as string[])]);
        const summary = text(elements(component, 'chartSummary')[0]!, 'column');
        expect([...report.summed, 'RowCount'], path).to.include(summary);
      }
    }
    const reports = documents.filter(({ type }) => type === 'Report').map(({ path }) => nameOf(path));
    expect(reports.filter((name) => !used.has(name))).to.deep.equal(['Movers_of_the_Last_30_Days']);
  });
});

/** How reports name the rows of the history of an article. */
const ROWS = 'Byline__c.Byline_Counts__r';

const HISTORY = {
  ...{ sobject: 'Byline_Count__c', parentField: 'Byline__c', keyField: 'Key__c', dateField: 'Period__c' },
};

const nameOf = (path: string): string => path.replace(/^.*\/|\..*$/g, '');

const withoutLabel = (field: { readonly label: string }): object => ({ ...field, label: '' });

/** Rights to an object as a permission set has them: nobody deletes, or sees what is not shared. */
const rights = (object: string, may: { readonly create: boolean; readonly edit: boolean }): Element => ({
  allowCreate: [`${may.create}`],
  allowDelete: ['false'],
  allowEdit: [`${may.edit}`],
  allowRead: ['true'],
  modifyAllRecords: ['false'],
  object: [object],
  viewAllRecords: ['false'],
});

/** The columns a report type offers, as reports name them. */
function columnsOf(reportType: string): string[] {
  const content = documentOf('ReportType', `/${reportType.replace(/__c$/, '')}.`);
  return elements(content, 'sections')
    .flatMap((section) => elements(section, 'columns'))
    .map((column) => `${text(column, 'table')}$${text(column, 'field')}`);
}

/** What a report shows: columns it names anywhere, those it sums up, and what it groups by. */
function shapeOf(report: Element): {
  readonly reportType: string;
  readonly named: readonly string[];
  readonly summed: readonly string[];
  readonly groupings: readonly string[];
} {
  const columns = elements(report, 'columns');
  return {
    reportType: text(report, 'reportType')!,
    named: JSON.stringify(report).match(/(?<=")[\w.]+\$\w+(?=")/g) ?? [],
    summed: columns
      .filter((column) => text(column, 'aggregateTypes') === 'Sum')
      .map((column) => text(column, 'field')!),
    groupings: elements(report, 'groupingsDown').map(
      (grouping) => `${text(grouping, 'field')} by ${text(grouping, 'dateGranularity')}`,
    ),
  };
}

/** Throws where the settings do not fit the fields as the permission set shows them. */
function check({ sobject, urlField, fields: mapped, stampField, history: kept }: Settings): void {
  const describe = (name: string, keyPrefix: string): ObjectDescribe => {
    const { fields: seen } = new Schema({ name, fields: fieldsFor('Byline_Sync', name) }, keyPrefix);
    return { ...{ name, createable: true, updateable: true, queryable: true }, fields: seen };
  };
  expect(sobject).to.equal('Byline__c');
  checkFields(describe(sobject, 'a01'), { sobject, urlField, fields: mapped, stampField, write: true });
  if (!kept) return;
  const wanted = toHistory(kept, { fields: mapped, services: {} }, Date.now());
  checkHistory(describe(wanted.sobject, 'a02'), sobject, wanted);
}
