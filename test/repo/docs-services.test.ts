import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { presets } from '../../src/services/presets.ts';
import { createServices, definitions } from '../../src/services/registry.ts';
import { createSecrets } from '../../src/services/secrets.ts';
import { settingsSchema } from '../../src/settings/settings.ts';
import { KEY_FILE } from '../emulator/services/google.ts';
import { root } from './sources.ts';

const PAGE = readFileSync(join(root, 'docs/services.md'), 'utf8');

/** The blocks of JSON in a text. */
const settingsIn = (text: string): unknown[] =>
  [...text.matchAll(/^```json\n(.*?)^```/gms)].map(([, block]) => JSON.parse(block!) as unknown);

describe('docs/services.md', () => {
  const sections = new Map(
    PAGE.split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  );

  it('has a section for each service, in the order of the registry', () =>
    expect([...sections.keys()]).to.deep.equal(definitions.map(({ name }) => name)));

  for (const { name, closed } of definitions) {
    it(`${name}: its settings make services that can be asked`, () => {
      const section = sections.get(name) ?? '';
      const blocks = settingsIn(section);
      expect(blocks).to.not.be.empty;
      for (const block of blocks) {
        const { fields = {}, services = {} } = settingsSchema.parse(block);
        const named = [...JSON.stringify(block).matchAll(/"(BYLINE_\w+)"/g)].map(([, variable]) => variable!);
        const env = Object.fromEntries(
          named.flatMap((variable) => [
            [variable, variable.includes('GOOGLE') ? KEY_FILE : 'a-secret'],
            [`${variable}_HOSTS`, hostsIn(block)],
          ]),
        );
        const made = createServices(Object.keys(fields), services, createSecrets(env));
        expect(made.map((service) => service.notCumulative)).to.deep.equal(made.map(() => undefined));
        const kinds = Object.keys(fields).map((key) => (services[key] as { type?: string } | undefined)?.type ?? key);
        expect(new Set(kinds)).to.deep.equal(new Set([name]));
      }
      if (closed) expect(section).to.match(new RegExp(`gone since (${closed.since.slice(0, 10)}|May 2019)`));
    });
  }

  it('shows every preset as it is', () => {
    const rows = (sections.get('json') ?? '').split('\n').filter((line) => line.startsWith('| `'));
    const expected = Object.entries(presets).map(
      ([name, { summary, needs, verified }]) =>
        `| \`${name}\` | ${summary} | ${needs === '' ? '' : `${needs} `}| ${verified ? 'yes' : 'no'} |`,
    );
    expect(rows).to.deep.equal(expected);
  });
});

/** The hosts of all addresses in a block of settings, as a variable lists them. */
const hostsIn = (block: unknown): string =>
  [...JSON.stringify(block).matchAll(/https?:\/\/([^/"?#]+)/g)].map(([, host]) => host).join(',');
