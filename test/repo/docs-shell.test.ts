import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkCommand } from './check-command.ts';
import { commandsOf } from './shell.ts';
import { list, root } from './sources.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', ...list('docs/**/*.md'), ...list('examples/**/*.md')];

/** What stands for something in a command of a page. */
const PLACEHOLDERS: readonly [pattern: RegExp, value: string][] = [
  [/750…/g, '750000000000001AAA'],
  [/ …/g, ''],
];

type Block = { readonly page: string; readonly line: number; readonly text: string };

/** A page's blocks of shell. */
function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```(?:sh|bash)\n(.*?)^```/gms)].map((found) => ({
    page,
    line: text.slice(0, found.index).split('\n').length,
    text: found[1]!,
  }));
}

/** The commands with flags that a page names within its sentences and tables; a usage, with its choices, is none. */
function inlineOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/^```.*?^```/gms, '');
  return [...text.matchAll(/`(sf [^`]*--[^`]*)`/g)]
    .map(([, command]) => command!.replaceAll('\n', ' '))
    .filter((command) => !command.includes(' | '));
}

describe('shell in the documentation', () => {
  for (const block of PAGES.flatMap(blocksOf)) {
    it(`${block.page}:${block.line}: bash can read it, and knows what it runs`, async function () {
      if (process.platform !== 'win32') {
        const { status, stderr } = spawnSync('bash', ['-n'], { input: block.text, encoding: 'utf8' });
        expect(status, stderr).to.equal(0);
      }
      for (const words of commandsOf(block.text)) await checkCommand(words);
    });
  }

  for (const page of PAGES.filter((path) => inlineOf(path).length > 0)) {
    it(`${page}: the commands in its sentences are right`, async () => {
      for (const command of inlineOf(page)) {
        const plain = PLACEHOLDERS.reduce((text, [pattern, value]) => text.replace(pattern, value), command);
        for (const words of commandsOf(plain)) await checkCommand(words);
      }
    });
  }
  const wrong = [
    'sf byline sync --dryrun',
    'sf byline sync --batch-size 0',
    'sf byline sync --save-plan plan.jsonl',
    'sf byline resume --use-most-recent --job-id 750000000000001AAA',
    'sf byline report nothing --list',
    'sf org login jtw --username me@example.com',
    'sf org login jwt --user-name me@example.com',
    'test -f x || curl https://example.com',
  ];
  for (const script of wrong) {
    it(`would find what is wrong with: ${script}`, async () => {
      const checks = await Promise.allSettled(commandsOf(script).map(checkCommand));
      expect(checks.map(({ status }) => status)).to.include('rejected');
    });
  }

  it('takes a script apart as bash would', () => {
    const script = `# a comment's quote
if ! A=1 sf byline sync --where 'a = "b"' "$FILE" \\
  --limit 5 > out.txt 2>&1; then echo "it's \${NAME:-x}#1"; fi | tee log && sf byline report --list #end`;
    expect(commandsOf(script, { FILE: 'a b' })).to.deep.equal([
      ['sf', 'byline', 'sync', '--where', 'a = "b"', 'a b', '--limit', '5'],
      ['echo', "it's value#1"],
      ['fi'],
      ['tee', 'log'],
      ['sf', 'byline', 'report', '--list'],
    ]);
  });
});
