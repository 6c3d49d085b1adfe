import { expect } from 'chai';
import { request } from 'undici';
import { assertionFor } from '../../emulator/services/google.ts';
import { startServices } from '../../emulator/services/services.ts';
import { applyCondition, wrongSecrets } from './conditions.ts';
import { fill, pattern } from './placeholders.ts';
import { readTranscripts } from './transcript.ts';

describe('the emulated services answer as the transcripts have it', () => {
  for (const { service, name, given, exchanges, provenance, only } of readTranscripts()) {
    if (only === 'client') continue;
    it(`${service}: ${name}`, async () => {
      expect(provenance).to.match(/^# (recorded|documented|guessed): \S/);
      const emulator = await startServices();
      try {
        for (const line of given) applyCondition(line, service, emulator);
        const { origin } = new URL(emulator.endpoint(service));
        const secrets = { ...emulator.env(), assertion: assertionFor(service, origin), ...wrongSecrets(given) };
        for (const { method, target, headers, body, status, replyHeaders, replyBody } of exchanges) {
          const filled = Object.entries(headers).map(([key, value]) => [key, fill(value, secrets)]);
          const reply = await request(origin + fill(target, secrets), {
            method: method as 'GET' | 'POST',
            headers: Object.fromEntries(filled) as Record<string, string>,
            body: body === '' ? null : fill(body, secrets),
          });
          expect(await reply.body.text()).to.match(pattern(replyBody, secrets));
          expect(reply.statusCode).to.equal(status);
          for (const [key, value] of Object.entries(replyHeaders)) {
            expect(String(reply.headers[key]), key).to.match(pattern(value, secrets));
          }
        }
      } finally {
        await emulator.close();
      }
    });
  }
});
