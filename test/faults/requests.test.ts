import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { urlOf } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun } from './in-process-run.ts';
import { WEEKLY } from './weekly-history.ts';

/** Different URLs there are at most: each is asked for once, however many articles have it. */
const URLS = 50;

/** API requests of a whole sync at most, with batches as large as the org takes them. */
const MOST = { 100: 10, 10_000: 14, 60_000: 26 };
const UNCHANGED = 8;

/** The same with a row of the history for each record. */
const MOST_WITH_HISTORY = { 10_000: 22, 60_000: 44 };

describe('API requests of a sync', function () {
  this.timeout(60_000);
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  for (const [records, most] of Object.entries(MOST)) {
    it(`${records} records: ${most} at most, as many as a dry run estimates; with nothing changed fewer still`, async () => {
      await using place = await InProcessRun.start(services);
      place.org
        .table('Byline__c')
        .insert(
          Array.from({ length: Number(records) }, (_, at) => ({ Name: `${at}`, Published_URL__c: urlOf(at % URLS) })),
        );
      const dry = await place.sync({ dryRun: true, batchSize: 10_000 });
      const before = place.org.apiRequests();
      const { result } = await place.sync({ batchSize: 10_000 });
      expect(result.records.updated).to.equal(Number(records));
      expect(problems(place)).to.deep.equal([]);
      const used = place.org.apiRequests() - before;
      expect(used).to.be.at.most(most);
      expect(result.apiRequests.used).to.equal(used);
      expect(result.apiRequests.forecast).to.be.within(0.9 * used, 1.1 * used);
      expect(dry.result.apiRequests.forecast).to.be.within(0.9 * used, 1.1 * used);
      const again = await place.sync({ batchSize: 10_000 });
      expect(again.result).to.deep.include({ state: 'Completed', jobs: [] });
      if (Number(records) <= 10_000) expect(again.result.apiRequests.used).to.be.at.most(UNCHANGED);
    });
  }

  for (const [records, most] of Object.entries(MOST_WITH_HISTORY)) {
    it(`${records} records with their history: ${most} at most, as many as a dry run estimates`, async () => {
      await using place = await InProcessRun.start(services);
      const articles = Array.from({ length: Number(records) }, (_, at) => ({
        ...{ Name: `${at}`, Published_URL__c: urlOf(at % URLS) },
      }));
      place.org.table('Byline__c').insert(articles);
      const options = { batchSize: 10_000, history: WEEKLY };
      const dry = await place.sync({ ...options, dryRun: true });
      const before = place.org.apiRequests();
      const { result } = await place.sync(options);
      const used = place.org.apiRequests() - before;
      const rows = Number(records);
      expect(result.history).to.deep.equal({ rows, created: rows, updated: 0, failed: 0 });
      expect(used).to.be.at.most(most);
      expect(result.apiRequests.used).to.equal(used);
      expect(result.apiRequests.forecast).to.be.within(0.9 * used, 1.1 * used);
      expect(dry.result.apiRequests.forecast).to.be.within(0.9 * used, 1.1 * used);
    });
  }
});
