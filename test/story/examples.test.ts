import { generateKeyPairSync } from 'node:crypto';
import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { BYLINE } from '../emulator/org/data/objects.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { type Job, readGitLab, readJenkins, readWorkflow, type Step, textOf } from '../rig/pipelines.ts';
import { type Ended, Rig, root } from '../rig/rig.ts';

const FIELDS = { facebook: 'Likes__c', hatena: 'Tweets__c' };
const NODE = `"${process.execPath}"`;

/**
 * Programs the pipelines call that cannot be run here, and what is done instead. To install from the registry takes a
 * network and a published version: the real CLI links the plugin. GitHub's own CLI takes GitHub. The real CLI is for
 * where REAL_SF is set, and for logins; as it takes its time to start, commands of the plugin otherwise run without it.
 */
const PROGRAMS: Readonly<Record<string, string>> = {
  sf: `case "$REAL_SF $1 $2" in
" byline "*) exec ${NODE} "${join(root, 'bin/run.js')}" "$@" ;;
" plugins "*) exit 0 ;;
"yes plugins install") set -- plugins link --no-install "${root}" ;;
esac
exec ${NODE} "${join(root, 'node_modules/@salesforce/cli/bin/run.js')}" "$@"`,
  npm: 'echo "npm $*" >> "$HOME/npm.log"',
  gh: 'echo "gh $*" >> "$HOME/gh.log"; while [ $# -gt 1 ]; do shift; done; cat "$1" >> "$HOME/gh.log"',
};

/** A place where pipelines run: a rig, a checkout in it, and the programs they call. */
class Pipeline implements AsyncDisposable {
  public readonly rig: Rig;
  public readonly folder: string;
  /** What the pipelines' secrets and variables are. */
  public readonly secrets: Readonly<Record<string, string>>;
  private readonly done = new Set<string>();

  private constructor(rig: Rig) {
    this.rig = rig;
    this.folder = join(rig.home, 'checkout');
    // The CLI signs with it; only a real key will do.
    const key = String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(PEM));
    this.secrets = {
      ...{ ORG_JWT_KEY: key, ORG_READER_JWT_KEY: key, ORG_CLIENT_ID: 'client', ORG_URL: rig.org.url },
      ...{ ORG_USERNAME: rig.org.username, ORG_READER_USERNAME: rig.org.username, ...rig.services.env() },
    };
  }

  public static async start(options: Parameters<typeof Rig.start>[0] = {}): Promise<Pipeline> {
    const pipeline = new Pipeline(await Rig.start({ login: 'none', ...options }));
    const { rig, folder } = pipeline;
    for (const [name, script] of Object.entries(PROGRAMS)) {
      await chmod(await rig.write(`bin/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
    }
    await mkdir(join(folder, 'ci'), { recursive: true });
    await copyFile(join(root, 'examples/byline-sync.sh'), join(folder, 'ci/byline-sync.sh'));
    await rig.settings(FIELDS);
    await copyFile(join(rig.home, 'byline.json'), join(folder, 'byline.json'));
    rig.env = {
      ...rig.env,
      ...{ PATH: `${join(rig.home, 'bin')}:${rig.env['PATH']}`, CI: 'true', OCLIF_DISABLE_LINKED_ESM_WARNING: 'true' },
      ...{ RUNNER_TEMP: rig.home, GITHUB_STEP_SUMMARY: join(rig.home, 'summary.md') },
    };
    return pipeline;
  }

  /** Runs a script in the checkout, as GitHub, GitLab and Jenkins do: it ends where a command fails. */
  public async sh(script: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const { rig } = this;
    const before = rig.env;
    rig.env = { ...before, ...env };
    try {
      return await rig.exec('bash', ['-e', '-c', `cd "${this.folder}"\n${script}`]);
    } finally {
      rig.env = before;
    }
  }

  /** Runs a script that must end well. What was run before with the same variables has been run. */
  public async well(script: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
    const what = JSON.stringify([script, env]);
    if (/sf (plugins|org login) /.test(script) && this.done.has(what)) return;
    const ended = await this.sh(script, env);
    expect(ended.code, `${script}\n${ended.stdout}${ended.stderr}`).to.equal(0);
    this.done.add(what);
  }

  /** Runs a job of a workflow of GitHub, on a machine without what earlier jobs left. */
  public async job(job: Job, matrix: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const name of ['plan.jsonl', 'plan.md', 'report.md']) await rm(join(this.folder, name), { force: true });
    const resolve = (env: Job['env'] = {}): Record<string, string> =>
      Object.fromEntries(Object.entries(env).map(([name, value]) => [name, this.resolve(value, matrix)]));
    for (const step of job.steps) {
      if (step.run !== undefined) await this.well(step.run, { ...resolve(job.env), ...resolve(step.env) });
      else await this.use(step);
    }
  }

  /** The records that do not hold the right counts. */
  public wrong(): object[] {
    return wrongRecords(this.rig, FIELDS);
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.rig[Symbol.asyncDispose]();
  }

  /** What the actions do that hand files on; the others only set a machine up. */
  private async use({ uses = '', with: given = {} }: Step): Promise<void> {
    const store = join(this.rig.home, 'artifacts', given['name'] ?? '');
    const { path = '' } = given;
    if (uses.startsWith('actions/upload-artifact@')) await cp(join(this.folder, path), join(store, path), COPY);
    else if (uses.startsWith('actions/download-artifact@')) await cp(store, this.folder, COPY);
    else expect(uses).to.match(/^actions\/(checkout|setup-node)@/);
  }

  /** An expression of GitHub, as far as the examples use any. */
  private resolve(text: string, matrix: Readonly<Record<string, string>>): string {
    return String(text).replace(/\$\{\{ ([\w.]+) \}\}/g, (_, expression: string) => {
      const [kind = '', name = ''] = expression.split(/\.(.*)/);
      const known: Record<string, string | undefined> = {
        [`secrets.${name}`]: this.secrets[name],
        [`vars.${name}`]: this.secrets[name],
        [`matrix.${name}`]: matrix[name],
        ...{ 'github.workspace': this.folder, 'github.token': 'token', 'github.event.pull_request.number': '42' },
      };
      const value = known[`${kind}.${name}`];
      if (value === undefined) throw new Error(`nobody knows ${expression}`);
      return value;
    });
  }
}

const COPY = { recursive: true };

const PEM = { type: 'pkcs8', format: 'pem' } as const;

/** 12 articles, none of them counted. */
const insert = (pipeline: Pipeline): string[] => insertArticles(pipeline.rig, 12);

describe('examples, run against the emulated org', function () {
  this.timeout(120_000);
  before(function () {
    // They are for machines with bash and flock.
    if (process.platform !== 'linux') this.skip();
  });

  it('GitHub: nightly; plan and apply; shards', async () => {
    await using pipeline = await Pipeline.start();
    const { rig } = pipeline;
    insert(pipeline);
    const [nightly, planned, shards] = ['nightly', 'plan-and-apply', 'shards'].map((name) =>
      readWorkflow(`examples/github/${name}.yml`),
    );
    rig.env['REAL_SF'] = 'yes';
    await pipeline.job(nightly!.jobs['sync']!);
    delete rig.env['REAL_SF'];
    expect(pipeline.wrong()).to.deep.equal([]);
    expect(await readFile(join(rig.home, 'summary.md'), 'utf8')).to.include('12');
    expect(await readFile(join(rig.home, 'npm.log'), 'utf8')).to.include('@salesforce/cli@2');
    expect(rig.org.log.count('token')).to.equal(1);

    const [first] = insert(pipeline);
    await pipeline.job(planned!.jobs['plan']!);
    expect(pipeline.wrong()).to.have.length(12);
    const comment = await readFile(join(rig.home, 'gh.log'), 'utf8');
    expect(comment).to.match(/^gh pr comment 42 --edit-last --create-if-none --body-file plan.md\n/);
    expect(comment).to.include('Likes__c');
    const asked = rig.services.log.count();
    await pipeline.job(planned!.jobs['apply']!);
    expect(pipeline.wrong()).to.deep.equal([]);
    expect(rig.org.table('Byline__c').writes(first!)).to.have.length(1);
    expect(rig.services.log.count()).to.equal(asked);

    const ids = insertArticles(rig, 100);
    const job = shards!.jobs['sync']!;
    const numbers = job.strategy!.matrix['shard']!;
    expect(numbers).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    await pipeline.job(job, { shard: '8' });
    const written = ids.filter((id) => rig.org.table('Byline__c').writes(id).length > 0);
    expect(written).to.have.length.within(1, ids.length - 1);
    expect(pipeline.wrong()).to.have.length(ids.length - written.length);
  });

  it('GitLab: nightly; plan and apply', async () => {
    await using pipeline = await Pipeline.start();
    insert(pipeline);
    const jobs = readGitLab('examples/gitlab/gitlab-ci.yml');
    const key = await pipeline.rig.write('jwt.key', pipeline.secrets['ORG_JWT_KEY']);
    const run = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
      const { before_script: setUp, script, variables } = jobs.get(name)!;
      const own = {
        ...{ ...variables, ...pipeline.secrets, ...env, ORG_JWT_KEY: key },
        ...{ ORG_URL: pipeline.rig.org.url, SF_DATA_DIR: join(pipeline.folder, 'sf-data') },
      };
      // Once for all jobs, as they share a machine here.
      if (name === 'plan') await pipeline.well(setUp.join('\n'), own);
      await pipeline.well(script.join('\n'), own);
    };
    await run('plan');
    expect(pipeline.wrong()).to.have.length(12);
    await run('apply');
    expect(pipeline.wrong()).to.deep.equal([]);
    await run('nightly', { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '4' });
    expect(await readFile(join(pipeline.folder, 'report.html'), 'utf8')).to.match(/^<!doctype html>/i);
  });

  it('Jenkins: plan and apply, and 68 handed on; cron: says what 68 was', async () => {
    await using pipeline = await Pipeline.start();
    const { rig, folder } = pipeline;
    const ids = insert(pipeline);
    rig.org.refuseRows({ ids: [ids[0]!], statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Not this one.' });
    const scripts = readJenkins('examples/jenkins/Jenkinsfile');
    const env = {
      ...{ ...pipeline.secrets, ORG_JWT_KEY: await rig.write('jwt.key', pipeline.secrets['ORG_JWT_KEY']) },
      ...{ SF_TARGET_ORG: 'magazine', ORG_URL: rig.org.url, SF_DATA_DIR: join(folder, 'sf-data') },
    };
    for (const script of scripts.slice(0, -1)) await pipeline.well(script, env);
    const { records } = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')) as { records: object };
    expect(records).to.include({ changed: 12 });
    expect(await pipeline.sh(scripts.at(-1)!, env)).to.include({ code: 68 });
    expect(pipeline.wrong()).to.have.length(1);

    const place = join(folder, 'cron');
    await cp(join(root, 'examples/cron'), place, COPY);
    await copyFile(join(folder, 'ci/byline-sync.sh'), join(place, 'byline-sync.sh'));
    await copyFile(join(folder, 'byline.json'), join(place, 'byline.json'));
    const secrets = Object.entries(rig.services.env()).map(([name, value]) => `${name}='${value}'\n`);
    await writeFile(join(place, 'byline.env'), secrets.join(''));
    const night = await pipeline.sh('cron/nightly.sh', { SF_DATA_DIR: env.SF_DATA_DIR });
    expect(night.code).to.equal(1);
    expect(night.stdout).to.include('FIELD_CUSTOM_VALIDATION_EXCEPTION');
  });

  it('README: the road from settings to a first sync', async () => {
    const points = { name: 'Points__c', type: 'double' } as const;
    await using pipeline = await Pipeline.start({
      login: 'refresh',
      objects: [{ ...BYLINE, fields: [...BYLINE.fields, points] }],
    });
    const { rig, folder } = pipeline;
    const readme = textOf('README.md');
    const given = JSON.parse(/```json\n(.*?)```/s.exec(readme)?.[1] ?? '') as { fields: Record<string, string> };
    const fields = given.fields;
    // Of the services' own hosts the emulator stands in.
    await rig.settings(fields, { ...given, services: pick(rig.services.settings(), Object.keys(fields)) });
    await copyFile(join(rig.home, 'byline.json'), join(folder, 'byline.json'));
    const [, road = ''] = /<!-- run -->\n\n```sh\n(.*?)```/s.exec(readme) ?? [];
    expect(road).to.include('sf byline sync');

    insert(pipeline);
    await pipeline.well(road.replaceAll('my-org', rig.org.username));
    expect(wrongRecords(rig, fields)).to.deep.equal([]);
  });

  it('byline-sync.sh: waits on where the job still runs, and makes a warning of what ended in part', async () => {
    await using pipeline = await Pipeline.start({ login: 'refresh', batchMs: 3000 });
    const { rig, folder } = pipeline;
    const [refused] = insert(pipeline);
    rig.org.refuseRows({ ids: [refused!], statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Not this one.' });
    const env = { SF_TARGET_ORG: rig.org.username, REPORT: 'report.json' };
    const ended = await pipeline.sh('ci/byline-sync.sh --config-file byline.json --wait 0', env);
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    expect(ended.stdout)
      .to.include('State: InProgress')
      .and.to.match(/::warning::Some rows or counts/);
    expect(pipeline.wrong()).to.have.length(1);
    const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as { state: string };
    expect(report.state).to.equal('CompletedWithFailures');
  });
});

const pick = (all: Readonly<Record<string, object>>, names: readonly string[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, all[name]!]));
