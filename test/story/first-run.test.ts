import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { POST_FIELDS, Rig } from '../rig/rig.ts';
import { hasTerminal, Terminal } from '../rig/terminal.ts';

/** Of the services of the post, the one whose host is still there. */
const SETTINGS = {
  fields: { facebook: 'Likes__c' },
  services: { facebook: { tokenEnv: 'BYLINE_FACEBOOK_TOKEN' } },
};
const CLOSED = [
  /^Tweets__c is named after twitter, whose public host has been closed since 2015-11-20\. Instead, use /,
  /^LinkedIn_Shares__c is named after linkedin, whose public host has been closed since /,
];

describe('a first sync, without any mapping', () => {
  it('is an error with a proposal, which costs one request: in text, in a pipeline and as JSON', async () => {
    await using rig = await Rig.start();
    insertArticles(rig, 3);
    const plain = await rig.run('byline sync');
    expect(plain.code).to.equal(1);
    const lines = plain.stderr.split('\n');
    expect(lines).to.include('Error (NoMappingError): No field mapping found for Byline__c.');
    expect(lines).to.include(`Add this mapping to byline.json: ${JSON.stringify(SETTINGS)}`);
    expect(lines).to.include(`Preview the counts with "sf byline sync --target-org ${rig.org.username} --dry-run".`);
    for (const closed of CLOSED) expect(lines.filter((line) => closed.test(line))).to.have.length(1);
    expect(plain.stderr).not.to.contain('BYLINE_FACEBOOK_TOKEN, which');
    expect(rig.org.log.entries.map(({ kind }) => kind)).to.deep.equal(['describe']);

    rig.env['CI'] = 'true';
    delete rig.env['BYLINE_FACEBOOK_TOKEN'];
    const json = await rig.run('byline sync', '--json');
    expect({ code: json.code, stderr: json.stderr }).to.deep.equal({ code: 1, stderr: '' });
    expect(json.json()).to.include({ status: 1, name: 'NoMappingError' });
    expect(json.json().actions).to.include('Set BYLINE_FACEBOOK_TOKEN, which facebook needs.');
    expect(await rig.runIds()).to.deep.equal([]);
  });

  it('names the project, if there is one', async () => {
    await using rig = await Rig.start();
    await rig.write('sfdx-project.json', { packageDirectories: [] });
    const project = await rig.run('byline sync', '--json');
    expect(project.json().actions).to.include(
      `Add this mapping to sfdx-project.json, as "plugins.byline": ${JSON.stringify(SETTINGS)}`,
    );
  });

  it('uses the byline.json of the folder, says so once, and shows where its files are and what comes next', async () => {
    await using rig = await Rig.start();
    const path = await rig.settings();
    insertArticles(rig, 3);
    const saved = ['--save-plan', 'my plan.jsonl', '--report', 'preview.md'];
    const preview = await rig.run('byline sync', '--dry-run', ...saved);
    expect(preview.code, preview.stderr).to.equal(0);
    expect(preview.stderr.split(`Settings: ${path}\n`)).to.have.length(2);
    expect(preview.stdout).to.contain('\nReport: preview.md\n');
    const [, apply] = /Apply the plan with "sf (byline sync .*)"/.exec(preview.stdout) ?? [];
    expect(apply).to.equal(`byline sync --target-org ${rig.org.username} --plan 'my plan.jsonl'`);

    const json = await rig.run('byline sync', '--dry-run', '--json');
    expect(json.stderr).to.equal('');
    expect(json.json().result.files.settings).to.equal(path);

    const applied = await rig.run('byline sync', '--plan', 'my plan.jsonl', '--output-dir', 'out');
    const runId = (await rig.runIds()).at(-1);
    const end = [
      ...[`Updated rows: out/${runId}-success.csv`, `Rows not updated: out/${runId}-failed.csv`],
      `Undo the run with "sf byline undo --run-id ${runId}".`,
    ];
    expect(applied.stdout.trimEnd().split('\n').slice(-3), applied.stderr).to.deep.equal(end);
  });

  it('reports that no field name matches, or that the org refuses the describe', async () => {
    const fields = [{ name: 'Opinion__c', type: 'double' } as const];
    await using rig = await Rig.start({ objects: [{ name: 'Story__c', fields }] });
    const nothing = await rig.run('byline sync', '--sobject', 'Story__c', '--json');
    expect(nothing.json()).to.include({ name: 'NoMappingError' });
    expect(nothing.json().actions.slice(0, 2)).to.deep.equal([
      'No number field of Story__c that you may update is named after a service that can be asked. List the services with "sf byline list services".',
      'Number fields no service was found for: Opinion__c',
    ]);
    rig.org.faults.tell('describe', { fault: 'status', status: 403, body: '[{"errorCode":"NO","message":"no"}]' });
    const refused = await rig.run('byline sync', '--json');
    expect(refused.json()).to.include({ name: 'NoMappingError' });
    expect(refused.json().actions).to.have.length(2);
  });

  describe('in a terminal', () => {
    let rig: Rig;
    let terminal: Terminal;
    before(async function () {
      if (!hasTerminal()) this.skip();
      rig = await Rig.start();
      terminal = Terminal.open(rig);
    });
    after(async () => {
      await terminal?.[Symbol.asyncDispose]();
      await rig?.[Symbol.asyncDispose]();
    });

    /** Runs a sync and answers its question. */
    async function sync(keys: string): Promise<Awaited<ReturnType<Terminal['end']>>> {
      await terminal.run('byline', 'sync', '-o', rig.org.username);
      await terminal.answer('(y/N)', keys);
      return terminal.end();
    }

    for (const [name, keys, code, says] of [
      ['no', '\n', 1, `Add this mapping to byline.json: ${JSON.stringify(SETTINGS)}`],
      ['Ctrl-C', '\u0003', 130, 'Interrupted. Nothing was written.'],
    ] as const) {
      it(`${name} writes nothing`, async () => {
        const ended = await sync(keys);
        expect(ended.code, ended.stdout).to.equal(code);
        expect(ended.stdout).to.contain(says);
        expect([...(await rig.files()).keys()].filter((path) => path.endsWith('byline.json'))).to.deep.equal([]);
      });
    }

    it('yes keeps the mapping in byline.json, and ends with the secrets to set and the commands', async () => {
      const { BYLINE_FACEBOOK_TOKEN: token, ...env } = rig.env;
      rig.env = env;
      const { code, stdout } = await sync('y\n');
      rig.env = { ...env, BYLINE_FACEBOOK_TOKEN: token! };
      expect(code, stdout).to.equal(1);
      expect(stdout).to.contain('Error (ServicesNotReadyError): The mapping is now in ');
      expect(stdout).to.match(/Its services need secrets that are not set yet\./);
      const command = `sf byline sync --target-org ${rig.org.username}`;
      const end = [
        'Set BYLINE_FACEBOOK_TOKEN, which facebook needs.',
        `Preview the counts with "${command} --dry-run".`,
        `Then write them with "${command}".`,
      ];
      expect(stdout.trimEnd().split('\n').slice(-3)).to.deep.equal(end);
      expect(JSON.parse(await readFile(join(rig.home, 'byline.json'), 'utf8'))).to.deep.equal(SETTINGS);
    });

    it('yes keeps the mapping in the project, with all else that is there, and shows what it would change', async () => {
      await rm(join(rig.home, 'byline.json'));
      const { twitter, facebook, linkedin } = rig.services.settings();
      const endpoint = (facebook as { endpoint: string }).endpoint;
      const byline = { where: 'Tweets__c = 7', services: { twitter, facebook: { endpoint }, linkedin } };
      const project = { packageDirectories: [{ path: 'force-app' }], plugins: { other: 1, byline } };
      const path = await rig.write(
        'sfdx-project.json',
        `${JSON.stringify(project, null, 4)}\n`.replaceAll('\n', '\r\n'),
      );
      insertArticles(rig, 5, { Tweets__c: 7 });

      const { code, stdout } = await sync('y\n');
      expect(code, stdout).to.equal(0);
      expect(stdout).to.match(/│ linkedin │ LinkedIn_Shares__c │ nothing +│/);
      expect(stdout).to.contain('Dry run: nothing was written to the org.');
      expect(stdout).to.contain(`Write these counts with "sf byline sync --target-org ${rig.org.username}".`);
      expect(rig.org.jobs()).to.deep.equal([]);
      const wanted = {
        ...byline,
        services: { ...byline.services, facebook: { endpoint, tokenEnv: 'BYLINE_FACEBOOK_TOKEN' } },
        fields: POST_FIELDS,
      };
      const text = `${JSON.stringify({ ...project, plugins: { other: 1, byline: wanted } }, null, 4)}\n`;
      expect(await readFile(path, 'utf8')).to.equal(text.replaceAll('\n', '\r\n'));

      const next = await rig.run('byline sync', '--json');
      expect(next.code, next.stdout).to.equal(0);
      expect(wrongRecords(rig)).to.deep.equal([]);
    });
  });
});
