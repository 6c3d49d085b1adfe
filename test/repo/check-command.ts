import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Flags, Parser } from '@oclif/core';
import { expect } from 'chai';
import type { ShellCommand } from './shell.ts';
import { root } from './sources.ts';

/** Programs that are no `sf`: there on every machine, or checked elsewhere (npm scripts with the links). */
const OTHERS = ['cd', 'cp', 'echo', 'export', 'git', 'mkdir', 'npm'];

/** Fails where the command does not exist, or would not take these words. */
export async function checkCommand([program = '', ...words]: ShellCommand): Promise<void> {
  if (program !== 'sf') return void expect(OTHERS, program).to.include(program);
  if (words[0] === 'byline') return checkOurs(words.slice(1));
  checkOfficial(words);
}

/** Lets oclif's own parser read the words: flags, their values, and which of them exclude each other. */
async function checkOurs(words: readonly string[]): Promise<void> {
  const nested = words[0] === 'list' ? 2 : 1;
  const path = words.slice(0, nested).join('/');
  const { default: command } = (await import(join(root, 'src/commands/byline', `${path}.ts`))) as {
    default: Command.Class;
  };
  const { args, strict = true, baseFlags } = command;
  // An org is looked up while its flag is read, and here is none.
  const org = { 'target-org': Flags.string({ char: 'o' }), 'api-version': Flags.string() };
  const flags = { ...baseFlags, ...command.flags, ...org };
  try {
    await Parser.parse([...words.slice(nested)], { args, flags: flags as never, strict });
  } catch (error) {
    throw new Error(`sf byline ${words.join(' ')}: ${(error as Error).message}`, { cause: error });
  }
}

type Manifest = {
  readonly commands: Record<
    string,
    { readonly flags: Record<string, { char?: string; allowNo?: boolean; required?: boolean }> }
  >;
};

const manifests = globSync('node_modules/@{salesforce,oclif}/plugin-*/oclif.manifest.json', { cwd: root })
  .map((path) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest)
  .flatMap(({ commands }) => Object.entries(commands));

/** Looks a command of the CLI and its flags up in the manifests of the CLI's plugins. */
function checkOfficial(words: readonly string[]): void {
  const text = `sf ${words.join(' ')}`;
  const found = manifests.filter(([id]) => ` ${words.join(' ')} `.startsWith(` ${id.replaceAll(':', ' ')} `));
  const [, command] = found.sort(([one], [other]) => other.length - one.length)[0] ?? [];
  expect(command, `${text}: no such command`).to.be.an('object');
  const known = Object.entries(command!.flags).flatMap(([name, { char, allowNo }]) => [
    ...[`--${name}`, `-${char}`],
    ...(allowNo ? [`--no-${name}`] : []),
  ]);
  expect(known, text).to.include.members(words.filter((word) => /^--?[a-z]/.test(word)));
  // There may be a default org.
  const required = Object.entries(command!.flags).filter(([name, flag]) => flag.required && name !== 'target-org');
  expect(
    required.filter(([name, { char }]) => !words.includes(`--${name}`) && !words.includes(`-${char}`)),
    text,
  ).to.deep.equal([]);
}
