// Asks the count service by undici alone, its bodies read and parsed; prints what a look-up took of the wall clock and of
// the processor, in microseconds.
// node bench/clients/bare-undici.ts ENDPOINT LOOKUPS CONCURRENCY
import { request } from 'undici';
import { createDispatcher } from '../../src/http/send-request.ts';
import { time, urlsOf } from './look-up-time.ts';

const [endpoint = '', lookUps = '', concurrency = ''] = process.argv.slice(2);
const dispatcher = createDispatcher();

await time(Number(lookUps), async (from, to) => {
  const urls = urlsOf(from, to);
  const worker = async (): Promise<void> => {
    for (const url of urls) {
      const { body } = await request(`${endpoint}?url=${encodeURIComponent(url)}`, { dispatcher });
      const { count } = (await body.json()) as { count: number };
      if (count !== 144) throw new Error(`not the count: ${count}`);
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, worker));
});
await dispatcher.close();
