import { expect } from 'chai';
import { createDispatcher } from '../../../src/http/send-request.ts';
import { createLookUp } from '../../../src/services/look-up.ts';
import { createServices } from '../../../src/services/registry.ts';
import { createSecrets } from '../../../src/services/secrets.ts';
import { type EmulatedServices, startServices } from '../../emulator/services/services.ts';
import { fastClock } from './clock.ts';
import { wrongSecrets } from './conditions.ts';
import { replay } from './replay.ts';
import { type Expected, readTranscripts, type Transcript } from './transcript.ts';

describe('the product asks and reads as the transcripts have it', () => {
  const dispatcher = createDispatcher();
  let emulator: EmulatedServices;
  before(async () => void (emulator = await startServices()));
  after(async () => void (await Promise.all([emulator.close(), dispatcher.close()])));

  for (const transcript of readTranscripts()) {
    if (transcript.only === 'emulator') continue;
    it(`${transcript.service}: ${transcript.name}`, async () => {
      const env = { ...emulator.env(), ...wrongSecrets(transcript.given) };
      const played = await replay(transcript.exchanges, env);
      try {
        const secrets = createSecrets(env);
        const services = createServices([transcript.service], settingsFor(transcript, emulator, played.url), secrets);
        const world = { dispatcher, concurrency: 8, cacheSize: 64, ...fastClock(200) };
        const lookUp = createLookUp(services, { ...world, redact: (text) => secrets.redact(text) });
        const readings = await lookUp.lookUp(transcript.reads.map(({ url }) => url));
        expect(played.strangers.join('\n'), 'requests the transcript has not').to.equal('');
        for (const [index, expected] of transcript.reads.entries()) {
          check(expected, readings.get(transcript.service)?.[index]);
        }
        expect(played.missing(), 'requests that should have been sent').to.deep.equal([]);
      } finally {
        await played.close();
      }
    });
  }
});

/**
 * The emulator's settings of the service, pointing at the replay instead, with what the transcript adds; or, where the
 * transcript names a type, those of the transcript alone.
 */
function settingsFor({ service, settings }: Transcript, emulator: EmulatedServices, url: string): Record<string, object> {
  const { origin } = new URL(emulator.endpoint(service));
  const all = 'type' in settings ? settings : { ...emulator.settings()[service], ...settings };
  return { [service]: JSON.parse(JSON.stringify(all).replaceAll(origin, url).replaceAll('{origin}', url)) as object };
}

function check({ url, state, count, because }: Expected, reading: object | undefined): void {
  expect(reading, url).to.include(count === undefined ? { state } : { state, count });
  if (because) expect((reading as { reason: string }).reason).to.include(because);
}
