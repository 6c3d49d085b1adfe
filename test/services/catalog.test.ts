import { expect } from 'chai';
import { catalog } from '../../src/services/catalog.ts';
import { presets } from '../../src/services/presets.ts';
import { definitions } from '../../src/services/registry.ts';

describe('catalog', () => {
  const settings = {
    facebook: { tokenEnv: 'BYLINE_TOKEN' },
    plausible: { site: 'example.com', keyEnv: 'BYLINE_TOKEN', endpoint: 'https://elsewhere.example' },
    ours: { type: 'json', preset: 'lemmy' },
    x: { tokenEnv: 'BYLINE_X' },
  };
  const entries = catalog(settings, { BYLINE_TOKEN: 'a-token' });
  const entry = (name: string): object | undefined => entries.find((one) => one.name === name);

  it('lists every service and preset once', () => {
    const names = entries.map(({ name }) => name);
    const all = [
      ...definitions.map(({ name }) => name).filter((name) => name !== 'json'),
      'ours',
      ...Object.keys(presets),
    ];
    expect(names).to.have.members(all);
    expect(names).to.have.lengthOf(all.length);
  });

  const rows: readonly [name: string, expected: object][] = [
    [
      'hackernews',
      { kind: 'built-in', needs: null, configured: true, problem: null, closedSince: null, verified: true },
    ],
    ['facebook', { configured: true, problem: null, unbound: false }],
    ['plausible', { configured: false, unbound: true }],
    ['x', { configured: false, problem: 'The service "x" needs the environment variable BYLINE_X, which is not set.' }],
    ['twitter', { configured: false, closedSince: '2015-11-20' }],
    ['ours', { kind: 'own', configured: false, problem: 'The service "ours" needs "endpoint" in its settings.' }],
    ['tumblr', { kind: 'preset', configured: false, verified: false }],
  ];
  for (const [name, expected] of rows) it(name, () => expect(entry(name)).to.include(expected));
});
