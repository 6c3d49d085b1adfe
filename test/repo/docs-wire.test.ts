import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { recordSync } from '../rig/recording.ts';
import { root } from './sources.ts';

describe('docs/wire.md', () => {
  it('shows what a sync sends and gets; if not, "npm run docs" writes it anew', async () => {
    const page = readFileSync(join(root, 'docs/wire.md'), 'utf8');
    const shown = [...page.matchAll(/^```http\n(.*?)\n```/gms)].map(([, exchange]) => exchange!);
    expect(shown).to.deep.equal(await recordSync());
  });
});
