import { formatNumber } from '../model/format-number.ts';
import { countRows } from '../model/ranges.ts';
import { printable } from '../model/plain-text.ts';
import { OPERATIONS } from '../model/run-facts.ts';
import { countOutcomes } from '../model/run-rows.ts';
import { type BatchState, isSent, type RunState, stateOf } from '../model/run-state.ts';
import { flagOfRun } from '../model/which-run.ts';
import type { RunResult } from './result.ts';

/** The most distinct messages of batches that are shown. */
const MESSAGES = 5;

/** The command that resumes a run, by id, because another run may be the newest by then. */
export const resumeCommand = (run: Parameters<typeof flagOfRun>[0]): string => `sf byline resume ${flagOfRun(run)}`;

/** Notes about a run: retried rows, messages of batches, and how to continue. */
export function notesOn(state: RunState, result: RunResult): string[] {
  return [
    ...nothingToAsk(result),
    ...repetitions(state),
    ...messages(state),
    ...leftOut(state, result),
    ...nextStep(state, result),
  ];
}

/** The most likely cause is a wrong URL field. */
function nothingToAsk(result: RunResult): string[] {
  const { queried, eligible } = result.records;
  if (queried === 0 || eligible > 0) return [];
  return [
    `All ${formatNumber(queried)} records were skipped because of their URL. Check --url-field, or "urlField" in the settings.`,
  ];
}

/** Rows that met a lock, or were in a failed batch, and were sent again. */
function repetitions({ batches, settings }: RunState): string[] {
  const retries = batches.filter(({ attempt, phase }) => attempt > 0 && phase !== 'unsent');
  const rows = retries.filter(({ attempt }) => attempt === 1).reduce((sum, batch) => sum + countRows(batch.rows), 0);
  if (rows === 0) return [];
  const attempts = Math.max(...retries.map(({ attempt }) => attempt));
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

/** History rows whose record was not written: they would show a count that the record doesn't hold. */
function leftOut(state: RunState, { history }: RunResult): string[] {
  const refused = countOutcomes(stateOf(state, 'upsert')).failed;
  const rows = (history?.failed ?? 0) - refused;
  return rows > 0 ? [`History rows skipped because their records were not written: ${formatNumber(rows)}.`] : [];
}

/** How to continue a run that has something left to do. */
function nextStep(run: RunState, { state, jobs, runId, dryRun }: RunResult): string[] {
  const command = resumeCommand({ runId, jobs });
  if (state === 'InProgress') {
    const open = run.batches.find(isSent);
    return open
      ? [`Job ${open.job} is still running. Resume it with "${command}".`]
      : [`Run ${runId} is not finished. Resume it with "${command}".`];
  }
  const unprocessed = OPERATIONS.reduce((sum, one) => sum + countOutcomes(stateOf(run, one)).unprocessed, 0);
  if (unprocessed > 0)
    return [`Rows the org did not process: ${formatNumber(unprocessed)}. Send them with "${command}".`];
  return state === 'Failed' && !dryRun ? [`Run ${runId} failed. Resume it with "${command}".`] : [];
}
