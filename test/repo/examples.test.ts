import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { parse } from 'yaml';
import { SCHEMA_URL } from '../../scripts/generated-docs.ts';
import { settingsSchema } from '../../src/settings/settings.ts';
import { readGitLab, readJenkins, readWorkflow, textOf } from '../rig/examples.ts';
import { list } from './sources.ts';

const WORKFLOWS = list('examples/github/*.yml');

/** Fails where bash cannot read the script. Windows has none that must. */
function expectShell(script: string): void {
  if (process.platform === 'win32') return;
  const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
  expect(status, `${stderr}\n${script}`).to.equal(0);
}

describe('the release', () => {
  it('is published from its tag with provenance, by a job that may nothing else, and without a token', () => {
    const text = textOf('.github/workflows/release.yml');
    const { on, jobs } = readWorkflow('.github/workflows/release.yml');
    expect(on).to.deep.equal({ push: { tags: ['v*'] } });
    expect(Object.keys(jobs)).to.deep.equal(['publish']);
    expect(parse(text)).to.deep.include({ permissions: { contents: 'read' } });
    const { jobs: raw } = parse(text) as { jobs: Record<string, { permissions: object; environment: string }> };
    expect(raw['publish']).to.deep.include({
      environment: 'npm',
      permissions: { contents: 'read', 'id-token': 'write' },
    });
    expect(jobs['publish']?.steps.at(-1)?.run).to.equal('npm publish --provenance --access public');
    expect(text).not.to.include('secrets.');
  });
});

describe('examples', () => {
  it('has each named in its README', () => {
    const readme = textOf('examples/README.md');
    const files = list('examples/**/*.*').concat('examples/jenkins/Jenkinsfile');
    const named = files.filter((path) => readme.includes(`](${path.slice('examples/'.length)})`));
    expect(named).to.have.members(files.filter((path) => path !== 'examples/README.md'));
  });

  it('byline.json is a settings file', () => {
    const settings = settingsSchema.parse(JSON.parse(textOf('examples/byline.json')));
    expect(settings.services).to.be.an('object');
    // Where editors find the schema is the same everywhere, and is that of this repository.
    expect(settings.$schema).to.equal(SCHEMA_URL);
    expect(textOf('README.md')).to.include(`"$schema": "${SCHEMA_URL}"`);
    const { homepage } = JSON.parse(textOf('package.json')) as { homepage: string };
    const repository = homepage.replace('https://github.com/', '').replace(/#.*/, '');
    expect(SCHEMA_URL).to.equal(
      `https://raw.githubusercontent.com/${repository}/main/${list('schemas/settings.json')[0]}`,
    );
  });

  for (const path of list('examples/**/*.sh')) it(`${path}: bash can read it`, () => expectShell(textOf(path)));

  for (const path of [...WORKFLOWS, ...list('.github/workflows/*.yml')]) {
    describe(path, () => {
      const workflow = readWorkflow(path);
      const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

      it('has jobs that end, of steps that run or use something of a fixed version', () => {
        expect(workflow.name).to.be.a('string');
        expect(workflow.on).to.be.an('object').that.is.not.empty;
        for (const [name, job] of Object.entries(workflow.jobs)) {
          expect(job, name).to.include.keys('runs-on', 'timeout-minutes', 'steps');
          if (job.needs !== undefined) expect(Object.keys(workflow.jobs)).to.include(job.needs);
        }
        for (const { run, uses } of steps) {
          expect([run, uses].filter((part) => part !== undefined)).to.have.length(1);
          if (uses !== undefined)
            expect(uses, 'a tag can be moved, a commit cannot').to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
          if (run !== undefined && path.startsWith('examples/')) expectShell(run);
        }
      });

      it('grants no more than it says, and puts nothing of others into a script', () => {
        if (!path.startsWith('examples/')) return;
        expect(workflow.permissions).to.deep.equal({ contents: 'read' });
        for (const { run = '' } of steps) expect(run).to.not.include('${{');
      });

      it('leaves no token in a checkout, and has no secret where something is installed', () => {
        if (!path.startsWith('examples/')) return;
        for (const job of Object.values(workflow.jobs)) {
          expect(JSON.stringify(job.env ?? {})).to.not.include('secrets.');
          for (const { uses = '', with: given, run = '', env = {} } of job.steps) {
            if (uses.startsWith('actions/checkout@')) {
              expect(given).to.include({ 'persist-credentials': false });
              const ofPullRequest = 'pull_request' in workflow.on;
              if (ofPullRequest) expect(given).to.include({ ref: '${{ github.event.pull_request.base.sha }}' });
            }
            if (run.includes('install')) expect(JSON.stringify(env)).to.not.include('secrets.');
          }
        }
      });
    });
  }

  it('CI runs on Linux and Windows with every Node that is supported', () => {
    const { jobs } = readWorkflow('.github/workflows/ci.yml');
    const matrices = Object.values(jobs).flatMap(({ strategy }) => (strategy ? [strategy.matrix] : []));
    for (const { os } of matrices) expect(os).to.deep.equal(['ubuntu-latest', 'windows-latest']);
    const setUp = Object.values(jobs).flatMap(({ steps }) => steps.map((step) => step.with?.['node-version']));
    const nodes = [...matrices.flatMap(({ node = [] }) => node), ...setUp].filter((node) => typeof node === 'number');
    expect(nodes).to.include.members([22, 24, 26]);
  });

  it('the page about pipelines shows of the shards what is in the example', () => {
    const [, shown = ''] = /```yaml\n(.*?)```/s.exec(textOf('docs/pipelines.md')) ?? [];
    const lines = textOf('examples/github/shards.yml').split('\n');
    expect(shown.trimEnd().split('\n')).to.have.length.above(5);
    let at = -1;
    for (const line of shown.trimEnd().split('\n')) {
      at = lines.indexOf(line, at + 1);
      expect(at, line).to.not.equal(-1);
    }
  });

  it('GitLab: every job has a script bash can read, and keeps what the next one needs', () => {
    const path = 'examples/gitlab/gitlab-ci.yml';
    const jobs = readGitLab(path);
    expect([...jobs.keys()]).to.deep.equal(['nightly', 'plan', 'apply']);
    for (const job of jobs.values()) {
      expect(job).to.include.keys('image', 'rules', 'artifacts');
      expectShell([...job.before_script, ...job.script].join('\n'));
    }
    const setUp = jobs.get('plan')!.before_script.filter((line) => line.includes(' install '));
    expect(setUp).to.have.length(2);
    for (const line of setUp) expect(line).to.match(/^without_secrets /);
    for (const name of ['plan', 'apply'])
      expect(jobs.get(name)!.script).to.include('git checkout FETCH_HEAD -- byline.json ci');
    const { plan } = parse(textOf(path)) as Record<string, { artifacts: { paths: string[] } }>;
    expect(plan?.artifacts.paths).to.include('plan.jsonl');
  });

  it('Jenkins: its brackets and quotes are in order, and bash can read its shell', () => {
    const text = textOf('examples/jenkins/Jenkinsfile');
    const scripts = readJenkins('examples/jenkins/Jenkinsfile');
    expect(scripts).to.have.length(4);
    scripts.forEach(expectShell);
    const [before = ''] = text.split("stage('Log in')");
    expect(before, 'what is installed').to.include('npm install').and.not.include('credentials(');
    const code = text.replace(/\/\/[^\n]*|'''.*?'''|'[^'\n]*'|"[^"\n]*"/gs, '');
    expect(code).to.not.match(/['"]/);
    const open: string[] = [];
    for (const [bracket] of code.matchAll(/[()[\]{}]/g)) {
      if ('([{'.includes(bracket)) open.push(bracket);
      else expect(`${open.pop()}${bracket}`).to.match(/^(\(\)|\[\]|\{\})$/);
    }
    expect(open).to.deep.equal([]);
  });
});
