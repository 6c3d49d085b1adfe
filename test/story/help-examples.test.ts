import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { BYLINE } from '../emulator/org/data/objects.ts';
import { commandsOf } from '../repo/shell.ts';
import { insertArticles, urlOf } from '../rig/articles.ts';
import { LEAN } from '../rig/command-process.ts';
import { Rig, root } from '../rig/rig.ts';
import type { ExampleEnd } from '../rig/run-examples.ts';

const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { readonly id: string; readonly examples: readonly string[] }>;
};

/** The commands of an example as they are typed, without the programs that feed them. */
function typed({ id, examples }: { id: string; examples: readonly string[] }): string[][] {
  const text = examples.flatMap((example) => example.split('\n').slice(1)).join('\n');
  const script = text.replaceAll('<%= config.bin %>', 'sf').replaceAll('<%= command.id %>', id.replaceAll(':', ' '));
  return commandsOf(script)
    .filter(([program]) => program === 'sf')
    .map((words) => words.slice(1));
}

const SYNC = ['byline', 'sync', '--target-org', 'my-org', '--config-file', 'byline.json', '--all'];

/** What is run before each example of a command; a run to show there is from the beginning. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  'byline:resume': [...SYNC, '--async'],
  'byline:undo': SYNC,
};

describe('the examples of --help', () => {
  it('can all be run unchanged', async () => {
    const fields = [...BYLINE.fields, { name: 'Points__c', type: 'double' } as const];
    await using rig = await Rig.start({ objects: [{ ...BYLINE, fields }] });
    insertArticles(rig, 12, { Published_Date__c: new Date().toISOString().slice(0, 10) });
    await rig.write('.sfdx/alias.json', { orgs: { 'my-org': rig.org.username } });
    await rig.settings();
    // Examples without a settings file go by the project, so that nothing outside is asked.
    const { hackernews, hatena } = rig.services.settings();
    await rig.write('sfdx-project.json', { plugins: { byline: { services: { hackernews, hatena } } } });
    const urls = [urlOf(1), urlOf(2)].join('\n');
    await rig.write('urls.txt', urls);

    const examples = Object.values(commands).flatMap((command) =>
      typed(command).flatMap((words) => [...(BEFORE[command.id] ? [BEFORE[command.id]!] : []), words]),
    );
    const lines = [SYNC, ...examples];
    expect(lines.length).to.be.greaterThan(20);
    const list = await rig.write('examples.json', lines);
    const runner = join(root, 'test/rig/run-examples.ts');
    const ended = await rig.exec(process.execPath, [...LEAN, runner, list], urls);
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    const ends = JSON.parse(await readFile(`${list}.ends`, 'utf8')) as ExampleEnd[];
    expect(ends).to.have.length(lines.length);
    expect(ends.filter(({ code, error }) => code !== 0 || error !== null)).to.deep.equal([]);
    expect(ended.stdout).to.contain('Dry run: nothing was written to the org.');
    expect(await readFile(join(rig.home, 'run.html'), 'utf8')).to.match(/^<!doctype html>/i);
  });
});
