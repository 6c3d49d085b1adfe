// Asks the count service as a run does, from records to their readings; prints what a look-up took of the wall clock and of
// the processor, in microseconds.
// node bench/clients/look-ups.ts ENDPOINT LOOKUPS CONCURRENCY
import { createDispatcher } from '../../src/http/send-request.ts';
import type { ArticleRecord } from '../../src/model/change.ts';
import { readUrl } from '../../src/model/url.ts';
import { lookUpCounts } from '../../src/pipeline/look-up-counts.ts';
import { createLookUp } from '../../src/services/look-up.ts';
import { createServices } from '../../src/services/registry.ts';
import { createSecrets } from '../../src/services/secrets.ts';
import { time, urlsOf } from './look-up-time.ts';

/** Records of a page, as of the org's. */
const PAGE = 2000;

const [endpoint = '', lookUps = '', concurrency = ''] = process.argv.slice(2);
const dispatcher = createDispatcher();
const services = createServices(['twitter'], { twitter: { endpoint } }, createSecrets({}));
const service = createLookUp(services, { dispatcher, concurrency: Number(concurrency) });

await time(Number(lookUps), async (from, to) => {
  const counted = lookUpCounts(pages(from, to), {
    lookUp: (urls) => service.lookUp(urls),
    readUrl: (text) => readUrl(text, { allowPrivate: false, assumeScheme: null }),
    urlsAtOnce: service.urlsAtOnce,
    controller: new AbortController(),
  });
  for await (const records of counted) {
    for (const { readings } of records) {
      const reading = readings['twitter'];
      if (reading?.state !== 'ok' || reading.count !== 144)
        throw new Error(`not the count: ${JSON.stringify(reading)}`);
    }
  }
});
await dispatcher.close();

async function* pages(from: number, to: number): AsyncGenerator<readonly ArticleRecord[], void, undefined> {
  for (let at = from; at < to; at += PAGE) {
    yield [...urlsOf(at, Math.min(to, at + PAGE))].map((url) => ({ id: url, url, stored: {} }));
  }
}
