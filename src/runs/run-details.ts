import { isApplied } from '../model/final-state.ts';
import type { RefusedRow } from '../report/result.ts';
import { DETAILED, type RunDetails } from '../report/run-view.ts';
import { TopChanges } from '../report/top-changes.ts';
import type { OpenRun } from './open-run.ts';
import { rowsNotWritten } from './rows-not-written.ts';
import { shownChanges } from './shown-changes.ts';

/** Reads the rows of a run that a person is shown in full: the first of each kind, so that memory does not grow with them. */
export async function readDetails(run: OpenRun): Promise<RunDetails> {
  const changes = new TopChanges(DETAILED);
  // What the records held before is not known of a run that was rebuilt from its job.
  if (run.state.settings.source.kind !== 'job')
    for await (const some of shownChanges(run)) for (const change of some) changes.add(change);
  return { changes: changes.list, notUpdated: await firstNotUpdated(run), leftOut: run.leftOut };
}

/** The first rows that are not updated. As long as a run goes on, those that wait for their turn are none of them. */
async function firstNotUpdated(run: OpenRun): Promise<RefusedRow[]> {
  const end = run.state.end?.state;
  const isOver = end === 'Failed' || isApplied(end);
  const first: RefusedRow[] = [];
  if (end === 'Planned') return first;
  for await (const { change, problem } of rowsNotWritten(run, 'update')) {
    if (!isOver && problem.statusCode === 'UNSENT') continue;
    if (first.length === DETAILED) break;
    const { statusCode, message } = problem;
    first.push({ ...change, statusCode, message, fields: [] });
  }
  return first;
}
