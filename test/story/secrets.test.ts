import { expect } from 'chai';
import { insertArticles } from '../rig/articles.ts';
import { type Ended, Rig } from '../rig/rig.ts';

/** What the CLI itself keeps: the login, encrypted or not. */
const LOGIN_FILES = /^(\.sfdx|\.sf)\//;

/** The CLI's log, in a file or on the screen, as much of it as there is. */
const LOGS = {
  'in the log file': { SF_LOG_LEVEL: 'trace' },
  'among the debug lines': { SF_LOG_LEVEL: 'trace', DEBUG: '*' },
};

describe('secrets', () => {
  for (const [where, env] of Object.entries(LOGS)) {
    it(`of a sync are in no output, journal or plan, and not ${where}`, async () => {
      await using rig = await startTelling(env);
      insertArticles(rig, 10);
      rig.org.expireSessionAfter('create-job', 1);
      const secrets = new Secrets(rig);
      const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
      secrets.add(rig.org.accessToken());
      expect(ended.code, ended.stderr).to.equal(0);
      expect(rig.org.log.count('token')).to.equal(1);
      await expectNone(secrets, rig, ended);
      // It was logged indeed.
      const file = [...(await rig.files())].find(([path]) => path.endsWith('.log'))?.[1] ?? '';
      expect(file + ended.stdout + ended.stderr).to.match(/Created '?sf:Config'? child logger/);
    });
  }

  it('are in no error either: of services and of an org that throw them back', async () => {
    await using rig = await startTelling(LOGS['in the log file']);
    insertArticles(rig, 3);
    const secrets = new Secrets(rig);
    // Servers that repeat what they were sent.
    const echo = rig.services.env()['BYLINE_FACEBOOK_TOKEN'] ?? '';
    expect(secrets.in(echo)).not.to.deep.equal([]);
    rig.services.faults.tell(
      'facebook',
      { fault: 'status', status: 400, body: JSON.stringify({ error: { code: 190, message: echo } }) },
      { times: 99 },
    );
    rig.services.faults.tell('twitter', { fault: 'status', status: 403, body: echo }, { times: 99 });
    const services = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(services.code).to.equal(68);
    expect(services.json().result.services['facebook']).to.include({ ok: 0, failed: 3 });
    await expectNone(secrets, rig, services);

    rig.org.faults.tell('create-job', {
      fault: 'status',
      status: 400,
      body: `<error><exceptionCode>InvalidJob</exceptionCode><exceptionMessage>${rig.org.accessToken()}</exceptionMessage></error>`,
    });
    const org = await rig.run(
      'byline sync',
      '--config-file',
      'byline.json',
      '--json',

      '--all',
    );
    expect(org.code, org.stdout).to.equal(1);
    expect(org.json().name).to.equal('OrgRefusedError');
    await expectNone(secrets, rig, org);
  });
});

async function startTelling(env: Readonly<Record<string, string>>): Promise<Rig> {
  const rig = await Rig.start();
  await rig.settings();
  delete rig.env['SF_DISABLE_LOG_FILE'];
  Object.assign(rig.env, env);
  return rig;
}

/** Everything nobody may read, in the spellings it could be found in. */
class Secrets {
  public readonly all = new Set<string>();

  public constructor(rig: Rig) {
    this.add(rig.org.accessToken());
    this.add(rig.org.refreshToken);
    for (const value of Object.values(rig.services.env())) this.add(value);
  }

  public add(secret: string): void {
    const spellings = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')];
    for (const spelling of spellings) this.all.add(spelling);
    // The part that matters, behind the org's or the app's id.
    const tail = /[!|](.{8,})$/.exec(secret)?.[1];
    if (tail !== undefined) this.all.add(tail);
  }

  public in(text: string): string[] {
    return [...this.all].filter((secret) => text.includes(secret));
  }
}

async function expectNone(secrets: Secrets, rig: Rig, ended: Ended): Promise<void> {
  expect(secrets.in(ended.stdout), 'standard output').to.deep.equal([]);
  expect(
    secrets.in(ended.stderr).map((found) => around(ended.stderr, found)),
    'standard error',
  ).to.deep.equal([]);
  for (const [path, text] of await rig.files()) {
    if (LOGIN_FILES.test(path) && !path.endsWith('.log')) continue;
    expect(
      secrets.in(text).map((found) => around(text, found)),
      path,
    ).to.deep.equal([]);
  }
}

const around = (text: string, found: string): string =>
  text.slice(Math.max(0, text.indexOf(found) - 200), text.indexOf(found) + 60);
