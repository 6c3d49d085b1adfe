import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkFields } from '../../src/salesforce/describe.ts';
import { type Settings, mergeSettings, settingsSchema } from '../../src/settings/settings.ts';
import { BYLINE } from '../emulator/org/data/objects.ts';
import { Schema } from '../emulator/org/data/schema.ts';
import { root } from '../repo/sources.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { POST_FIELDS, Rig } from '../rig/rig.ts';
import { complaintsAbout, documentOf, documents, elements, fields, fieldsFor, granted, text } from './metadata.ts';

const names = fields.map(({ name }) => name);
const counts = fields.filter(({ type }) => type === 'double').map(({ name }) => name);

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
      'Byline_Counts.dashboard',
      'Byline_Editor.permissionset',
      'Byline_Sync.permissionset',
      'Bylines_with_Counts.reportType',
      'Bylines-meta.xml',
      'Bylines-meta.xml',
      'Counts_by_Author_and_Month.report',
      'package.xml',
    ]);
    const manifest = await readFile(join(rig.home, 'converted', 'package.xml'), 'utf8');
    for (const name of names) expect(manifest).to.include(`<members>Byline__c.${name}</members>`);
    const object = await readFile(join(rig.home, 'converted', 'objects', 'Byline__c.object'), 'utf8');
    for (const name of names) expect(object).to.include(`<fullName>${name}</fullName>`);
  });

  it('has an object for the Bulk API and for reports', () => {
    const object = documentOf('CustomObject');
    for (const switched of ['enableBulkApi', 'enableSharing', 'enableStreamingApi', 'enableReports'])
      expect(text(object, switched), switched).to.equal('true');
    expect(text(elements(object, 'nameField')[0]!, 'type')).to.equal('Text');
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
    expect(fields.filter(({ scale = 0 }) => scale !== 0)).to.deep.equal([]);
  });

  it('lets who syncs read all fields, and write the counts and the stamp', () => {
    const set = documentOf('PermissionSet', 'Byline_Sync');
    expect(granted('Byline_Sync', 'readable')).to.have.members(names);
    expect(granted('Byline_Sync', 'editable')).to.have.members([...counts, 'Counts_Synced_At__c']);
    expect(set['objectPermissions']).to.deep.equal([
      {
        allowCreate: ['false'],
        allowDelete: ['false'],
        allowEdit: ['true'],
        allowRead: ['true'],
        modifyAllRecords: ['false'],
        object: ['Byline__c'],
        viewAllRecords: ['false'],
      },
    ]);
    expect(set['userPermissions']).to.deep.equal([{ enabled: ['true'], name: ['ApiEnabled'] }]);
    const other = ['description', 'fieldPermissions', 'hasActivationRequired', 'label', 'objectPermissions'];
    expect(Object.keys(set)).to.have.members([...other, 'userPermissions']);
  });

  it('lets who writes articles change everything but the counts and the stamp', () => {
    const synced = granted('Byline_Sync', 'editable');
    expect(granted('Byline_Editor', 'readable')).to.have.members(names);
    expect(granted('Byline_Editor', 'editable')).to.have.members(names.filter((name) => !synced.includes(name)));
  });

  it('fits the settings the README shows', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const shown = [...readme.matchAll(/^```json\n(.*?)^```/gms)].map(([, block]) => JSON.parse(block!) as object);
    const settings = shown.filter((block) => 'fields' in block);
    expect(settings).to.not.deep.equal([]);
    for (const block of settings) expect(() => check(mergeSettings({}, settingsSchema.parse(block)))).to.not.throw();
  });

  it('fits the settings that hold where none are given', () => {
    expect(() => check({ ...mergeSettings({}, {}), fields: POST_FIELDS })).to.not.throw();
    expect(() => check({ ...mergeSettings({}, {}), fields: { twitter: 'Author__c' } })).to.throw('Author__c');
  });

  it('gives a sync what it needs', async () => {
    const seen = { name: 'Byline__c', keyPrefix: 'a01', fields: fieldsFor('Byline_Sync') };
    await using rig = await Rig.start({ objects: [seen] });
    const mapping = { ...POST_FIELDS, hackernews: 'Points__c', reads: 'Reads__c' };
    const more = { stampField: 'Counts_Synced_At__c', publishedField: 'Published_Date__c' };
    const settings = await rig.settings(mapping, more);
    const [id] = insertArticles(rig, 20, { Author__c: 'Ada Byron', Published_Date__c: '2026-11-01' });
    const ended = await rig.run('byline sync', '--config-file', settings, '--json');
    expect(ended.code, ended.stdout).to.equal(0);
    expect(ended.json().result.records).to.include({ changed: 20, updated: 20 });
    expect(wrongRecords(rig, mapping)).to.deep.equal([]);
    expect(rig.org.table('Byline__c').get(id!)).to.have.property('Counts_Synced_At__c').that.is.a('string');
  });

  it('shows in list, page, report type, report and dashboard only fields there are', () => {
    const shown = documents.filter(({ type }) => !['CustomField', 'CustomObject', 'PermissionSet'].includes(type));
    const named = shown.flatMap(({ content }) => JSON.stringify(content).match(/(?<=")(?:Byline__c\$)?\w+__c(?=")/g) ?? []);
    const reportTypes = documents.filter(({ type }) => type === 'ReportType').map(({ path }) => nameOf(path));
    const known = [...names, 'Byline__c', ...reportTypes.map((name) => `${name}__c`)];
    expect(known).to.include.members(named.map((name) => name.replace('Byline__c$', '')));
    const offered = elements(documentOf('ReportType'), 'sections').flatMap((section) => elements(section, 'columns'));
    expect(offered.map((column) => text(column, 'field'))).to.have.members(['Name', ...names]);
  });

  it('groups the counts by author and month, and the dashboard by what the report groups', () => {
    const report = documentOf('Report');
    const groupings = elements(report, 'groupingsDown');
    const [author, month] = ['Byline__c$Author__c', 'Byline__c$Published_Date__c'];
    expect(groupings.map((grouping) => text(grouping, 'field'))).to.deep.equal([author, month]);
    expect(text(groupings[1]!, 'dateGranularity')).to.equal('Month');
    const sums = elements(report, 'columns').filter((column) => text(column, 'aggregateTypes') === 'Sum');
    const summed = sums.map((column) => text(column, 'field'));
    expect(summed).to.have.members(counts.map((name) => `Byline__c$${name}`));

    const grid = elements(documentOf('Dashboard'), 'dashboardGridLayout')[0]!;
    for (const place of elements(grid, 'dashboardGridComponents')) {
      const component = elements(place, 'dashboardComponent')[0]!;
      expect(text(component, 'report')).to.equal('Bylines/Counts_by_Author_and_Month');
      expect([author, month]).to.include.members([...((component['groupingColumn'] ?? []) as string[])]);
      expect(summed).to.include(text(elements(component, 'chartSummary')[0]!, 'column'));
    }
  });
});

const nameOf = (path: string): string => path.replace(/^.*\/|\..*$/g, '');

/** Throws where the settings do not fit the fields as the permission set shows them. */
function check({ sobject, urlField, fields: mapped, stampField }: Settings): void {
  const { name, fields: seen } = new Schema({ name: 'Byline__c', fields: fieldsFor('Byline_Sync') }, 'a01');
  expect(sobject).to.equal(name);
  const described = { name, updateable: true, queryable: true, fields: seen };
  checkFields(described, { sobject, urlField, fields: mapped, stampField, write: true });
}
