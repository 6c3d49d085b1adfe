import { expect } from 'chai';
import { insertArticles } from '../rig/articles.ts';
import { type Ended, Rig } from '../rig/rig.ts';

/** What the CLI itself keeps: the login, encrypted or not. */
const LOGIN_FILES = /^(\.sfdx|\.sf)\//;

describe('secrets', () => {
  describe('in the log file', () => {
    let rig: Rig;
    before(async () => {
      rig = await startTelling({ SF_LOG_LEVEL: 'trace' }, 'none');
    });
    after(() => rig[Symbol.asyncDispose]());

    it('of a login that is nothing but an access token are nowhere, whatever the command', async () => {
      const secrets = new Secrets(rig);
      const { username, orgId, url } = rig.org;
      Object.assign(rig.env, { SF_TARGET_ORG: rig.org.accessToken(), SF_ORG_INSTANCE_URL: url });
      insertArticles(rig, 3);
      const config = ['--config-file', 'byline.json'];
      const commands: readonly (readonly [command: string, ...args: string[]])[] = [
        ['byline sync', ...config, '--dry-run', '--save-plan', 'plan.jsonl', '--report', 'plan.md', '--json'],
        ['byline sync', '--plan', 'plan.jsonl', '-d', 'out', '--report', 'outcome.html', '--json'],
        ['byline report', '--use-most-recent', '--report', 'report.json', '--json'],
        ['byline report', '--list'],
        ['byline undo', '--use-most-recent', '--no-prompt', '--json'],
        ['byline counts', ...config, '-r', 'csv'],
        ['byline list services', ...config],
      ];
      for (const [command, ...args] of commands) {
        rig.org.log.clear();
        const ended = await rig.runAlone(command, args);
        expect(ended.code, `${command}: ${ended.stdout}${ended.stderr}`).to.equal(0);
        await expectNone(secrets, rig, ended);
        if (!/sync|undo/.test(command)) continue;
        const { result } = ended.json();
        expect(result.org).to.deep.equal({ username, orgId, instanceUrl: url });
        expect(orgId).to.have.length(18);
        expect(result.apiRequests.used).to.equal(rig.org.log.count());
      }
      // A run that is left, and a session that is over.
      rig.org.faults.tell('list-batches', { fault: 'status', status: 500 }, { times: 99 });
      await rig.runAlone('byline sync', [...config, '--all', '--async', '--json']);
      rig.org.faults.clear();
      const resumed = await rig.runAlone('byline resume', ['--use-most-recent', '--json']);
      expect(resumed.code, resumed.stdout).to.equal(0);
      await expectNone(secrets, rig, resumed);
      rig.org.expireSession();
      const expired = await rig.runAlone('byline sync', config);
      expect(expired.code).to.equal(1);
      expect(expired.stderr).to.include(`The session of ${url} has expired`);
      await expectNone(secrets, rig, expired);
    });

    it('of a sync are in no output, journal or plan either', async () => {
      await rig.login('refresh');
      await expectNoneOfSync(rig);
    });

    it('are in no error either: of services and of an org that throw them back', async () => {
      insertArticles(rig, 10);
      const secrets = new Secrets(rig);
      // Servers that repeat what they were sent, each in a spelling of its own.
      const echo = rig.services.env()['BYLINE_FACEBOOK_TOKEN'] ?? '';
      expect(secrets.in(echo)).not.to.deep.equal([]);
      rig.services.faults.tell(
        'facebook',
        { fault: 'status', status: 400, body: JSON.stringify({ error: { code: 190, message: references(echo) } }) },
        { times: 99 },
      );
      rig.services.faults.tell(
        'twitter',
        { fault: 'status', status: 403, body: base64(`token ${echo}`) },
        { times: 99 },
      );
      rig.services.faults.tell(
        'linkedin',
        { fault: 'status', status: 403, body: `cut ${echo.slice(0, -3)}` },
        { times: 99 },
      );
      const services = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
      expect(services.code).to.equal(68);
      expect(services.json().result.services['facebook']).to.include({ ok: 0, failed: 10 });
      await expectNone(secrets, rig, services);

      rig.services.faults.clear();
      const token = rig.org.accessToken();
      rig.org.faults.tell('create-job', {
        fault: 'status',
        status: 400,
        body: `<error><exceptionCode>InvalidJob</exceptionCode><exceptionMessage>${references(token)}</exceptionMessage></error>`,
      });
      const org = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
      expect(org.code, org.stdout).to.equal(1);
      expect(org.json()).to.include({ name: 'OrgRefusedError' });
      await expectNone(secrets, rig, org);

      // In the message of a row, and in the REST API's JSON.
      rig.org.refuseRows({
        statusCode: 'CANNOT_EXECUTE',
        message: `trigger said ${token} (${encodeURIComponent(token)})`,
      });
      const rows = await rig.run('byline sync', '--config-file', 'byline.json', '--report', 'r.html', '-d', 'out');
      expect(rows.code, rows.stderr).to.equal(68);
      await expectNone(secrets, rig, rows);
      rig.org.faults.tell('describe', {
        fault: 'status',
        status: 400,
        body: `[{"errorCode":"SOME_CODE","message":"${token.replaceAll('!', '\\u0021')}"}]`,
      });
      const rest = await rig.run('byline sync', '--config-file', 'byline.json', '--api', 'rest');
      expect(rest.code, rest.stdout).to.equal(1);
      await expectNone(secrets, rig, rest);
    });
  });

  it('of a sync are in no output, journal or plan, and not among the debug lines', async () => {
    await using rig = await startTelling({ SF_LOG_LEVEL: 'trace', DEBUG: '*' }, 'refresh');
    await expectNoneOfSync(rig);
  });

  it('that a service throws back in odd spellings are in no reading, warning or file', async () => {
    await using rig = await Rig.start();
    await rig.settings({ reads: 'Reads__c' });
    rig.env = { ...rig.env, BYLINE_STATS_TOKEN: SPELT };
    const spellings = Object.values(spellingsOf(SPELT));
    const bodies = spellings.flatMap((text) => [`{"error":{"message":"bad token ${text}"}}`, `bad token ${text}`]);
    insertArticles(rig, bodies.length);
    const urls = rig.org
      .table('Byline__c')
      .all()
      .map((row) => String(row['Published_URL__c']));
    await rig.write('urls.txt', urls.join('\n'));
    const config = ['--config-file', 'byline.json', '--concurrency', '1', '--json'];
    const commands = [
      () => rig.runAlone('byline counts', ['--file', 'urls.txt', ...config]),
      () => rig.run('byline sync', ...config, '--report', 'outcome.html', '-d', 'out'),
    ];
    const windows = spellings.flatMap((text) =>
      Array.from({ length: Math.max(1, text.length - WINDOW + 1) }, (_, at) => text.slice(at, at + WINDOW)),
    );
    for (const command of commands) {
      // Each two dozen in a row would stop the service.
      for (const [at, body] of bodies.entries()) {
        rig.services.faults.tell('reads', { fault: 'status', status: at % 20 === 19 ? 200 : 400, body });
      }
      const ended = await command();
      rig.services.faults.clear();
      expect(ended.code, ended.stderr).to.equal(68);
      expect(ended.stdout).to.include('bad token');
      const files = [...(await rig.files())].filter(([path]) => !LOGIN_FILES.test(path)).map(([, text]) => text);
      const found = windows.filter((part) =>
        [ended.stdout, ended.stderr, ...files].some((text) => text.includes(part)),
      );
      expect(found).to.deep.equal([]);
    }
  });
});

/** With what JSON, XML, URLs and base64 each spell in ways of their own. */
const SPELT = 'qX7/vT+z9!Kd4>hR2w?Jm8~pLc';

/** So many characters of a spelling in a row, and a secret can be told. */
const WINDOW = 12;

const each = (text: string, spell: (code: number) => string): string =>
  [...text].map((one) => spell(one.charCodeAt(0))).join('');
const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

function spellingsOf(secret: string): Record<string, string> {
  const percent = each(secret, (code) => `%${hex(code, 2)}`);
  const bytes = Buffer.from(secret);
  return {
    ...{ plain: secret, 'cut at the end': secret.slice(0, 13), 'cut at the beginning': secret.slice(11) },
    ...{ json: each(secret, (code) => `\\u${hex(code, 4)}`), 'slashes of JSON': secret.replaceAll('/', '\\/') },
    ...{ decimal: each(secret, (code) => `&#${code};`), hexadecimal: each(secret, (code) => `&#x${hex(code, 2)};`) },
    ...{ 'names of XML': secret.replaceAll('>', '&gt;'), percent, twice: percent.replaceAll('%', '%25') },
    ...{ 'in a query': encodeURIComponent(secret), hex: bytes.toString('hex') },
    ...{ base64: bytes.toString('base64'), base64url: bytes.toString('base64url'), inside: base64(`k:${secret}`) },
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const references = (text: string): string => [...text].map((one) => `&#${one.charCodeAt(0)};`).join('');

async function startTelling(env: Readonly<Record<string, string>>, login: 'refresh' | 'none'): Promise<Rig> {
  const rig = await Rig.start({ login });
  await rig.settings();
  delete rig.env['SF_DISABLE_LOG_FILE'];
  Object.assign(rig.env, env);
  return rig;
}

/** A sync whose session expires meanwhile. What the CLI logs of it is in a file or on the screen. */
async function expectNoneOfSync(rig: Rig): Promise<void> {
  insertArticles(rig, 10);
  rig.org.log.clear();
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
    // The part that matters stands behind the org's or the app's id.
    const part = /[!|](.{8,})$/.exec(secret)?.[1] ?? secret;
    const spellings = [part, encodeURIComponent(part), references(part), Buffer.from(part).toString('hex')];
    const encoded = ['', ' ', '  '].map((before) => base64(before + part).slice(before.length * 2, -4));
    for (const spelling of [...spellings, ...encoded]) this.all.add(spelling.slice(0, 40));
  }

  public in(text: string): string[] {
    const named = /00D\w{12,15}(!|%21|\\u0021|&#33;)/.exec(text)?.[0];
    return [...[...this.all].filter((secret) => text.includes(secret)), ...(named === undefined ? [] : [named])];
  }
}

async function expectNone(secrets: Secrets, rig: Rig, ended: Ended): Promise<void> {
  expect(secrets.in(ended.stdout), 'standard output').to.deep.equal([]);
  expect(
    secrets.in(ended.stderr).map((found) => around(ended.stderr, found)),
    'standard error',
  ).to.deep.equal([]);
  for (const [path, text] of await rig.files()) {
    expect(secrets.in(path), 'the name of a file').to.deep.equal([]);
    if (LOGIN_FILES.test(path) && !path.endsWith('.log')) continue;
    expect(
      secrets.in(text).map((found) => around(text, found)),
      path,
    ).to.deep.equal([]);
  }
}

const around = (text: string, found: string): string =>
  text.slice(Math.max(0, text.indexOf(found) - 200), text.indexOf(found) + 60);
