import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { InProcessRun } from './in-process-run.ts';
import { rejection } from './rejection.ts';

/** Bulk API Developer Guide, "Errors". */
const BODY =
  '<error xmlns="http://www.force.com/2009/06/asyncapi/dataload"><exceptionCode>ExceededQuota</exceptionCode><exceptionMessage>no</exceptionMessage></error>';

describe('a batch the org refuses at once', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('ends the run at once: the counts of the next one are not awaited', async () => {
    await using place = await InProcessRun.start(services);
    insertArticles(place, 600);
    // The counts of the next batch never come.
    services.faults.tell('twitter', { fault: 'hang' }, { skip: 300, times: 1000 });
    place.org.faults.tell('add-batch', { fault: 'status', status: 400, body: BODY });
    expect(await rejection(place.sync({ batchSize: 100 }))).to.include({ name: 'QuotaExceededError' });
    // 300 were answered, and as many as are asked at a time were under way; none was given up and followed by another.
    expect(services.asked('twitter').length).to.be.at.most(308);
    services.faults.clear();
    place.org.faults.clear();
    expect((await place.resume()).result.records).to.include({ changed: 600, updated: 600 });
  });
});
