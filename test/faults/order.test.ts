import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun } from './in-process-run.ts';

describe('a refused row', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('is found by its id in the failed file, whichever batch it was in and in whatever order batches finish', async () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 });
    const refused = fc.uniqueArray(fc.integer({ min: 0, max: 29 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(order, refused, fc.boolean(), async (finish, rows, idOnFailedRows) => {
        await using place = await InProcessRun.start(services, { idOnFailedRows });
        const ids = insertArticles(place, 30);
        // Each is refused for a reason of its own.
        for (const row of rows)
          place.org.refuseRows({ ids: [ids[row]!], statusCode: `CODE_${row}`, message: `"no", ${row}` });
        place.org.holdBatches();
        const sync = place.sync({ batchSize: 5, outputDir: join(place.folder, 'out') });
        for (const [poll, at] of finish.entries()) {
          await place.org.log.arrived('list-batches', poll + 1);
          place.org.finishBatch(place.org.jobs()[0]!.batches[at]!.id);
        }
        const { result } = await sync;
        expect(result.records).to.include({ updated: 30 - rows.length, failed: rows.length, unprocessed: 0 });
        expect(problems(place, { refused: rows.map((row) => ids[row]!) })).to.deep.equal([]);
        const failed = (await readFile(result.files.failed!, 'utf8')).trimEnd().split('\r\n').slice(1);
        expect(failed.toSorted()).to.deep.equal(rows.map((row) => lineOf(failed, ids[row]!, row)).toSorted());
        const success = (await readFile(result.files.success!, 'utf8')).trimEnd().split('\r\n').slice(1);
        const written = ids.filter((_, row) => !rows.includes(row));
        expect(success.map((line) => line.slice(0, 18)).toSorted()).to.deep.equal(written.toSorted());
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});

/** The line of a record, which must name the reason it was refused for. */
function lineOf(lines: readonly string[], id: string, row: number): string {
  const line = lines.find((candidate) => candidate.startsWith(id)) ?? '';
  return line.includes(`CODE_${row},"""no"", ${row}"`) ? line : `a line of ${id} with CODE_${row}`;
}
