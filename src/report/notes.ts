import { grouped } from '../model/grouped.ts';
import { countRows } from '../model/ranges.ts';
import type { BatchState, RunState } from '../model/run-state.ts';
import { printable } from '../model/plain-text.ts';
import type { RunResult } from './result.ts';

/** Different things batches say that are told. */
const MESSAGES = 5;

/** The command that goes on with a run: by its job where it has one, as another run may be the newest by then. */
export function resumeCommand(jobs: readonly { readonly id: string }[]): string {
  const job = jobs.at(-1)?.id;
  return job === undefined ? 'sf byline resume --use-most-recent' : `sf byline resume --job-id ${job}`;
}

/** What a user should know of a run besides its figures: repeated rows, what batches say of themselves, how to go on. */
export function notesOn(state: RunState, result: RunResult): string[] {
  return [...repetitions(state), ...messages(state), ...nextStep(result)];
}

/** Rows that met a lock, or were in a batch that failed, and went to the org again. */
function repetitions({ batches, settings }: RunState): string[] {
  const again = batches.filter(({ round, phase }) => round > 0 && phase !== 'unsent');
  const rows = again.filter(({ round }) => round === 1).reduce((sum, batch) => sum + countRows(batch.rows), 0);
  const rounds = Math.max(...again.map(({ round }) => round));
  const how = settings.api === 'rest' ? 'in smaller requests, one after another' : 'in a Serial job';
  return rows === 0 ? [] : [`Rows sent again ${how}: ${grouped(rows)}; more rounds: ${rounds}.`];
}

function messages({ batches }: RunState): string[] {
  const said = Map.groupBy(
    batches.filter(({ message }) => message !== null),
    ({ state, message }) => `${state}: ${printable(message ?? '')}`,
  );
  return [...said].slice(0, MESSAGES).map(([text, group]) => `${nameBatches(group)} ${text}`);
}

function nameBatches([first, ...others]: readonly BatchState[]): string {
  const batch = `Batch ${first?.id} of job ${first?.job}`;
  return others.length === 0 ? batch : `${batch} and ${grouped(others.length)} more`;
}

/** How to go on with a run that has something left to do. */
function nextStep({ state, jobs, runId, records, dryRun }: RunResult): string[] {
  const command = resumeCommand(jobs);
  const job = jobs.at(-1)?.id;
  if (state === 'InProgress') {
    return job === undefined
      ? [`Run ${runId} is not finished. Go on with "${command}".`]
      : [`Job ${job} is still running. See how it ends with "${command}".`];
  }
  if (records.unprocessed > 0)
    return [`Rows the org did not process: ${grouped(records.unprocessed)}. Send them again with "${command}".`];
  return state === 'Failed' && !dryRun ? [`Run ${runId} failed. Finish it with "${command}".`] : [];
}
