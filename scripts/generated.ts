import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Config, Plugin, settings } from '@oclif/core';
import { createGenerator } from 'ts-json-schema-generator';
import ts from 'typescript';
import { settingsSchema } from '../src/settings/settings.ts';
import { z } from '../src/zod.ts';
import { list } from '../test/repo/sources.ts';
import { errorsPage, type Schema, settingsPage } from './generated-docs.ts';

const root = join(import.meta.dirname, '..');

// oclif loads the snapshot plugin, a dev plugin, only in development; the commands come from lib all the same.
process.env['NODE_ENV'] = 'development';
settings.enableAutoTranspile = false;

/**
 * Everything in the repository that is generated from the code, by path: the manifest, the command snapshot, the schema
 * of each command's JSON, that of the settings file, the pages about settings and errors, and the command reference. Needs a built `lib`.
 */
export async function generateAll(): Promise<Map<string, string>> {
  // Draft 7 is what every editor understands.
  const settingsJson = z.toJSONSchema(settingsSchema, { io: 'input', target: 'draft-7' });
  const files = new Map([
    ['oclif.manifest.json', await generateManifest()],
    ['schemas/settings.json', toJson(settingsJson)],
    ['docs/settings.md', settingsPage(settingsJson as Schema)],
    ['docs/errors.md', errorsPage()],
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'byline-generated-'));
  try {
    const config = await Config.load({ root, ignoreManifest: true });
    await config.runCommand('snapshot:generate', ['--filepath', join(folder, 'command-snapshot.json')]);
    files.set('command-snapshot.json', await readJson(join(folder, 'command-snapshot.json')));
    for (const [path, text] of generateSchemas()) files.set(path, text);
    for (const [path, text] of await generateCommands(folder)) files.set(path, text);
  } finally {
    await rm(folder, { recursive: true });
  }
  return files;
}

/** The schema of what each command prints under `--json`: of the type its `run` promises. */
function generateSchemas(): [path: string, text: string][] {
  // By the generator of oclif's "schema:generate", which comes with it; that compiles everything again for each command.
  const paths = list('src/commands/**/*.ts');
  const generator = createGenerator({ tsProgram: programOf(paths), skipTypeCheck: true });
  return paths.map((path) => {
    const [, type] = /\basync run\(\): Promise<(\w+)>/.exec(readFileSync(join(root, path), 'utf8')) ?? [];
    if (type === undefined) throw new Error(`${path} does not say what it returns`);
    const name = path.replace(/^src\/commands\/(.*)\.ts$/, '$1').replaceAll('/', '-');
    return [`schemas/${name}.json`, toJson(generator.createSchema(type))];
  });
}

/** These files and those of ours they import. Results have nothing from packages, which are most of what there is to parse. */
function programOf(paths: readonly string[]): ts.Program {
  const options = { target: ts.ScriptTarget.ES2023, lib: ['lib.es2023.d.ts'], types: [] };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => ({
      resolvedModule: text.startsWith('.')
        ? { resolvedFileName: join(dirname(from), text), extension: ts.Extension.Ts }
        : undefined,
    }));
  return ts.createProgram(
    paths.map((path) => join(root, path)),
    options,
    host,
  );
}

/** The tool takes a usage of our own for the name of its command, in the contents and in the heading. */
const withPlainHeadings = (text: string): string =>
  text
    .replace(/\[`sf byline:(\w+) [^`]*`\]\([^)]*\)/g, '[`sf byline $1`](#sf-byline-$1)')
    .replace(/^## `sf byline:(\w+) .*`$/gm, '## `sf byline $1`');

/** The command reference and the part of the README that links to it, as oclif's own tool writes them into `folder`. */
async function generateCommands(folder: string): Promise<[path: string, text: string][]> {
  await copyFile(join(root, 'README.md'), join(folder, 'README.md'));
  // The tool takes the folder as one below the plugin's, and links to it as it is named.
  const there = relative(root, folder);
  const targets = ['--readme-path', join(folder, 'README.md'), '--output-dir', join(there, 'docs/commands')];
  const command = [join(root, 'node_modules/oclif/bin/run.js'), 'readme', '--multi', ...targets];
  await promisify(execFile)(process.execPath, command, { cwd: root });
  const read = async (path: string): Promise<[string, string]> => [
    path,
    withPlainHeadings((await readFile(join(folder, path), 'utf8')).replaceAll(`${there}/`, '')),
  ];
  return Promise.all(['README.md', 'docs/commands/byline.md'].map(read));
}

/** What `oclif manifest` writes: the commands and their flags, so that the CLI can list them without loading them. */
async function generateManifest(): Promise<string> {
  const plugin = new Plugin({
    root,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  return toJson(plugin.manifest);
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const readJson = async (path: string): Promise<string> => toJson(JSON.parse(await readFile(path, 'utf8')));
