import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { LEAN } from '../rig/command-process.ts';
import { root } from '../rig/rig.ts';

const NAME = 'applause';
const AS_WRITTEN = { verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true };

/** CONTRIBUTING.md, "Add a count service", done in a copy of the repository with a service that is nowhere else. */
describe('a new count service, by the five steps of CONTRIBUTING.md', () => {
  let copy = '';

  before(async () => {
    copy = await mkdtemp(join(tmpdir(), 'byline-contributing-'));
    for (const part of ['src', 'lib', 'test', 'messages', 'bin', 'package.json', 'oclif.manifest.json']) {
      await cp(join(root, part), join(copy, part), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  });

  after(() => rm(copy, { recursive: true, force: true }));

  it('has five steps', async () => {
    const text = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8');
    const section = text.split('## Add a count service')[1]?.split('\n## ')[0] ?? '';
    expect(section.match(/^\d\. /gm)).to.deep.equal(['1. ', '2. ', '3. ', '4. ', '5. ']);
    for (const place of [
      'test/wire/services/<name>/',
      'test/emulator/services/<name>.ts',
      'src/services/<name>.ts',
      'src/services/registry.ts',
      'npm run build',
    ]) {
      expect(section).to.contain(`\`${place}\``);
    }
  });

  it('is asked, read, and held to what holds for every service', async () => {
    // 1. to 3. Golden exchanges, the emulated service, and the service. The types of the fixture are checked with all others.
    await cp(join(root, 'test/fixtures', NAME), copy, { recursive: true });
    // 2. and 4. Their places in the lists.
    await addToList('test/emulator/services/services.ts', 'export const EMULATED: readonly EmulatedService[] = [');
    await addToList('src/services/registry.ts', 'export const definitions: readonly ServiceDefinition[] = [');
    // 5. Of the build what compiles; what it generates is generated from that.
    for (const name of [NAME, 'registry']) await compile(`services/${name}`);

    const options = ['--no-config', '--no-parallel', '--timeout', '30000', '--reporter', 'dot', '--grep', NAME];
    const tests = ['client', 'emulator', 'bytes'].map((test) => `test/wire/services/${test}.test.ts`);
    const tested = await run('node_modules/mocha/bin/mocha.js', ...options, ...tests);
    expect(tested.output).to.match(/[1-9]\d* passing/);
    expect(tested).to.include({ code: 0 });

    const listed = await run(...LEAN, 'bin/run.js', 'byline', 'list', 'services', '--json');
    const { result } = JSON.parse(listed.output) as { result: { name: string }[] };
    const entry = result.find(({ name }) => name === NAME);
    expect(entry).to.include({ kind: 'built-in', needs: 'endpoint', configured: false });
  }).timeout(120_000);

  async function addToList(path: string, opening: string): Promise<void> {
    const text = await readFile(join(copy, path), 'utf8');
    expect(text).to.contain(opening);
    const listed = text.replace(opening, `${opening}\n  ${NAME},`);
    await writeFile(join(copy, path), `import { ${NAME} } from './${NAME}.ts';\n${listed}`);
  }

  /** Writes to `lib/` what the compiler makes of a file, which it can from that file alone. */
  async function compile(name: string): Promise<void> {
    const text = await readFile(join(copy, 'src', `${name}.ts`), 'utf8');
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, ...AS_WRITTEN };
    await writeFile(join(copy, 'lib', `${name}.js`), ts.transpileModule(text, { compilerOptions }).outputText);
  }

  async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, args, {
      cwd: copy,
      env: { ...process.env, HOME: copy, NODE_V8_COVERAGE: '' },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  }
});
