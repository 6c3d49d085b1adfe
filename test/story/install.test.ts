import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { CountsResult } from '../../src/report/counts-result.ts';
import { insertArticles, urlOf, wrongRecords } from '../rig/articles.ts';
import { Rig, root } from '../rig/rig.ts';

/** The npm the CLI installs plugins with. */
const NPM = join(root, 'node_modules/npm/bin/npm-cli.js');

/** Variables a network may need, whoever installs something. */
const NETWORK = /^(https?_proxy|no_proxy|node_extra_ca_certs)$/i;

describe('installed from its own tarball, in a home of its own', () => {
  it('the real sf counts and syncs with it', async function () {
    this.timeout(240_000);
    await using rig = await Rig.start();
    rig.env = { ...rig.env, LOCALAPPDATA: join(rig.home, '.config'), ...networkOfNpm() };
    // What the plugin depends on comes from npm's registry; where that is out of reach nothing can be installed.
    const registry = await rig.exec(process.execPath, [NPM, 'ping']);
    if (registry.code !== 0) return this.skip();
    const packed = npm('pack', '--ignore-scripts', '--json', '--pack-destination', rig.home);
    expect(packed.status, packed.stderr).to.equal(0);
    const [tarball] = readdirSync(rig.home).filter((name) => name.endsWith('.tgz'));
    const url = `file:${join(rig.home, tarball!)}`;
    await rig.write('.config/sf/unsignedPluginAllowList.json', [url]);

    const install = await rig.realSf('plugins', 'install', url);
    expect(install.code, install.stdout + install.stderr).to.equal(0);
    expect(install.stdout + install.stderr)
      .to.contain('is allow-listed')
      .and.not.contain('(y/N)');

    await rig.settings();
    insertArticles(rig, 25, { Tweets__c: 7 });
    const counts = await rig.realSf('byline', 'counts', urlOf(1), '--config-file', 'byline.json', '--json');
    expect(counts.code, counts.stdout + counts.stderr).to.equal(0);
    expect(counts.json<CountsResult>().result.counts[0]?.services['twitter']).to.deep.equal({
      state: 'ok',
      count: rig.services.count('twitter', urlOf(1)),
    });
    const sync = await rig.realSf('byline', 'sync', '-o', rig.org.username, '--config-file', 'byline.json', '--json');
    expect(sync.code, sync.stdout + sync.stderr).to.equal(0);
    expect(sync.json().result.records).to.include({ queried: 25, updated: 25 });
    expect(wrongRecords(rig)).to.deep.equal([]);
  });
});

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
