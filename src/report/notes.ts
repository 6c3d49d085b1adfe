import { formatNumber } from '../model/format-number.ts';
import { countRows } from '../model/ranges.ts';
import { printable } from '../model/plain-text.ts';
import { OPERATIONS } from '../model/run-facts.ts';
import { countOutcomes } from '../model/run-rows.ts';
import { type BatchState, isSent, type RunState, stateOf } from '../model/run-state.ts';
import { flagOfRun } from '../model/which-run.ts';
import type { RunResult } from './result.ts';

/** Different things batches say that are told. */
const MESSAGES = 5;

/** The command that goes on with a run, by name: another run may be the newest by then. */
export const resumeCommand = (run: Parameters<typeof flagOfRun>[0]): string => `sf byline resume ${flagOfRun(run)}`;

/** What a user should know of a run besides its figures: repeated rows, what batches say of themselves, how to go on. */
export function notesOn(state: RunState, result: RunResult): string[] {
  return [
    ...nothingToAsk(result),
    ...repetitions(state),
    ...messages(state),
    ...leftOut(state, result),
    ...nextStep(state, result),
  ];
}

/** A mapping to the wrong field is the likeliest cause. */
function nothingToAsk(result: RunResult): string[] {
  const { queried, eligible } = result.records;
  if (queried === 0 || eligible > 0) return [];
  return [
    `All ${formatNumber(queried)} records were skipped for their URL. Check --url-field, or "urlField" in the settings.`,
  ];
}

/** Rows that met a lock, or were in a batch that failed, and went to the org again. */
function repetitions({ batches, settings }: RunState): string[] {
  const again = batches.filter(({ round, phase }) => round > 0 && phase !== 'unsent');
  const rows = again.filter(({ round }) => round === 1).reduce((sum, batch) => sum + countRows(batch.rows), 0);
  if (rows === 0) return [];
  const attempts = Math.max(...again.map(({ round }) => round));
  const times = attempts === 1 ? 'once' : `up to ${attempts} times`;
  const [what, why] =
    rows === 1
      ? ['1 row was', 'it met a lock or its']
      : [`${formatNumber(rows)} rows were`, 'they met a lock or their'];
  const how = settings.api === 'rest' ? 'in smaller requests, one after another' : 'in a Serial job';
  return [`${what} sent again ${times}, ${how}, as ${why} batch failed.`];
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
  return others.length === 0 ? batch : `${batch} and ${formatNumber(others.length)} more`;
}

/** Rows of the history whose record was not written: it would tell of a count the record does not hold. */
function leftOut(state: RunState, { history }: RunResult): string[] {
  const refused = countOutcomes(stateOf(state, 'upsert')).failed;
  const rows = (history?.failed ?? 0) - refused;
  return rows > 0 ? [`Rows of the history left out, as their records were not written: ${formatNumber(rows)}.`] : [];
}

/** How to go on with a run that has something left to do. */
function nextStep(run: RunState, { state, jobs, runId, dryRun }: RunResult): string[] {
  const command = resumeCommand({ runId, jobs });
  if (state === 'InProgress') {
    const open = run.batches.find(isSent);
    return open
      ? [`Job ${open.job} is still running. See how it ends with "${command}".`]
      : [`Run ${runId} is not finished. Go on with "${command}".`];
  }
  const unprocessed = OPERATIONS.reduce((sum, one) => sum + countOutcomes(stateOf(run, one)).unprocessed, 0);
  if (unprocessed > 0)
    return [`Rows the org did not process: ${formatNumber(unprocessed)}. Send them again with "${command}".`];
  return state === 'Failed' && !dryRun ? [`Run ${runId} failed. Finish it with "${command}".`] : [];
}
