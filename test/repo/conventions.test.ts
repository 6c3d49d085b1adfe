import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@oclif/core';
import type { SfCommand } from '@salesforce/sf-plugins-core';
import { expect } from 'chai';
import { EXIT_CODES } from '../../src/model/exit-codes.ts';
import { VARIABLES } from '../../src/report/help-sections.ts';
import { definitions } from '../../src/services/registry.ts';
import { settingsSchema } from '../../src/settings/settings.ts';
import { countTokens, findUses, readBundles, type Use } from './messages.ts';
import { list, root } from './sources.ts';

/** The short letters that the commands of the official plugins have taught everybody, and no others. */
const LETTERS: Readonly<Record<string, string>> = {
  'target-org': 'o',
  wait: 'w',
  'job-id': 'i',
  file: 'f',
  sobject: 's',
  'result-format': 'r',
  'output-dir': 'd',
};

/** SfCommand gives these to every command, or they are of another age. */
const NOT_OURS = ['json', 'flags-dir', 'loglevel'];

type CommandClass = Command.Class & Pick<typeof SfCommand, 'errorCodes' | 'envVariablesSection'>;

const bundles = readBundles();

for (const path of list('src/commands/**/*.ts')) {
  const id = path.replace(/^src\/commands\/|\.ts$/g, '').replaceAll('/', ' ');

  describe(`conventions: ${id}`, () => {
    let command: CommandClass;
    let flags: [string, Command.Flag.Any][];

    before(async () => {
      ({ default: command } = (await import(join(root, path))) as { default: CommandClass });
      flags = Object.entries(command.flags);
    });

    it('has a summary of one line that ends with a full stop and fits 80 columns, and a description', () => {
      expect(command.summary).to.match(/^[A-Z][^\n]{0,78}\.$/);
      expect(command.description).to.match(/\.$/);
    });

    it('has examples, each a line that says what for and commands with flags there are', () => {
      const known = [...flags.map(([name]) => `--${name}`), ...flags.map(([, { char }]) => `-${char}`), '--json'];
      expect(command.examples).to.be.an('array').that.is.not.empty;
      for (const example of command.examples as string[]) {
        expect(example).to.match(/^[A-Z][^\n]*:\n[^\n]*<%= config\.bin %> <%= command\.id %>/);
        expect(known).to.include.members(example.match(/(?<=\s)--?[a-z][a-z-]*/g) ?? []);
      }
    });

    it('has a summary for every flag, and a name in kebab-case', () => {
      for (const [name, flag] of flags) {
        expect(name).to.match(/^[a-z]+(-[a-z]+)*$/);
        // core describes its own flag --api-version in its description.
        expect(flag.summary ?? flag.description, name).to.be.a('string').that.is.not.empty;
      }
    });

    it('has the short letters everybody knows, and no others', () => {
      const letters = Object.fromEntries(flags.map(([name, { char }]) => [name, char]));
      expect(letters).to.deep.equal(Object.fromEntries(flags.map(([name]) => [name, LETTERS[name]])));
    });

    it('defines no flag that is not its own', () => {
      expect(flags.map(([name]) => name).filter((name) => NOT_OURS.includes(name))).to.deep.equal([]);
    });

    it('names its exit codes and the environment variables it heeds in --help', () => {
      expect(command.errorCodes).to.include({ header: 'ERROR CODES' });
      expect(command.envVariablesSection).to.include({ header: 'ENVIRONMENT VARIABLES' });
    });

    it('has a message file of its own', () => {
      expect([...bundles.keys()]).to.include(id.replaceAll(' ', '.'));
    });
  });
}

describe('conventions: messages', () => {
  let uses: Use[];
  before(function () {
    this.timeout(120_000);
    uses = findUses();
  });

  it('every message asked for is there', () => {
    const missing = uses.flatMap(({ place, bundle, keys }) =>
      (keys ?? []).filter((key) => !bundles.get(bundle)?.has(key)).map((key) => `${place}: ${bundle}: ${key}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it('every message there is asked for', () => {
    // Of these two only the running program knows which; it goes through all of them.
    const unknown = uses.filter(({ keys }) => keys === null).map(({ bundle }) => bundle);
    expect(unknown).to.deep.equal(['exit-codes', 'environment']);
    const asked = new Map(
      [...Map.groupBy(uses, ({ bundle }) => bundle)].map(([bundle, some]) => [bundle, keysOf(some)]),
    );
    const unused = [...bundles].flatMap(([bundle, messages]) => {
      const keys = asked.get(bundle);
      return keys === null
        ? []
        : [...messages.keys()].filter((key) => !keys?.has(key)).map((key) => `${bundle}: ${key}`);
    });
    expect(unused).to.deep.equal([]);
  });

  it('every message is given as many tokens as it takes', () => {
    const wrong = uses.flatMap(({ place, bundle, keys, tokens }) =>
      (keys ?? []).flatMap((key) => {
        const message = bundles.get(bundle)?.get(key);
        const takes = countTokens(message ?? []);
        return !message || tokens === null || tokens === takes
          ? []
          : [`${place}: ${key} takes ${takes}, is given ${tokens}`];
      }),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('every error says what to do next', () => {
    const errors = bundles.get('errors')!;
    const keys = [...errors.keys()].filter((key) => !key.endsWith('.actions'));
    expect(keys.filter((key) => !errors.has(`${key}.actions`))).to.deep.equal([]);
  });

  it('every summary ends with a full stop', () => {
    const summaries = [...bundles.values()].flatMap((messages) =>
      [...messages].filter(([key]) => key.endsWith('summary')),
    );
    expect(summaries.filter(([, [text]]) => !text?.endsWith('.')).map(([key]) => key)).to.deep.equal([]);
  });
});

describe('conventions: README and reference', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const reference = readFileSync(join(root, 'docs/reference.md'), 'utf8');
  const rowsOf = (heading: string, page = reference): string[][] => {
    const section = page.split(new RegExp(`^#+ ${heading}$`, 'm'))[1] ?? '';
    const [table = ''] = /^\|.*?(?=\n\n)/ms.exec(section) ?? [];
    const rows = table.split('\n').slice(2);
    return rows.map((row) => row.slice(2, -2).split(' | '));
  };
  const texts = bundles.get('exit-codes')!;
  const snapshot = JSON.parse(readFileSync(join(root, 'command-snapshot.json'), 'utf8')) as {
    command: string;
    flags: string[];
  }[];

  it('shows the exit codes as --help does', () => {
    const table = Object.entries(EXIT_CODES).map(([name, code]) => [String(code), texts.get(name)?.[0]]);
    expect([...texts.keys()]).to.deep.equal(Object.keys(EXIT_CODES));
    expect(rowsOf('Exit codes')).to.deep.equal(table);
  });

  it('shows the environment variables --help does', () => {
    const named = rowsOf('Environment variables').flatMap(([names]) => names!.match(/(?<=`)[^`, ]+(?=`)/g));
    expect(named).to.have.members(Object.keys(VARIABLES));
  });

  it('shows every command', () => {
    const names = rowsOf('Commands').map(([name]) => /^`sf ([a-z ]+[a-z])/.exec(name!)?.[1]);
    expect(names).to.have.members(snapshot.map(({ command }) => command.replaceAll(':', ' ')));
  });

  it('names no flag that is not there', () => {
    const named = [...reference.matchAll(/(?<=^\| `.*)--[a-z-]+/gm)].map(([flag]) => flag.slice(2));
    expect(snapshot.flatMap(({ flags }) => flags)).to.include.members(named);
  });

  it('shows every service', () => {
    expect(rowsOf('Services', readme).map(([name]) => name)).to.have.members(
      definitions.map(({ name }) => `\`${name}\``),
    );
  });

  it('shows every setting', () => {
    const named = rowsOf('Settings').flatMap(([keys]) => keys!.match(/\w+/g));
    expect(named).to.have.members(Object.keys(settingsSchema.shape).filter((key) => key !== '$schema'));
  });
});

/** The keys some uses ask for; `null` where that cannot be told. */
function keysOf(uses: readonly Use[]): Set<string> | null {
  return uses.some(({ keys }) => keys === null) ? null : new Set(uses.flatMap(({ keys }) => keys ?? []));
}
