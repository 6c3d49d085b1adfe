import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { POST_FIELDS, Rig, root } from '../rig/rig.ts';

type Seen = {
  readonly diagnosticResults: readonly { readonly testName: string; readonly status: string }[];
  readonly suggestions: readonly string[];
  readonly pluginSpecificData: unknown;
};

describe('sf doctor', () => {
  let rig: Rig;
  let Doctor: object;
  before(async () => {
    rig = await Rig.start();
    const link = await rig.sf('plugins', 'link', root, '--no-install');
    expect(link.code, link.stderr).to.equal(0);
    const doctor = pathToFileURL(join(root, 'node_modules/@salesforce/plugin-info/lib/doctor.js')).href;
    ({ Doctor } = (await import(doctor)) as { Doctor: object });
  });
  after(() => rig[Symbol.asyncDispose]());

  /**
   * Lets the doctor look at this plugin, in a process of its own or in this one, and returns what it saw: `status - name`
   * for each check.
   */
  async function examine(
    sf: 'sf' | 'realSf' = 'sf',
  ): Promise<{ checks: string[]; suggestions: string[]; text: string }> {
    const { code, stdout, stderr } = await rig[sf]('doctor', '--plugin', 'sf-plugin-byline', '--output-dir', 'seen');
    expect(code, stdout + stderr).to.equal(0);
    // The doctor looks once in a process.
    Reflect.deleteProperty(Doctor, 'instance');
    const [newest] = (await readdir(join(rig.home, 'seen'))).sort().reverse();
    const text = await readFile(join(rig.home, 'seen', newest!), 'utf8');
    const { diagnosticResults, suggestions } = JSON.parse(text) as Seen;
    const ours = (line: string): string => line.replace('[sf-plugin-byline] ', '');
    return {
      checks: diagnosticResults.map(({ testName, status }) => `${status} - ${ours(testName)}`),
      suggestions: suggestions.filter((line) => line.includes('[sf-plugin-byline]')).map(ours),
      text: text + stdout + stderr,
    };
  }
  const hostOf = (service: string): string => new URL(rig.services.endpoint(service)).host;

  it('without project, settings and org it reports what is missing, without a failure', async () => {
    const { checks, suggestions } = await examine();
    expect(checks).to.deep.equal([
      `pass - Node ${process.versions.node} is recent enough`,
      'pass - no proxy variables are set',
      'unknown - settings: there are none in this folder',
      'unknown - org: there is no default org',
    ]);
    expect(suggestions).to.have.length(2);
    expect(rig.org.log.count() + rig.services.log.count()).to.equal(0);
  });

  it('passes everything with three requests to the org and none for a count', async () => {
    await rig.settings(POST_FIELDS, { stampField: 'Counts_Synced_At__c', publishedField: 'Published_Date__c' });
    rig.env['SF_TARGET_ORG'] = rig.org.username;
    rig.org.log.clear();
    const { checks, suggestions, text } = await examine();
    const left = /14,\d{3}(?= of)/.exec(checks.join())?.[0];
    expect(checks.slice(2)).to.deep.equal([
      `pass - settings are valid: ${join(rig.home, 'byline.json')}`,
      `pass - the org answers: ${left} of 15,000 API requests are left`,
      'pass - Byline__c can be updated, and Published_URL__c holds the URL',
      'pass - Tweets__c takes the counts of twitter',
      'pass - Likes__c takes the counts of facebook',
      'pass - LinkedIn_Shares__c takes the counts of linkedin',
      'pass - Counts_Synced_At__c takes the stamp',
      'pass - Published_Date__c says when an article was published',
      'pass - the Bulk API can be used',
      ...['twitter', 'facebook', 'linkedin'].flatMap((service) => [
        `pass - ${service} is set up`,
        `pass - ${service} can be reached at ${hostOf(service)}`,
      ]),
    ]);
    expect(suggestions).to.deep.equal([]);
    expect(rig.org.log.entries.map(({ kind }) => kind)).to.deep.equal(['limits', 'describe', 'get-job']);
    expect(rig.services.log.entries.map(({ request }) => `${request.method} ${request.rawUrl}`)).to.deep.equal(
      Array<string>(3).fill('HEAD /'),
    );
    for (const secret of [...Object.values(rig.services.env()), rig.org.accessToken()])
      expect(text).not.to.contain(secret);
  });

  it('every problem is a failure that says what to do', async () => {
    const fields = { twitter: 'Tweets__c', facebook: 'Read_Only__c', linkedin: 'Title__c', reads: 'Nope__c' };
    await rig.settings(fields, {});
    await rig.write('sfdx-project.json', {
      packageDirectories: [],
      plugins: {
        byline: {
          fields,
          services: {
            twitter: { endpoint: 'http://127.0.0.1:9/count.json' },
            facebook: { tokenEnv: 'BYLINE_NOT_SET' },
            reads: rig.services.settings()['reads'],
          },
        },
      },
    });
    rig.env['NODE_EXTRA_CA_CERTS'] = join(rig.home, 'none.pem');
    rig.org.faults.tell('get-job', {
      fault: 'status',
      status: 400,
      body: '<error xmlns="http://www.force.com/2009/06/asyncapi/dataload"><exceptionCode>FeatureNotEnabled</exceptionCode><exceptionMessage>Bulk API is not enabled</exceptionMessage></error>',
    });
    // Node reads that variable when it starts.
    const { checks, suggestions } = await examine('realSf');
    delete rig.env['NODE_EXTRA_CA_CERTS'];
    expect(checks.filter((line) => !line.startsWith('pass'))).to.deep.equal([
      'fail - the certificates of NODE_EXTRA_CA_CERTS can be read',
      'fail - Read_Only__c takes the counts of facebook',
      'fail - Title__c takes the counts of linkedin',
      'fail - Nope__c takes the counts of reads',
      'fail - the Bulk API can be used',
      'fail - twitter can be reached at 127.0.0.1:9',
      'fail - facebook is set up',
      'fail - linkedin is set up',
    ]);
    const told = suggestions.join('\n');
    for (const part of ['read-only for you', 'its type is string', 'no field Nope__c', 'Allow Bulk API Access']) {
      expect(told).to.contain(part);
    }
    for (const part of ['ECONNREFUSED', 'BYLINE_NOT_SET, which is not set', 'closed since 2019-05', 'ENOENT']) {
      expect(told).to.contain(part);
    }
  });

  it('an unreachable org fails once, and the services are still checked', async () => {
    rig.env['SF_TARGET_ORG'] = 'nobody@example.com';
    const { checks, suggestions } = await examine();
    expect(checks.filter((line) => /org|Bulk|__c/.test(line))).to.deep.equal(['fail - the org answers']);
    expect(checks).to.include('fail - facebook is set up');
    expect(suggestions.join()).to.contain('nobody@example.com');
  });
});
