import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { urlOf } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun } from './in-process-run.ts';
import { WEEKLY } from './weekly-history.ts';

/** Different URLs there are at most: each is asked for once, however many articles have it. */
const URLS = 50;

/** As large as the org takes them. */
const [PAGE, BATCH] = [2000, 10_000];

/**
 * API requests of a whole sync at most. An org with fewer records, and pages and batches smaller by the same factor, gets
 * the same requests.
 */
const MOST = [
  { records: 100, most: 10, scale: 1 },
  { records: 10_000, most: 14, scale: 1 },
  { records: 60_000, most: 26, scale: 10 },
];
const UNCHANGED = 8;

/** The same with a row of the history for each record. */
const MOST_WITH_HISTORY = [
  { records: 10_000, most: 22, scale: 10 },
  { records: 60_000, most: 44, scale: 10 },
];

async function startWith(services: EmulatedServices, records: number, pageSize: number): Promise<InProcessRun> {
  const place = await InProcessRun.start(services, { pageSize });
  const articles = Array.from({ length: records }, (_, at) => ({ Name: `${at}`, Published_URL__c: urlOf(at % URLS) }));
  place.org.table('Byline__c').insert(articles);
  return place;
}

describe('API requests of a sync', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  for (const { records, most, scale } of MOST) {
    it(`${records} records: ${most} at most, as many as a dry run estimates; with nothing changed fewer still`, async () => {
      const [rows, batchSize] = [records / scale, BATCH / scale];
      await using place = await startWith(services, rows, PAGE / scale);
      const dry = await place.sync({ dryRun: true, batchSize });
      const before = place.org.apiRequests();
      const { result } = await place.sync({ batchSize });
      expect(result.records.updated).to.equal(rows);
      expect(problems(place)).to.deep.equal([]);
      const used = place.org.apiRequests() - before;
      expect(used).to.be.at.most(most);
      expect(result.apiRequests.used).to.equal(used);
      expect(result.apiRequests.forecast).to.be.within(0.9 * used, 1.1 * used);
      expect(dry.result.apiRequests.forecast).to.be.within(0.9 * used, 1.1 * used);
      const again = await place.sync({ batchSize });
      expect(again.result).to.deep.include({ state: 'Completed', jobs: [] });
      if (records <= 10_000) expect(again.result.apiRequests.used).to.be.at.most(UNCHANGED);
    });
  }

  for (const { records, most, scale } of MOST_WITH_HISTORY) {
    it(`${records} records with their history: ${most} at most, as many as a dry run estimates`, async () => {
      const [rows, batchSize] = [records / scale, BATCH / scale];
      await using place = await startWith(services, rows, PAGE / scale);
      const options = { batchSize, history: WEEKLY };
      const dry = await place.sync({ ...options, dryRun: true });
      const before = place.org.apiRequests();
      const { result } = await place.sync(options);
      const used = place.org.apiRequests() - before;
      expect(result.history).to.deep.equal({ rows, created: rows, updated: 0, failed: 0 });
      expect(used).to.be.at.most(most);
      expect(result.apiRequests.used).to.equal(used);
      expect(result.apiRequests.forecast).to.be.within(0.9 * used, 1.1 * used);
      expect(dry.result.apiRequests.forecast).to.be.within(0.9 * used, 1.1 * used);
    });
  }
});
