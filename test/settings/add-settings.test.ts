import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { addSettings, placeOfSettings, withSettings } from '../../src/settings/add-settings.ts';

const ADDED = { fields: { hatena: 'H__c' }, services: { facebook: { tokenEnv: 'BYLINE_FACEBOOK_TOKEN' } } };

describe('settings added to a file', () => {
  it('what is there stays, and comes first', () => {
    const text = JSON.stringify({ services: { facebook: { batch: 5, tokenEnv: 'BYLINE_MINE' } }, where: 'X__c = 1' });
    expect(JSON.parse(withSettings(text, ADDED))).to.deep.equal({
      services: { facebook: { batch: 5, tokenEnv: 'BYLINE_MINE' } },
      where: 'X__c = 1',
      fields: { hatena: 'H__c' },
    });
  });

  const FORMS: readonly [name: string, text: string, becomes: string][] = [
    ['two spaces', '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}\n'],
    ['four spaces, no line end at the end', '{\n    "a": 1\n}', '{\n    "a": 1,\n    "b": {\n        "c": 2\n    }\n}'],
    ['tabs', '{\n\t"a": 1\n}\n', '{\n\t"a": 1,\n\t"b": {\n\t\t"c": 2\n\t}\n}\n'],
    [
      'the line ends and the byte-order mark of Windows',
      '\uFEFF{\r\n  "a": 1\r\n}\r\n',
      '\uFEFF{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 2\r\n  }\r\n}\r\n',
    ],
    [
      'arrays on one line, members on one line, blank lines',
      '{\n  "p": [{ "path": "a, {b}" }, { "path": "c" }],\n\n  "a": { "b": "\\"}", "c": 1 }\n}\n',
      '{\n  "p": [{ "path": "a, {b}" }, { "path": "c" }],\n\n  "a": { "b": "\\"}", "c": 1 },\n  "b": {\n    "c": 2\n  }\n}\n',
    ],
    ['all on one line', '{ "a": [ 1 ] }', '{ "a": [ 1 ], "b": {"c":2} }'],
    ['the object there already', '{\n  "b": { "a": 1 }\n}\n', '{\n  "b": { "a": 1, "c": 2 }\n}\n'],
    ['nothing yet', '{}\n', '{\n  "b": {\n    "c": 2\n  }\n}\n'],
  ];
  for (const [name, text, becomes] of FORMS) {
    it(`the file keeps its form: ${name}`, () => expect(withSettings(text, { b: { c: 2 } })).to.equal(becomes));
  }
});

describe('the place of settings', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'byline-place-'));
    await mkdir(join(folder, 'below'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is the file that is named, else the one found, else the project, else a new byline.json', async () => {
    const below = join(folder, 'below');
    expect(await placeOfSettings(undefined, null, below)).to.deep.equal({
      path: join(below, 'byline.json'),
      inProject: false,
    });
    await writeFile(join(folder, 'sfdx-project.json'), '{"plugins": {"other": 1}}');
    const project = { path: join(folder, 'sfdx-project.json'), inProject: true };
    expect(await placeOfSettings(undefined, null, below)).to.deep.equal(project);
    expect(await placeOfSettings(undefined, project.path, below)).to.deep.equal(project);
    const found = join(folder, 'byline.json');
    expect(await placeOfSettings(undefined, found, below)).to.deep.equal({ path: found, inProject: false });
    expect(await placeOfSettings('a.json', found, below)).to.deep.equal({
      path: join(below, 'a.json'),
      inProject: false,
    });

    await addSettings(project, ADDED);
    expect(JSON.parse(await readFile(project.path, 'utf8'))).to.deep.equal({ plugins: { other: 1, byline: ADDED } });
    await addSettings({ path: join(below, 'byline.json'), inProject: false }, ADDED);
    expect(await readFile(join(below, 'byline.json'), 'utf8')).to.equal(`${JSON.stringify(ADDED, null, 2)}\n`);
  });

  it('is replaced as a whole: a link stays one, the mode too, and nothing is left beside it', async () => {
    const [file, link] = [join(folder, 'real.json'), join(folder, 'sfdx-project.json')];
    await writeFile(file, '{}\n', { mode: 0o640 });
    await symlink(file, link);
    await addSettings({ path: link, inProject: true }, ADDED);
    expect((await lstat(link)).isSymbolicLink()).to.equal(true);
    expect((await stat(file)).mode & 0o777).to.equal(0o640);
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal({ plugins: { byline: ADDED } });
    expect((await readdir(folder)).toSorted()).to.deep.equal(['below', 'real.json', 'sfdx-project.json']);
  });

  it('that cannot be written is told of', async () => {
    const error = await addSettings({ path: join(folder, 'no/such/byline.json'), inProject: false }, ADDED).catch(
      String,
    );
    expect(error).to.match(/^SettingsNotWrittenError: .*byline\.json: .*ENOENT/);
  });
});
