import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import type { RunResult } from '../../src/report/result.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun } from './in-process-run.ts';
import { rejection } from './rejection.ts';

describe('a bulk query that does not end', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('is polled like a write job; the timeout is reported, and the run can be resumed', async () => {
    await using place = await InProcessRun.start(services, { pageSize: 200 });
    insertArticles(place, 2600);
    place.org.holdBatches();
    const error = await rejection(place.sync({ batchSize: 2600 }));
    expect(error).to.include({ name: 'QueryUnfinishedError', exitCode: 69 });
    expect(error.message).to.match(/^The query of job 750\w+ was still running after 33 minutes/);
    const { runId, state } = error.data as unknown as RunResult;
    expect(state).to.equal('InProgress');
    expect(error.actions?.at(-1)).to.equal(`Finish the run with "sf byline resume --run-id ${runId}".`);
    expect(place.org.log.count('list-batches')).to.be.within(30, 50);
    expect(place.org.jobs().map((job) => job.state)).to.deep.equal(['Aborted']);
    place.org.releaseBatches();
    expect((await place.resume(runId)).result).to.include({ state: 'Completed' });
    expect(problems(place)).to.deep.equal([]);
  });
});
