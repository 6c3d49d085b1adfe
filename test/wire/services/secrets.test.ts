import { expect } from 'chai';
import { EMULATED } from '../../emulator/services/services.ts';
import { articles, rigged, serviceNames } from './rig.ts';

describe('a secret stays between the product and its service', () => {
  for (const { name, env = {}, settings } of EMULATED) {
    if (!serviceNames.includes(name)) continue;
    it(
      `${name}: is in no reason, whatever the service says back`,
      rigged(async ({ emulator, lookUp }) => {
        const inUse = Object.entries(env).filter(([variable]) => JSON.stringify(settings('')).includes(variable));
        const values = inUse.flatMap(([, value]) => [value, encodeURIComponent(value)]);
        const body = `access denied for ${values.join(' and ')} \u001b[31m\n${'x'.repeat(500)}`;
        emulator.faults.tell(name, { fault: 'status', status: 403, body }, { times: Infinity });
        const run = lookUp([name]);
        const readings = await run.lookUp(articles(2));
        const said = JSON.stringify([readings.get(name), run.tallies()]);
        for (const value of values) expect(said).to.not.include(value);
        for (const reading of readings.get(name) ?? []) {
          expect(reading)
            .to.have.property('reason')
            .that.matches(/^[^\p{C}]{5,260}$/u);
        }
      }),
    );

    it(
      `${name}: goes to no other host`,
      rigged(async ({ emulator, lookUp }) => {
        const headers = { location: `${emulator.url}/elsewhere` };
        emulator.faults.tell(name, { fault: 'status', status: 302, headers }, { times: Infinity });
        const readings = await lookUp([name]).lookUp(articles(2));
        expect(readings.get(name)?.map(({ state }) => state)).to.deep.equal(['failed', 'failed']);
        expect(emulator.log.count('index')).to.equal(0);
      }),
    );
  }
});
