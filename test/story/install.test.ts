import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { CountsResult } from '../../src/report/counts-result.ts';
import type { RunResult } from '../../src/report/result.ts';
import { list } from '../repo/sources.ts';
import { insertArticles, urlOf, wrongRecords } from '../rig/articles.ts';
import { CommandProcess } from '../rig/command-process.ts';
import { type Envelope, Rig, root } from '../rig/rig.ts';

type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] };

/** The npm the CLI installs plugins with. */
const NPM = join(root, 'node_modules/npm/bin/npm-cli.js');

/** Variables a network may need, whoever installs something. */
const NETWORK = /^(https?_proxy|no_proxy|node_extra_ca_certs)$/i;

describe('the package', () => {
  let folder: string;
  let packed: Packed;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'byline-package-'));
    const { stdout, stderr } = npm('pack', '--ignore-scripts', '--json', '--pack-destination', folder);
    expect(stdout, stderr).to.match(/^\[/);
    [packed] = JSON.parse(stdout) as [Packed];
  });
  after(() => rm(folder, { recursive: true }));

  it('holds what a user needs, and nothing else', () => {
    const compiled = list('src/**/*.ts').map((path) => path.replace(/^src\/(.*)\.ts$/, 'lib/$1'));
    expect(packed.files.map(({ path }) => path)).to.have.members([
      ...compiled.flatMap((path) => [`${path}.js`, `${path}.js.map`]),
      ...list('messages/*.md'),
      ...list('schemas/*.json'),
      'oclif.manifest.json',
      'package.json',
      'README.md',
      'LICENSE',
    ]);
  });

  it('is installed by the real sf, which counts and syncs with it, in a home of its own', async function () {
    await using rig = await Rig.start();
    rig.env = { ...rig.env, LOCALAPPDATA: join(rig.home, '.config'), ...networkOfNpm() };
    const url = `file:${join(folder, packed.filename)}`;
    await rig.write('.config/sf/unsignedPluginAllowList.json', [url]);

    const install = await rig.realSf('plugins', 'install', url);
    // What the plugin depends on comes from npm's registry; where that is out of reach nothing can be installed.
    if (install.code !== 0 && !(await reachesRegistry(rig))) return this.skip();
    expect(install.code, install.stdout + install.stderr).to.equal(0);
    expect(install.stdout + install.stderr)
      .to.contain('is allow-listed')
      .and.not.contain('(y/N)');

    await rig.settings();
    insertArticles(rig, 25, { Tweets__c: 7 });
    // Both commands cost the start of one process.
    await using cli = new CommandProcess({ cwd: rig.home, env: rig.env });
    const flags = ['--config-file', 'byline.json', '--json'];
    const counts = await cli.run('sf', ['byline', 'counts', urlOf(1), ...flags]);
    expect(counts.code, counts.stdout + counts.stderr).to.equal(0);
    const { result: counted } = JSON.parse(counts.stdout) as Envelope<CountsResult>;
    expect(counted.counts[0]?.services['twitter']).to.deep.equal({
      state: 'ok',
      count: rig.services.count('twitter', urlOf(1)),
    });
    const sync = await cli.run('sf', ['byline', 'sync', '-o', rig.org.username, ...flags]);
    expect(sync.code, sync.stdout + sync.stderr).to.equal(0);
    const { result: synced } = JSON.parse(sync.stdout) as Envelope<RunResult>;
    expect(synced.records).to.include({ queried: 25, updated: 25 });
    expect(wrongRecords(rig)).to.deep.equal([]);
  }).timeout(240_000);
});

const reachesRegistry = async (rig: Rig): Promise<boolean> =>
  (await rig.exec(process.execPath, [NPM, 'ping'])).code === 0;

function npm(...args: string[]): SpawnSyncReturns<string> {
  const shell = process.platform === 'win32';
  return spawnSync(shell ? 'npm.cmd' : 'npm', args, { cwd: root, encoding: 'utf8', shell });
}

/** Where this machine has its packages from, for an npm in another home, which is not to wait long for it. */
function networkOfNpm(): Record<string, string> {
  const { stdout } = npm('config', 'get', 'userconfig', 'globalconfig', 'cache', 'registry');
  const settings = [...stdout.matchAll(/^(\w+) ?= ?(.+)$/gm)].map(([, name, value]) => [
    `npm_config_${name}`,
    value!.trim(),
  ]);
  const network = Object.entries(process.env).filter(([name]) => NETWORK.test(name));
  return {
    ...Object.fromEntries([...network, ...settings]),
    npm_config_prefer_offline: 'true',
    npm_config_fetch_timeout: '20000',
    npm_config_fetch_retries: '0',
  } as Record<string, string>;
}
