import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SfError } from '@salesforce/core';
import { expect } from 'chai';
import type { ShownProposal } from '../../src/report/proposal-text.ts';
import type { SettingsPlace } from '../../src/settings/add-settings.ts';
import { mergeSettings, type SettingFlags, type SettingsFile } from '../../src/settings/settings.ts';
import type { OpenOrg } from '../../src/process/open-org.ts';
import { keepProposal } from '../../src/actions/propose-mapping.ts';
import type { ObjectSpec } from '../emulator/org/data/schema.ts';
import { Connected, rejection } from '../salesforce/connected.ts';

const STORY: ObjectSpec = {
  name: 'Story__c',
  fields: [
    { name: 'Article_URL__c', type: 'url' },
    { name: 'HN_Points__c', type: 'double' },
    { name: 'Opinion__c', type: 'double' },
  ],
};
const BARE: ObjectSpec = { name: 'Bare__c', fields: [{ name: 'Pins__c', type: 'double' }] };
/** Services that are closed, or need settings nobody can guess. */
const VIEWED: ObjectSpec = {
  name: 'Viewed__c',
  fields: [
    { name: 'Link__c', type: 'url' },
    ...['Tweets__c', 'Views__c', 'Clicks__c'].map((name) => ({ name, type: 'double' }) as const),
  ],
};

describe('a proposal that is kept', () => {
  let folder: string;
  let here: Connected;
  let asked: [ShownProposal, SettingsPlace][];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'byline-proposal-'));
    here = await Connected.start({ objects: [STORY, BARE, VIEWED] });
    asked = [];
  });
  afterEach(async () => {
    await here[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const orgOf = (): OpenOrg =>
    ({ session: here.session, identity: { username: 'editor@byline.example' } }) as unknown as OpenOrg;

  function keep(flags: SettingFlags & { 'config-file'?: string }, file: SettingsFile = {}): Promise<SettingsPlace> {
    const from = { settings: mergeSettings(flags, file), file, path: null, flags };
    const unmapped = { org: orgOf(), ...from, given: ' --target-org my-org', folder };
    const ask = async (...shown: [ShownProposal, SettingsPlace]): Promise<boolean> => {
      asked.push(shown);
      return true;
    };
    return keepProposal(unmapped, ask, here.signal);
  }

  it('holds the object and the URL field too, where they are not the usual ones', async () => {
    const place = await keep({ sobject: 'story__C' });
    expect(JSON.parse(await readFile(place.path, 'utf8'))).to.deep.equal({
      ...{ sobject: 'Story__c', urlField: 'Article_URL__c' },
      fields: { hackernews: 'HN_Points__c' },
    });
    expect(asked[0]?.[0]).to.deep.include({ urlField: 'Article_URL__c', others: ['Opinion__c'] });
  });

  it('goes into the file that is named', async () => {
    const path = join(folder, 'my settings.json');
    await writeFile(path, '{"where": "HN_Points__c > 0"}');
    await keep({ sobject: 'Story__c', 'config-file': 'my settings.json' }, { where: 'HN_Points__c > 0' });
    expect(JSON.parse(await readFile(path, 'utf8'))).to.include({ where: 'HN_Points__c > 0', sobject: 'Story__c' });
  });

  const NOT_ASKED: [name: string, flags: SettingFlags, file: SettingsFile, error: string, says: RegExp][] = [
    [
      'another object than the file is about',
      { sobject: 'Story__c' },
      { sobject: 'Bare__c' },
      'NoMapping',
      /^Preview the mapping .* with "sf byline sync --target-org my-org --sobject Story__c --url-field Article_URL__c --field hackernews=HN_Points__c --dry-run"\.$/m,
    ],
    [
      'another URL field than the file names',
      { sobject: 'Story__c' },
      { urlField: 'Gone__c' },
      'NoMapping',
      /--url-field/,
    ],
    ['an object without a URL field', { sobject: 'Bare__c' }, {}, 'NoMapping', /No field of Bare__c looks like/],
    [
      'services that cannot be asked with what can be proposed',
      { sobject: 'Viewed__c' },
      {},
      'NoMapping',
      /^No number field .* can be asked\. .*\nTweets__c is named after twitter, whose .*\nViews__c is named after ga4, which needs .*\nClicks__c is named after searchconsole, which/m,
    ],
    ['an object there is not', { sobject: 'Gone__c' }, {}, 'UnknownObject', /API name/],
  ];
  for (const [name, flags, file, error, says] of NOT_ASKED) {
    it(`${name}: no prompt, nothing is written, and the error says so`, async () => {
      const thrown = (await rejection(keep(flags, file))) as SfError;
      expect(thrown.name).to.equal(`${error}Error`);
      expect(thrown.actions?.join('\n')).to.match(says);
      expect(asked).to.deep.equal([]);
      expect(await readdir(folder)).to.deep.equal([]);
    });
  }
});
