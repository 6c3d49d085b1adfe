import { Flags, Parser } from '@oclif/core';
import { expect } from 'chai';
import { definitions } from '../../src/services/registry.ts';
import { SERVICE_NAMES } from '../../src/services/service-names.ts';
import { offeredServices } from '../../src/settings/service-completions.ts';

describe('services for shell completion', () => {
  it('are all there are', () => {
    expect(SERVICE_NAMES).to.deep.equal(definitions.map(({ name }) => name));
  });

  it('are listed for completion, and others are taken as well', async () => {
    const service = Flags.string({ multiple: true, options: offeredServices() });
    expect(JSON.parse(JSON.stringify(service.options)))
      .to.include.members(['facebook', 'twitter'])
      .and.not.include('json');
    const { flags } = await Parser.parse(['--service', 'facebook', '--service', 'reads'], { flags: { service } });
    expect(flags.service).to.deep.equal(['facebook', 'reads']);
  });
});
