import { expect } from 'chai';
import { diagnoseServices } from '../../src/hooks/diagnose-services.ts';

/** A host that no name server knows (RFC 6761, section 6.4). */
const HOST = 'plausible.invalid';
const SECRET = 'k7Qz-29xv-Plausible';

describe('sf doctor on services', () => {
  const settings = {
    fields: {},
    services: { plausible: { endpoint: `https://${HOST}`, site: 'example.com', keyEnv: 'BYLINE_PLAUSIBLE_KEY' } },
  };
  const env = { BYLINE_PLAUSIBLE_KEY: SECRET };

  it('warns of a secret and a host that the environment has not brought together, and asks the host nothing', async () => {
    const [diagnosis, ...others] = await diagnoseServices(settings, env);
    expect(others, 'whether it can be reached').to.deep.equal([]);
    expect(diagnosis).to.include({ name: 'plausible is set up', status: 'warn' });
    expect(diagnosis!.suggestions).to.have.length(1);
    expect(diagnosis!.suggestions[0])
      .to.include(
        `"plausible" would send the secret in BYLINE_PLAUSIBLE_KEY to ${HOST}, a host it is not known to be for`,
      )
      .and.to.include(`set BYLINE_PLAUSIBLE_KEY_HOSTS=${HOST} in the environment`)
      .and.not.to.include(SECRET);
  });

  it('has nothing to say of one that it has', async () => {
    const agreed = { ...env, BYLINE_PLAUSIBLE_KEY_HOSTS: `other.example.com, ${HOST}` };
    const [diagnosis] = await diagnoseServices(settings, agreed);
    expect(diagnosis).to.deep.equal({ name: 'plausible is set up', status: 'pass', suggestions: [] });
  });
});
