import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { list, root } from './sources.ts';

type Packed = { readonly files: readonly { readonly path: string }[] };

type Locked = { readonly resolved?: string; readonly hasInstallScript?: boolean };

describe('the package', () => {
  const { packages: locked } = readJson<{ packages: Record<string, Locked> }>('package-lock.json');

  it('holds what a user needs, and nothing else', function () {
    this.timeout(60_000);
    const compiled = list('src/**/*.ts').map((path) => path.replace(/^src\/(.*)\.ts$/, 'lib/$1'));
    const wanted = [
      ...compiled.flatMap((path) => [`${path}.js`, `${path}.js.map`]),
      ...list('messages/*.md'),
      ...list('schemas/*.json'),
      'oclif.manifest.json',
      'package.json',
      'README.md',
      'LICENSE',
    ];
    const packed = packedFiles();
    expect(wanted.filter((path) => !packed.includes(path))).to.deep.equal([], 'missing');
    expect(packed.filter((path) => !wanted.includes(path))).to.deep.equal([], 'too much');
  });

  it('is installed from a lock file that leaves the registry to the user', () => {
    expect(Object.entries(locked).filter(([, entry]) => entry.resolved !== undefined)).to.deep.equal([]);
  });

  it('says of every dependency with an install script whether it may run', () => {
    const { allowScripts } = readJson<{ allowScripts: object }>('package.json');
    const scripted = Object.keys(locked).filter((path) => locked[path]?.hasInstallScript);
    expect(Object.keys(allowScripts)).to.have.members(scripted.map((path) => path.replace(/^.*node_modules\//, '')));
  });
});

function packedFiles(): string[] {
  const onWindows = process.platform === 'win32';
  const { stdout, stderr } = spawnSync(
    onWindows ? 'npm.cmd' : 'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts'],
    {
      cwd: root,
      encoding: 'utf8',
      shell: onWindows,
    },
  );
  expect(stdout, stderr).to.match(/^\[/);
  return (JSON.parse(stdout) as Packed[])[0]!.files.map(({ path }) => path);
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}
