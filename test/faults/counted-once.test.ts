import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles, urlOf } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun } from './in-process-run.ts';

const RECORDS = 300;
/** Every URL is in two records. */
const URLS = RECORDS / 2;

describe('a run that is interrupted again and again while it counts', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  /** Answers a service gives before it hangs, for each time; then as many requests wait as there may be at a time. */
  for (const [name, concurrency, answers] of [
    ['at once', 1, [0]],
    ['in the first page', 8, [10]],
    ['after a page is in the plan', 8, [65]],
    ['where the URLs begin to come again', 1, [149]],
    ['three times', 8, [30, 40, 50]],
    ['twice, among chunks that grow', 8, [56, 80]],
  ] as const) {
    it(`${name}: asks for each URL once, and tallies each URL and request once`, async () => {
      await using place = await InProcessRun.start(services, { pageSize: 25 });
      const ids = insertArticles(place, RECORDS);
      for (const [index, id] of ids.entries()) {
        place.org.table('Byline__c').update(id, { Published_URL__c: urlOf(index % URLS) });
      }
      place.org.table('Byline__c').forgetWrites();
      services.log.clear();
      const before = services.asked('twitter').length;
      for (const [round, skip] of answers.entries()) {
        const arrived = services.log.count('twitter') + skip + concurrency;
        services.faults.tell('twitter', { fault: 'hang' }, { skip, times: Infinity });
        void services.log.arrived('twitter', arrived).then(() => place.interrupt());
        const running = round === 0 ? place.sync({ concurrency }) : place.resume();
        expect((await running.catch((error: Error) => error)) instanceof Error).to.equal(true);
        services.faults.clear();
      }
      const { result } = await place.resume();
      const asked = services.asked('twitter').slice(before);
      expect(new Set(asked)).to.have.length(URLS);
      expect(asked, 'but for those that got no answer').to.have.length(URLS + answers.length * concurrency);
      expect(result.services['twitter']).to.deep.include({ requests: asked.length, ok: URLS, failed: 0, skipped: 0 });
      expect(result.state).to.equal('Completed');
      expect(problems(place)).to.deep.equal([]);
      expect((await readdir(place.folder)).filter((file) => file.includes('readings'))).to.deep.equal([]);
    });
  }
});
