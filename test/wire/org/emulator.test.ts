import { expect } from 'chai';
import { KNOWN_FAULTS, knownFault } from '../../emulator/org/known-faults.ts';
import { startOrg } from '../../emulator/org/org.ts';
import { pattern } from '../services/placeholders.ts';
import { readOrgExchanges } from './exchanges.ts';

describe('the emulated org answers as orgs did', () => {
  for (const { name, given, exchanges } of readOrgExchanges()) {
    if (!given) continue;
    it(name, async () => {
      const [exchange] = exchanges;
      if (!exchange) throw new Error('no exchange');
      const org = await startOrg();
      try {
        const fault = KNOWN_FAULTS.find((known) => known === given.fault);
        if (fault) org.faults.tell(given.kind, knownFault(fault, given.kind));
        const { method, target, body, status, replyBody } = exchange;
        const headers = { authorization: `Bearer ${org.accessToken()}`, 'x-sfdc-session': org.accessToken() };
        const reply = await fetch(org.url + target, { method, headers, ...(body === '' ? {} : { body }) });
        expect((await reply.text()).trim()).to.match(pattern(replyBody, {}));
        expect(reply.status).to.equal(status);
      } finally {
        await org.close();
      }
    });
  }
});
