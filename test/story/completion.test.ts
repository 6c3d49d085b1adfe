import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Rig, root } from '../rig/rig.ts';

const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { readonly id: string; readonly flags: object }>;
};

describe("shell completion, by the CLI's own plugin for it", () => {
  let rig: Rig;
  let functions: ReadonlyMap<string, string>;

  before(async () => {
    rig = await Rig.start({ login: 'none' });
    rig.env['SF_CACHE_DIR'] = join(rig.home, 'cache');
    const link = await rig.sf('plugins', 'link', root, '--no-install');
    expect(link.code, link.stderr).to.equal(0);
    const create = await rig.sf('autocomplete', 'create');
    expect(create.code, create.stderr).to.equal(0);
    const files = await rig.files();
    const read = (path: string): string => files.get(join('cache/autocomplete/functions', path)) ?? '';
    functions = new Map(['bash/sf.bash', 'zsh/_sf', 'powershell/sf.ps1'].map((path) => [path, read(path)]));
  });
  after(() => rig[Symbol.asyncDispose]());

  /** What bash would offer after `words`, the last of which is being typed. */
  async function offered(...words: string[]): Promise<string[]> {
    const typed = ['sf', ...words].map((word) => `'${word}'`).join(' ');
    const script = `source cache/autocomplete/functions/bash/sf.bash
COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _sf_autocomplete; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { code, stdout, stderr } = await rig.exec('bash', ['-c', script]);
    expect(code, stderr).to.equal(0);
    return stdout.split('\n').filter((line) => line !== '');
  }

  it('bash offers the commands and all their flags', async function () {
    if (process.platform === 'win32') this.skip();
    const ids = Object.keys(commands);
    expect(await offered('byline', '')).to.have.members([...new Set(ids.map((id) => id.split(':')[1]!))]);
    expect(await offered('byline', 'list', '')).to.deep.equal(['services']);
    for (const { id, flags } of Object.values(commands)) {
      expect(await offered(...id.split(':'), '--')).to.have.members(Object.keys(flags).map((name) => `--${name}`));
    }
    expect(await offered('byline', 'sync', '--dry')).to.deep.equal(['--dry-run']);
  });

  it('zsh and PowerShell know the commands and flags too', () => {
    const names = Object.values(commands).flatMap(({ flags }) => Object.keys(flags));
    for (const path of ['zsh/_sf', 'powershell/sf.ps1']) {
      const text = functions.get(path);
      expect(text, path).to.match(/byline/);
      expect(names.filter((name) => !text!.includes(name))).to.deep.equal([]);
    }
    expect(functions.get('zsh/_sf')).to.match(/^_sf_byline\(\) \{$/m);
  });

  it('zsh offers the services, and takes them for the beginning of a mapping', () => {
    const zsh = functions.get('zsh/_sf')!;
    expect(zsh).to.match(/--service"\[[^\]]+\]:service options:\(facebook hackernews [a-z0-9 ]+\)"/);
    expect(zsh).to.match(/--field"\[[^\]]+\]:field options:\(facebook= hackernews= [a-z0-9= ]+\)"/);
    expect(zsh).to.contain(':result-format options:(human csv json)"');
  });
});
