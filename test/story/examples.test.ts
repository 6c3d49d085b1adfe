import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { BYLINE } from '../emulator/org/data/objects.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { readGitLab, readJenkins, readWorkflow, textOf } from '../rig/examples.ts';
import { Pipeline } from '../rig/pipeline.ts';
import { root } from '../rig/rig.ts';

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
    await pipeline.job(nightly!.jobs['sync']!);
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
    const digest = /^PLAN_DIGEST=(.*)$/m.exec(await readFile(join(pipeline.folder, 'plan.env'), 'utf8'))![1]!;
    await run('apply', { PLAN_DIGEST: digest });
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
    const { records, files } = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')) as {
      records: object;
      files: { planDigest: string };
    };
    expect(records).to.include({ changed: 12 });
    expect(await pipeline.sh(scripts.at(-1)!, { ...env, PLAN_DIGEST: files.planDigest })).to.include({ code: 68 });
    expect(pipeline.wrong()).to.have.length(1);

    const place = join(folder, 'cron');
    await cp(join(root, 'examples/cron'), place, { recursive: true });
    await copyFile(join(folder, 'ci/byline-sync.sh'), join(place, 'byline-sync.sh'));
    await copyFile(join(folder, 'byline.json'), join(place, 'byline.json'));
    const secrets = Object.entries(rig.services.env()).map(([name, value]) => `${name}='${value}'\n`);
    await writeFile(join(place, 'byline.env'), secrets.join(''));
    const night = await pipeline.sh('cron/nightly.sh', { SF_DATA_DIR: env.SF_DATA_DIR });
    expect(night.code).to.equal(1);
    expect(night.stdout).to.include('FIELD_CUSTOM_VALIDATION_EXCEPTION');
  });

  it('README: from settings to a first sync', async () => {
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

  it('byline-sync.sh: keeps waiting while the job runs, and turns partial success into a warning', async () => {
    await using pipeline = await Pipeline.start({ login: 'refresh' });
    const { rig, folder } = pipeline;
    const [refused] = insert(pipeline);
    rig.org.refuseRows({ ids: [refused!], statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Not this one.' });
    const env = { SF_TARGET_ORG: rig.org.username, REPORT: 'report.json' };
    rig.org.holdBatches();
    const running = pipeline.sh('ci/byline-sync.sh --config-file byline.json --wait 0', env);
    // The sync has looked once, and then the resumed run.
    await rig.org.log.arrived('list-batches', 2);
    rig.org.releaseBatches();
    const ended = await running;
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
