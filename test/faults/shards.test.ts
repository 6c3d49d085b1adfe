import { expect } from 'chai';
import { isInShard } from '../../src/model/shard.ts';
import { Interrupted } from '../../src/process/interrupt.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun } from './in-process-run.ts';
import { rejection } from './rejection.ts';

/** Requests at a time: the answers to these are lost by the interrupt. */
const IN_FLIGHT = 8;

describe('a shard that is interrupted', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  for (const limit of [null, 90]) {
    it(`goes on with its records, ${limit === null ? 'all of them' : `of the first ${limit}`}: none is lost, and none whose answer came is asked for again`, async () => {
      await using place = await InProcessRun.start(services, { pageSize: 20 });
      const ids = insertArticles(place, 120);
      const shard = { index: 2, count: 3 };
      const ours = ids.slice(0, limit ?? ids.length).filter((id) => isInShard(id, shard));
      const before = services.asked('twitter').length;
      // By then a batch is sent, and there are pages still to be read.
      void place.org.log.arrived('add-batch').then(() => place.controller.abort(new Interrupted('SIGINT')));
      expect(await rejection(place.sync({ shard, limit, batchSize: 5 }))).to.have.property('exitCode', 130);
      place.controller = new AbortController();
      const { result } = await place.resume();
      expect(result.records).to.include({ queried: ours.length, changed: ours.length, updated: ours.length });
      const untouched = ids.filter((id) => !ours.includes(id));
      expect(problems(place, { untouched, refused: untouched })).to.deep.equal([]);
      const asked = services.asked('twitter').slice(before);
      expect(asked.length - new Set(asked).size, 'asked again').to.be.at.most(IN_FLIGHT);
    });
  }
});
