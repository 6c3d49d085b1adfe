import { expect } from 'chai';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../src/settings/settings-file.ts';

describe('readSettings', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'byline-settings-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (name: string, content: unknown): Promise<string> => {
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  /** Name and message of the error of reading `name`. */
  const errorOf = async (name: string | undefined): Promise<string> => {
    const outcome = await readSettings(name, folder).catch((error: unknown) => error);
    if (outcome instanceof Error) return `${outcome.name}: ${outcome.message}`;
    throw new Error('it was read');
  };

  it('reads the file that is named, a byte-order mark or not', async () => {
    const path = await write('a.json', `\uFEFF${JSON.stringify({ sobject: 'Post__c', $schema: './settings.json' })}`);
    expect(await readSettings('a.json', folder)).to.deep.equal({
      path,
      settings: { sobject: 'Post__c', $schema: './settings.json' },
    });
    expect((await readSettings(path, '/')).path).to.equal(path);
  });

  it('reads a file in UTF-16 with line ends of Windows, as PowerShell writes it', async () => {
    const path = await write('a.json', '');
    await writeFile(path, '\uFEFF{\r\n  "sobject": "Post__c"\r\n}\r\n', 'utf16le');
    expect((await readSettings('a.json', folder)).settings).to.deep.equal({ sobject: 'Post__c' });
  });

  it('refuses bytes that are no text, with the line', async () => {
    const path = await write('a.json', '');
    await writeFile(path, Buffer.from('{\n  "where": "City__c = \'M\xfcnchen\'"\n}', 'latin1'));
    expect(await errorOf('a.json')).to.equal(
      `FileNotTextError: The file ${path} cannot be read as text: line 2 is not valid UTF-8.`,
    );
  });

  const repeated: readonly [json: string, key: string][] = [
    ['{"fields":{"x":"X__c"},"fields":{}}', 'fields'],
    [String.raw`{"sobject":"A","sob\u006aect":"B"}`, 'sobject'],
    ['{"fields":{"a\\"{":"A","b":"}\\\\","a\\"{":"B"}}', 'fields.a"{'],
    ['{"services":{"m":{"type":"json","query":{"a":"1"},"form":{"a":"1"}},"m":{}}}', 'services.m'],
    ['{"services":{"m":{"error":["/a",{"x":1,"x":2}]}}}', 'services.m.error.x'],
  ];
  for (const [json, key] of repeated) {
    it(`refuses a key that comes twice: ${json}`, async () => {
      const path = await write('a.json', json);
      const text = `SettingsKeyRepeatedError: The settings in ${path} have the key "${key}" more than once.`;
      expect(await errorOf('a.json')).to.equal(text);
    });
  }

  it('minds repeated keys of a project only where they are its own', async () => {
    const byline = '"byline":{"sobject":"Post__c"}';
    await write('sfdx-project.json', `{"name":"a","name":"b","plugins":{${byline},"x":{"a":1,"a":2}}}`);
    expect((await readSettings(undefined, folder)).settings).to.deep.equal({ sobject: 'Post__c' });
    await write('sfdx-project.json', `{"plugins":{${byline},${byline}}}`);
    expect(await errorOf(undefined)).to.contain('the key "plugins.byline" more than once');
    await write('sfdx-project.json', `{"plugins":{${byline}},"plugins":{${byline}}}`);
    expect(await errorOf(undefined)).to.contain('the key "plugins" more than once');
  });

  it('finds plugins.byline of the nearest sfdx-project.json upwards', async () => {
    const path = await write('sfdx-project.json', {
      packageDirectories: [],
      plugins: { byline: { sobject: 'Post__c' }, other: 1 },
    });
    await mkdir(join(folder, 'force-app/main'), { recursive: true });
    expect(await readSettings(undefined, join(folder, 'force-app/main'))).to.deep.equal({
      path,
      settings: { sobject: 'Post__c' },
    });
    await write('force-app/sfdx-project.json', { plugins: {} });
    expect(await readSettings(undefined, join(folder, 'force-app/main'))).to.deep.equal({ path: null, settings: {} });
  });

  it('finds the nearest byline.json upwards, where no project has settings', async () => {
    const path = await write('byline.json', { sobject: 'Post__c' });
    await write('below/sfdx-project.json', { plugins: { other: 1 } });
    const below = join(folder, 'below');
    expect(await readSettings(undefined, below)).to.deep.equal({ path, settings: { sobject: 'Post__c' } });
    const nearer = await write('below/byline.json', { sobject: 'Story__c' });
    expect((await readSettings(undefined, below)).path).to.equal(nearer);
    await write('sfdx-project.json', { plugins: { byline: { sobject: 'Page__c' } } });
    expect((await readSettings(undefined, folder)).settings).to.deep.equal({ sobject: 'Page__c' });
    await write('byline.json', { feilds: {} });
    await rm(join(folder, 'sfdx-project.json'));
    expect(await errorOf(undefined)).to.match(/byline\.json are wrong: .*"feilds"/);
  });

  it('a file that is named wins over the project', async () => {
    await write('sfdx-project.json', { plugins: { byline: { sobject: 'Post__c' } } });
    await write('a.json', {});
    expect((await readSettings('a.json', folder)).settings).to.deep.equal({});
  });

  const WRONG: [name: string, content: unknown, says: RegExp][] = [
    ['not JSON', '{', /^SettingsNotJsonError: .*a\.json is not JSON/],
    ['not an object', '[]', /^SettingsInvalidError: .*a\.json/],
    ['null', 'null', /^SettingsInvalidError: .*a\.json/],
    ['an unknown key', { feilds: {} }, /^SettingsInvalidError: .*a\.json are wrong: .*"feilds"/],
    ['a field that is no API name', { fields: { twitter: 'Tweets c' } }, /fields\.twitter: an API name is expected/],
    ['an object that is no API name', { sobject: 'a; b' }, /sobject: an API name is expected/],
    [
      'an unknown key of a service',
      { services: { twitter: { endpoit: 'https://a.example.com' } } },
      /services\.twitter: .*"endpoit"/,
    ],
    [
      'a wrong type deep inside',
      { services: { twitter: { rate: { requests: 'many', seconds: 1 } } } },
      /services\.twitter\.rate\.requests: /,
    ],
    [
      'an unknown service without a type',
      { services: { myspace: { url: 'https://a.example.com' } } },
      /services\.myspace/,
    ],
    ['a wrong switch', { allowPrivateUrls: 'yes' }, /allowPrivateUrls: /],
    ['several at once', { sobject: 1, urlField: 2 }, /sobject: .*; urlField: /],
  ];
  for (const [name, content, says] of WRONG) {
    it(`${name}: an error that names the file and the key`, async () => {
      await write('a.json', content);
      expect(await errorOf('a.json')).to.match(says);
    });
  }

  it('a wrong key in sfdx-project.json names that file', async () => {
    await write('sfdx-project.json', { plugins: { byline: { feilds: {} } } });
    expect(await errorOf(undefined)).to.match(/sfdx-project\.json are wrong: .*"feilds"/);
  });

  it('a project file that is not JSON, or holds something odd, is told of', async () => {
    await write('sfdx-project.json', '{');
    expect(await errorOf(undefined)).to.match(/^SettingsNotJsonError: .*sfdx-project\.json/);
    await write('sfdx-project.json', 'null');
    expect(await errorOf(undefined)).to.match(/^Settings\w+Error: .*sfdx-project\.json/);
  });

  it('a file that is not there, or is a folder, is told of', async () => {
    expect(await errorOf('none.json')).to.match(/^SettingsNotFoundError: There is no settings file .*none\.json\.$/);
    expect(await errorOf('.')).to.match(/^SettingsUnreadableError: .*EISDIR/);
  });
});
