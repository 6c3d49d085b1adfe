import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkCommand } from './check-command.ts';
import { commandsOf } from './shell.ts';
import { list, root } from './sources.ts';

/** What stands for a token of a message, by the flag before it; alone it is the flag that names a run. */
const VALUES: readonly [pattern: RegExp, value: string][] = [
  [/--job-id %s/, '--job-id 750000000000001AAA'],
  [/--run-id %s/, '--run-id 20261123T073015Z-4f2a1c'],
  [/--instance-url %s/, '--instance-url https://acme.my.salesforce.com'],
  [/--(\S+) %s/, '--$1 Value__c'],
  [/ %s/, ' --run-id 20261123T073015Z-4f2a1c'],
];

/** Commands that are named, as files are made for them or flags are theirs, and not offered to be typed as they stand. */
const NAMED = ['sf data update bulk', 'sf org login web', 'sf byline resume'];

/** The commands that messages offer, without an org and with one. */
function offered(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8').replace(/^# .*$/gm, '');
  const found = [...text.matchAll(/"(sf [a-z][^"]*)"/g)].map(([, command]) => command!);
  return found.filter((command) => !NAMED.includes(command));
}

describe('the commands that messages offer', () => {
  for (const path of list('messages/*.md').filter((one) => offered(one).length > 0)) {
    it(`${path}: can be typed as they stand, with an org named and with the default one`, async () => {
      for (const command of offered(path)) {
        const typed = VALUES.reduce((text, [pattern, value]) => text.replace(pattern, value), command);
        expect(typed).not.to.match(/%s|\.\.\.|…/);
        for (const org of ['', " --target-org 'my org'"]) {
          for (const words of commandsOf(typed.replaceAll('{org}', org))) await checkCommand(words);
        }
      }
    });
  }

  it('name the org where they need one', () => {
    const errors = readFileSync(join(root, 'messages/errors.md'), 'utf8');
    const orgless = [...errors.matchAll(/"(sf (?:org display|org list limits|sobject describe|byline sync)[^"]*)"/g)]
      .map(([, command]) => command!)
      .filter((command) => !command.includes('{org}'));
    expect(orgless).to.deep.equal([]);
  });
});
