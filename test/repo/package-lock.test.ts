import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './sources.ts';

type Locked = { readonly resolved?: string; readonly hasInstallScript?: boolean };

describe('the lock file', () => {
  const { packages: locked } = readJson<{ packages: Record<string, Locked> }>('package-lock.json');

  it('leaves the registry to the user', () => {
    expect(Object.entries(locked).filter(([, entry]) => entry.resolved !== undefined)).to.deep.equal([]);
  });

  it('has no dependency with an install script of which package.json does not say whether it may run', () => {
    const { allowScripts } = readJson<{ allowScripts: object }>('package.json');
    const scripted = Object.keys(locked).filter((path) => locked[path]?.hasInstallScript);
    expect(Object.keys(allowScripts)).to.have.members(scripted.map((path) => path.replace(/^.*node_modules\//, '')));
  });
});

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}
