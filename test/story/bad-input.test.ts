import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { insertArticles } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';

type Case = {
  readonly name: string;
  /** The flags, where they are not the ones of a valid settings file with something added. */
  readonly args?: readonly string[];
  readonly more?: readonly string[];
  /** What the settings file holds. */
  readonly settings?: object | string;
  readonly code?: number;
  /** What the one line says. */
  readonly says: RegExp;
  /** The name that was meant. */
  readonly meant?: string;
};

const twitterTo = (field: string): object => ({ fields: { twitter: field } });

const CASES: readonly Case[] = [
  {
    name: 'an unknown object',
    more: ['--sobject', 'Nothing__c'],
    says: /^The org has no object Nothing__c that you can see\.$/,
  },
  {
    name: 'a misspelt object',
    more: ['--sobject', 'Bylines__c'],
    says: /^The org has no object Bylines__c that you can see\.$/,
    meant: 'Byline__c',
  },
  {
    name: 'an object that is not an API name',
    more: ['-s', "B' OR"],
    says: /^The org has no object B' OR that you can see\.$/,
  },
  {
    name: 'an API version the org does not have yet',
    more: ['--api-version', '99.0'],
    says: /^The org does not serve this API version: 99\.0 \(it serves 31\.0 to 67\.0\)$/,
  },
  {
    name: 'an API version the org does not have any more',
    more: ['--api-version', '30.0'],
    says: /^The org does not serve this API version: 30\.0 \(it serves 31\.0 to 67\.0\)$/,
  },
  { name: 'an unknown URL field', more: ['--url-field', 'Nope__c'], says: /^There is no field Nope__c on Byline__c / },
  {
    name: 'a URL field that holds numbers',
    more: ['--url-field', 'Likes__c'],
    says: /^The field Likes__c of Byline__c cannot hold a URL: its type is double\.$/,
  },
  {
    name: 'an unknown count field',
    settings: twitterTo('Tweats__c'),
    says: /^There is no field Tweats__c on Byline__c /,
    meant: 'Tweets__c',
  },
  {
    name: 'a read-only count field',
    settings: twitterTo('Read_Only__c'),
    says: /^The field Read_Only__c of Byline__c is read-only for you\. .*service twitter\.$/,
  },
  {
    name: 'a count field that holds text',
    settings: twitterTo('Title__c'),
    says: /^The field Title__c of Byline__c cannot hold a count: its type is string\. .*service twitter\.$/,
  },
  {
    name: 'an unknown service',
    more: ['--field', 'twiter=Tweets__c'],
    settings: { fields: {} },
    code: 2,
    says: /^There is no service "twiter"\.$/,
    meant: 'twitter',
  },
  {
    name: 'broken SOQL',
    more: ['--where', 'Tweets__c >'],
    says: /^The org refused the query: MALFORMED_QUERY: .*\(condition: Tweets__c >\)$/,
  },
  {
    name: 'SOQL with an unknown field',
    more: ['--where', 'Nope__c = 1'],
    says: /^The org refused the query: INVALID_FIELD: No such column 'Nope__c' /,
  },
  {
    name: 'a batch of none',
    more: ['--batch-size', '0'],
    code: 2,
    says: /^Parsing --batch-size .*Expected an integer greater than or equal to 1 but received: 0/,
  },
  {
    name: 'a batch too large',
    more: ['--batch-size', '10001'],
    code: 2,
    says: /^Parsing --batch-size .*Expected an integer less than or equal to 10000 but received: 10001/,
  },
  {
    name: 'a mapping without =',
    more: ['--field', 'twitter'],
    code: 2,
    says: /^Invalid value for --field: "twitter"\.$/,
  },
  {
    name: 'a mapping to two fields',
    more: ['--field', 'twitter=A__c,B__c'],
    code: 2,
    says: /^Invalid value for --field: "twitter=A__c,B__c"\.$/,
  },
  {
    name: '--async with --wait',
    more: ['--async', '--wait', '1'],
    code: 2,
    says: /--wait=1 cannot also be provided when using --async/,
  },
  {
    name: 'a missing settings file',
    args: ['--config-file', 'missing.json'],
    says: /^There is no settings file .*missing\.json\.$/,
  },
  {
    name: 'a settings file that is not JSON',
    settings: '{"fields": ',
    says: /^The settings file .*case\.json is not JSON: /,
  },
  {
    name: 'a wrong key in the settings',
    settings: { feilds: {} },
    says: /^The settings in .*case\.json are wrong: unknown key "feilds"$/,
    meant: 'fields',
  },
  {
    name: 'a wrong key of a service',
    settings: { services: { reads: { type: 'json', vlaue: '/n' } } },
    says: /^The settings in .*case\.json are wrong: services\.reads: unknown key "vlaue"$/,
    meant: 'value',
  },
  {
    name: 'a wrong type in the settings',
    settings: { fields: { twitter: 3 } },
    says: /^The settings in .*case\.json are wrong: fields\.twitter: must be text$/,
  },
  {
    name: 'two services for one field',
    settings: { fields: { twitter: 'Tweets__c', linkedin: 'tweets__c' } },
    says: /^The field tweets__c is filled by two services, twitter and linkedin\.$/,
  },
  { name: 'no mapping at all', args: [], says: /^No field mapping found for Byline__c\.$/ },
  {
    name: 'a service without its endpoint',
    args: ['--field', 'twitter=Tweets__c'],
    says: /^The public host of the service "twitter" has been closed since 2015-11-20\. /,
  },
  {
    name: 'a secret that is not set',
    settings: { fields: { facebook: 'Likes__c' }, services: { facebook: { tokenEnv: 'BYLINE_NOT_SET' } } },
    says: /^The service "facebook" needs the environment variable BYLINE_NOT_SET, which is not set\.$/,
  },
  {
    name: 'a secret from a variable not ours',
    settings: { fields: { facebook: 'Likes__c' }, services: { facebook: { tokenEnv: 'HOME' } } },
    says: /BYLINE_/,
  },
  {
    name: 'an http endpoint that is not loopback',
    settings: {
      ...twitterTo('Tweets__c'),
      services: { twitter: { endpoint: 'http://counts.example.com/count.json' } },
    },
    says: /^The settings of the service "twitter" send its requests to counts\.example\.com over plain http\.$/,
  },
];

describe('bad input to sync', () => {
  let rig: Rig;
  before(async () => {
    rig = await Rig.start();
    await rig.settings();
    // Under another name: a byline.json is read unasked.
    await rename(join(rig.home, 'byline.json'), join(rig.home, 'well.json'));
    insertArticles(rig, 3);
  });
  after(() => rig[Symbol.asyncDispose]());

  for (const { name, args, more = [], settings, code = 1, says, meant } of CASES) {
    it(`${name}: one line, exit ${code}, nothing asked of a service, nothing written`, async () => {
      if (settings !== undefined) await rig.write('case.json', withServices(rig, settings));
      const file = settings === undefined ? 'well.json' : 'case.json';
      const ended = await rig.run('byline sync', ...(args ?? ['--config-file', file]), ...more);
      expect(ended.code, ended.stderr).to.equal(code);
      expect(errorOf(ended.stderr)).to.match(says);
      expect(/^Did you mean "(.*)"\?$/m.exec(ended.stderr)?.[1]).to.equal(meant);
      expect(ended.stderr).not.to.match(/TypeError|fetch failed|undefined|\n {4}at /);
      expect(ended.stdout).to.equal('');
      await expectUntouched(rig);
    });
  }

  it('a proxy without http:// before it: one line that names the variable, exit 1', async () => {
    rig.env['HTTPS_PROXY'] = 'proxy.example.com:8080';
    const ended = await rig.run('byline sync', '--config-file', 'well.json');
    delete rig.env['HTTPS_PROXY'];
    expect(ended.code).to.equal(1);
    expect(errorOf(ended.stderr)).to.equal("The proxy cannot be used: HTTPS_PROXY isn't a URL.");
    await expectUntouched(rig);
  });

  it('an org that is not logged in: one line, exit 1', async () => {
    const ended = await rig.runAlone('byline sync', ['-o', 'nobody@example.com', '--config-file', 'well.json']);
    expect(ended.code).to.equal(1);
    expect(errorOf(ended.stderr)).to.match(/nobody@example\.com/);
    await expectUntouched(rig);
  });

  it('no org at all: one line, exit 1', async () => {
    const ended = await rig.runAlone('byline sync', ['--config-file', 'well.json']);
    expect(ended.code).to.equal(1);
    expect(errorOf(ended.stderr)).to.match(/org/);
    await expectUntouched(rig);
  });

  it('under --json the error is JSON: name, message, exit code and what to do', async () => {
    const ended = await rig.run('byline sync', '--config-file', 'well.json', '--sobject', 'Nothing__c', '--json');
    expect(ended.code).to.equal(1);
    expect(ended.json()).to.deep.include({
      status: 1,
      name: 'UnknownObjectError',
      message: 'The org has no object Nothing__c that you can see.',
    });
    expect(ended.json().actions).to.have.length(2);
    expect(ended.stderr).to.equal('');
  });

  it('an unreachable org: one line that names it and the cause, exit 1', async () => {
    await using other = await Rig.start();
    await other.settings();
    await other.org.close();
    const ended = await other.run('byline sync', '--config-file', 'byline.json');
    expect(ended.code).to.equal(1);
    expect(errorOf(ended.stderr)).to.match(
      /^The org http:\/\/127\.0\.0\.1:\d+ cannot be reached: .*connection refused \(ECONNREFUSED\)\.$/,
    );
    expect(await other.runIds()).to.deep.equal([]);
  });

  it('a folder that cannot hold the journal: one line, exit 1, nothing asked and nothing sent', async () => {
    await using other = await Rig.start();
    await other.settings();
    insertArticles(other, 3);
    await other.write('data/byline', 'a file where the folder should be');
    const ended = await other.run('byline sync', '--config-file', 'byline.json');
    expect(ended.code).to.equal(1);
    expect(errorOf(ended.stderr)).to.match(/^The journal of the run cannot be written in .*: .*Nothing was sent\.$/);
    await expectUntouched(other);
  });
});

/** Valid services, unless the settings bring their own. */
function withServices(rig: Rig, settings: object | string): object | string {
  if (typeof settings === 'string' || 'feilds' in settings) return settings;
  const { twitter, facebook, linkedin } = rig.services.settings();
  return { services: { twitter, facebook, linkedin }, ...settings };
}

/** The message of the error on standard error, its lines joined; actions and warnings are left out. */
function errorOf(stderr: string): string {
  const error =
    /^Error \(\w+\): ([\s\S]*?)(?:\n\n|\nTry this|\nSee more|(?![\s\S]))/m.exec(stderr)?.[1] ??
    `no error in: ${stderr}`;
  return error.replace(/\s+/g, ' ').trim();
}

async function expectUntouched(rig: Rig): Promise<void> {
  expect(rig.org.jobs()).to.deep.equal([]);
  expect(rig.services.log.count()).to.equal(0);
  expect(
    rig.org
      .table('Byline__c')
      .all()
      .map((row) => row['Tweets__c']),
  ).to.deep.equal([null, null, null]);
  expect(await rig.runIds()).to.deep.equal([]);
}
