import type { RunState } from '../model/run-state.ts';
import type { RunResult } from './result.ts';
import { shellWord } from '../model/command-words.ts';

/** The files a run has left where the user wanted them, a line each. */
export function writtenFiles({ files }: Pick<RunResult, 'files'>): string[] {
  const named: [what: string, path: string | null][] = [
    ['Report', files.report],
    ['Updated rows', files.success],
    ['Rows not updated', files.failed],
    ['History rows written', files.historySuccess],
    ['History rows not written', files.historyFailed],
  ];
  return named.flatMap(([what, path]) => (path === null ? [] : [`${what}: ${path}`]));
}

/**
 * The commands that come next for a run that has ended, a line each; `notesOn` has those for one that has not. `given` are
 * the flags that say which org and which settings file.
 */
export function nextSteps({ settings }: Pick<RunState, 'settings'>, result: RunResult, given: string): string[] {
  const { runId, state, records, files, dryRun } = result;
  if (dryRun) {
    if (state !== 'Planned' || records.changed === 0) return [];
    return files.plan === null
      ? ['To write these changes, repeat the command without --dry-run.']
      : [`Apply the plan with "sf byline sync${given} --plan ${shellWord(files.plan)}".`];
  }
  if (state !== 'Completed' && state !== 'CompletedWithFailures') return [];
  return [
    ...(records.failed > 0 && files.failed === null
      ? [`List the refused rows with "sf byline report --run-id ${runId} --output-dir results".`]
      : []),
    // What the records held before is not known of a run that was rebuilt from its job.
    ...(records.updated > 0 && settings.source.kind !== 'job'
      ? [`Undo the run with "sf byline undo --run-id ${runId}".`]
      : []),
  ];
}
