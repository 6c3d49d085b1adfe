import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { insertArticles } from '../rig/articles.ts';
import { type Ended, Rig, root } from '../rig/rig.ts';
import { problems } from './check-end.ts';
import { TWITTER } from './in-process-run.ts';

const SYNC = ['--config-file', 'byline.json', '--batch-size', '10', '--json'];

/** By itself, the system would end a process whose file grows too large; so it gets an error. */
const HEEDLESS = 'data:text/javascript,process.on("SIGXFSZ",()=>{})';

describe('a machine that fails', function () {
  before(function () {
    // The limit of a file's size stands for a full disk; Windows has none.
    if (process.platform === 'win32') this.skip();
  });

  /** Runs `sync` where no file may grow above so many KiB; Node's own cache of code would be such a file. */
  const syncWithin = (rig: Rig, kibibytes: number): Promise<Ended> => {
    const command = `ulimit -f ${kibibytes}; exec "$0" "$@"`;
    const args = [process.execPath, join(root, 'bin/run.js'), 'byline', 'sync', '-o', rig.org.username, ...SYNC];
    return rig.exec('bash', ['-c', command, args[0]!, '--import', HEEDLESS, ...args.slice(1)]);
  };

  it('no disk space for the journal, at its beginning or later: exit 1, no open job, and resume finishes it', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 60);
    for (const [kibibytes, name] of [
      [0, 'RunFolderUnwritableError'],
      [4, 'JournalUnwritableError'],
    ] as const) {
      const table = rig.org.table('Byline__c');
      for (const { Id } of table.all()) table.update(String(Id), { Tweets__c: null });
      table.forgetWrites();
      rig.env = { ...rig.env, SF_DATA_DIR: join(rig.home, `data-${kibibytes}`), NODE_DISABLE_COMPILE_CACHE: '1' };
      const ended = await syncWithin(rig, kibibytes);
      expect(ended.code, ended.stdout).to.equal(1);
      expect(ended.json().name).to.equal(name);
      expect(ended.json().message, ended.stdout).to.match(/EFBIG|ENOSPC|cannot be written/);
      expect(rig.org.jobs().filter(({ state }) => state === 'Open')).to.deep.equal([]);
      const finished = await finish(rig);
      expect(finished.code, `${kibibytes}: ${finished.stdout}${finished.stderr}`).to.equal(0);
      expect(problems(rig), `${kibibytes} KiB`).to.deep.equal([]);
    }
  });

  it('a data folder that cannot be made: exit 1, and no request that writes', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 3);
    await writeFile(join(rig.home, 'file'), '');
    rig.env = { ...rig.env, SF_DATA_DIR: join(rig.home, 'file', 'data') };
    const ended = await rig.run('byline sync', ...SYNC);
    expect(ended.code).to.equal(1);
    expect(ended.json().name).to.equal('RunFolderUnwritableError');
    expect(ended.json().message).to.include(join(rig.home, 'file'));
    expect(rig.org.jobs()).to.deep.equal([]);
  });
});

describe('several commands at once', () => {
  it('two runs of one user in one org, one of which loses a response: both complete correctly', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    const ids = insertArticles(rig, 80);
    rig.org.faults.tell('add-batch', { fault: 'cut-after' }, { skip: 2 });
    rig.org.faults.tell('close-job', { fault: 'cut-after' });
    const half = (at: number): Promise<Ended> =>
      rig.run('byline sync', ...SYNC, '--where', at === 0 ? `Id < '${ids[40]}'` : `Id >= '${ids[40]}'`);
    const ended = await Promise.all([half(0), half(1)]);
    expect(ended.map(({ code, stdout }) => (code === 0 ? 0 : stdout))).to.deep.equal([0, 0]);
    expect(problems(rig)).to.deep.equal([]);
    expect(new Set((await rig.runIds()).map((id) => id)).size).to.equal(2);
    for (const one of ended) expect(one.json().result.records).to.include({ updated: 40 });
  });

  it('two commands on one run: the second is refused and names the process; report still works', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 20);
    rig.org.holdBatches();
    const sync = rig.start('byline sync', ...SYNC);
    await Promise.race([rig.org.log.arrived('list-batches'), sync.ended]);
    const [resume, report] = await Promise.all([
      rig.runAlone('byline resume', ['--use-most-recent', '--json']),
      rig.runAlone('byline report', ['--use-most-recent', '--json']),
    ]);
    expect(resume.code).to.equal(1);
    expect(resume.json().name).to.equal('RunLockedError');
    expect(resume.json().message).to.include(`process ${sync.process.pid}`);
    expect(report.code).to.equal(0);
    expect(report.json().result).to.deep.include({ state: 'InProgress' });
    rig.org.releaseBatches();
    expect((await sync.ended).code).to.equal(0);
    expect(problems(rig)).to.deep.equal([]);
  });
});

describe('a login that was removed', () => {
  it('halfway: exit 1, "log in again"; report still shows what is known; after a login, resume finishes', async () => {
    await using rig = await Rig.start({ login: 'access' });
    await rig.settings(TWITTER);
    insertArticles(rig, 60);
    rig.org.expireSessionAfter('add-batch', 3);
    const ended = await rig.run('byline sync', ...SYNC);
    expect(ended.code).to.equal(1);
    const { name, actions, data } = ended.json();
    expect(name).to.equal('SessionExpiredError');
    expect(actions).to.deep.equal([
      `Log in again with "sf org login web --instance-url ${rig.org.url}". In a pipeline, repeat the step that logs in.`,
      `Finish the run with "sf byline resume --job-id ${data.jobs[0]!.id}".`,
    ]);
    const report = await rig.runAlone('byline report', ['--use-most-recent', '--json']);
    expect(report.code, report.stdout).to.equal(1);
    expect(report.json().result.jobs).to.have.length(1);
    expect(report.json().warnings.join('\n')).to.include('The outcome of open batches is unknown: The session of');
    const tooSoon = await rig.runAlone('byline resume', ['--use-most-recent', '--json']);
    expect(tooSoon.json()).to.include({ name: 'SessionExpiredError', status: 1 });
    rig.env = { ...rig.env, SF_ACCESS_TOKEN: rig.org.accessToken() };
    expect((await rig.sf('org', 'login', 'access-token', '-r', rig.org.url, '--no-prompt')).code).to.equal(0);
    const resumed = await rig.runAlone('byline resume', ['--job-id', data.jobs[0]!.id, '--json']);
    expect(resumed.code, resumed.stdout).to.equal(0);
    expect(problems(rig)).to.deep.equal([]);
  });
});

/** Finishes the newest run, or begins one where there is none. */
async function finish(rig: Rig): Promise<Ended> {
  const runs = join(rig.env['SF_DATA_DIR']!, 'byline', 'runs');
  const names = (await readdir(runs).catch(() => [])).filter((name) => /^[^.]+\.jsonl$/.test(name));
  const begun = await Promise.all(names.map(async (name) => (await readFile(join(runs, name), 'utf8')).includes('\n')));
  return begun.includes(true)
    ? rig.run('byline resume', '--use-most-recent', '--json')
    : rig.run('byline sync', ...SYNC);
}
