import { expect } from 'chai';
import { createDispatcher } from '../../../src/http/send-request.ts';
import { RequestCounter } from '../../../src/http/request-counter.ts';
import { BulkClient } from '../../../src/salesforce/bulk-client.ts';
import { OrgSession } from '../../../src/salesforce/session.ts';
import { toKnownError } from '../../../src/process/known-error.ts';
import { replay } from '../services/replay.ts';
import { CALLS } from './calls.ts';
import { readOrgExchanges } from './exchanges.ts';

describe('our clients make of what orgs answered what they should', () => {
  const dispatcher = createDispatcher();
  after(() => dispatcher.close());

  for (const { name, provenance, calls, gives, throws, advises, never, exchanges } of readOrgExchanges()) {
    it(name, async () => {
      expect(provenance).to.match(/^# (recorded|documented|guessed): \S/);
      const played = await replay(exchanges, {});
      using counter = new RequestCounter(played.url);
      const connection = {
        ...{ accessToken: 'one', instanceUrl: played.url, version: '64.0', getUsername: () => 'editor@byline.example' },
        refreshAuth: () => Promise.resolve(void (connection.accessToken = 'another')),
      };
      const session = new OrgSession({
        ...{ connection, dispatcher, counter, now: Date.now, random: () => 0, wait: () => Promise.resolve() },
      });
      try {
        const call = CALLS[calls]!(session, new BulkClient(session, 'Byline__c'), new AbortController().signal);
        if (throws) {
          const error = toKnownError(await call.then(() => 'nothing was thrown', (thrown: unknown) => thrown));
          const advice = (error.actions ?? []).join('\n');
          expect(`${error.name} ${error.message}`).to.include(`${throws.name} `).and.to.include(throws.text);
          for (const part of advises) expect(advice).to.include(part);
          for (const part of never) expect(`${error.message}\n${advice}`).not.to.include(part);
        } else {
          expect(await call).to.deep.equal(gives === undefined ? undefined : JSON.parse(gives));
        }
        expect(played.strangers.join('\n'), 'requests the exchange has not').to.equal('');
        expect(played.missing(), 'requests that should have been sent').to.deep.equal([]);
      } finally {
        await played.close();
      }
    });
  }
});
