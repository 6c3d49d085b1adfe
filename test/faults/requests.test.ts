import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { urlOf } from '../rig/articles.ts';
import { problems } from './end.ts';
import { Inside } from './inside.ts';

/** Different URLs there are at most: each is asked for once, however many articles have it. */
const URLS = 50;

/** API requests of a whole sync at most, with batches as large as the org takes them. */
const MOST = { 100: 10, 10_000: 14, 60_000: 26 };
const UNCHANGED = 8;

describe('API requests of a sync', function () {
  this.timeout(60_000);
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  for (const [records, most] of Object.entries(MOST)) {
    it(`${records} records: ${most} at most, as many as a dry run foretells; with nothing changed fewer still`, async () => {
      await using place = await Inside.start(services);
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
});
