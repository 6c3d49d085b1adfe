import { expect } from 'chai';
import fc from 'fast-check';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun } from './in-process-run.ts';

const KINDS = ['create-job', 'add-batch', 'close-job', 'list-batches', 'get-request', 'list-jobs'];

describe('two runs of one user in one org, on two machines', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('complete correctly whatever responses are lost, and never write the same record', async () => {
    const fault = fc.record({
      kind: fc.constantFrom(...KINDS),
      fault: fc.constantFrom('cut-before', 'cut-after'),
      skip: fc.nat({ max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 5 }), async (faults) => {
        await using one = await InProcessRun.start(services, { pageSize: 9 });
        await using other = await one.another();
        const ids = insertArticles(one, 60);
        for (const { kind, fault: how, skip } of faults)
          one.org.faults.tell(kind, { fault: how as 'cut-before' }, { skip });
        const ends = await Promise.all([
          finish(one, one.sync({ where: `Id < '${ids[30]}'` })),
          finish(other, other.sync({ where: `Id >= '${ids[30]}'` })),
        ]);
        expect(ends).to.deep.equal(['Completed', 'Completed']);
        expect(problems(one)).to.deep.equal([]);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

/** Where a run fails as the other got in its way, it is resumed. */
async function finish(place: InProcessRun, sync: ReturnType<InProcessRun['sync']>): Promise<string> {
  const { result } = await sync.catch(() => place.resume());
  return result.state;
}
