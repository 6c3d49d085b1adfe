import { isApplied } from '../model/final-state.ts';
import type { RunState } from '../model/run-state.ts';
import type { RunResult } from './result.ts';
import { shellWord } from '../model/command-words.ts';

/** The files that a run wrote for the user, one line each. */
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
 * The next commands for a run that has ended, one line each; for other runs, see `notesOn`. `given` holds the flags for
 * the org and the settings file.
 */
export function nextSteps({ settings }: Pick<RunState, 'settings'>, result: RunResult, given: string): string[] {
  const { runId, state, records, files, dryRun } = result;
  if (dryRun) {
    if (state !== 'Planned' || records.changed === 0) return [];
    return files.plan === null
      ? ['To write these changes, repeat the command without --dry-run.']
      : [`Apply the plan with "sf byline sync${given} --plan ${shellWord(files.plan)}".`];
  }
  if (!isApplied(state)) return [];
  return [
    ...(records.failed > 0 && files.failed === null
      ? [`List the refused rows with "sf byline report --run-id ${runId} --output-dir results".`]
      : []),
    // For a run recovered from its job, the values before are unknown.
    ...(records.updated > 0 && settings.source.kind !== 'job'
      ? [`Undo the run with "sf byline undo --run-id ${runId}".`]
      : []),
  ];
}
