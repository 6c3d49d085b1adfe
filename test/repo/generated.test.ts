import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { LEAN } from '../rig/command-process.ts';
import { list, root } from './sources.ts';

/** What `npm run build` writes into the repository. */
const GENERATED = [
  ...['oclif.manifest.json', 'command-snapshot.json', 'schemas/*.json'],
  ...['docs/settings.md', 'docs/errors.md', 'docs/commands/*.md', 'README.md'],
];

describe('generated files are those the code generates; if not, "npm run build" writes them', () => {
  let folder: string;

  // In a process of its own, as it works in oclif's development mode; without coverage, which would slow it down.
  before(async function () {
    this.timeout(120_000);
    folder = await mkdtemp(join(tmpdir(), 'byline-fresh-'));
    const env = { ...process.env, NODE_V8_COVERAGE: '' };
    const command = [...LEAN, 'scripts/generate.ts', '--check', folder];
    await promisify(execFile)(process.execPath, command, { cwd: root, env });
  });
  after(() => rm(folder, { recursive: true }));

  it('none is missing and none is left over', () => {
    const fresh = globSync('**/*.{json,md}', { cwd: folder }).map((path) => path.split(sep).join('/'));
    expect(GENERATED.flatMap(list)).to.have.members(fresh);
  });

  for (const path of GENERATED.flatMap(list)) {
    it(path, async () => {
      const [ours, fresh] = await Promise.all([root, folder].map((place) => readFile(join(place, path), 'utf8')));
      if (path.endsWith('.md')) expect(ours).to.equal(fresh);
      else expect(JSON.parse(ours!)).to.deep.equal(JSON.parse(fresh!));
    });
  }
});
