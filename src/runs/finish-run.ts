import { EXIT_CODES } from '../model/exit-codes.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import type { RunEnd } from '../model/run-facts.ts';
import { toResult } from '../report/result.ts';
import type { ReportKind } from '../report/run-file.ts';
import type { RunView } from '../report/run-view.ts';
import { Interrupted } from '../process/interrupt.ts';
import { toKnownError } from '../process/known-error.ts';
import type { OpenOrg } from '../process/open-org.ts';
import type { OpenRun } from './open-run.ts';
import { NO_FILES, prepareOutputDir, writeResultFiles } from './result-files.ts';
import { firstChanges } from './shown-changes.ts';
import { viewRun } from './view-run.ts';

/** What a run leaves besides its journal. */
export type FinishOptions = {
  /** The settings file the command used. */
  readonly settingsFile?: string | null;
  /** The folder for the result files. */
  readonly outputDir?: string | undefined;
  /** Where the plan was saved, or loaded from. */
  readonly planFile?: string | undefined;
  /** The path of the report file. */
  readonly reportFile?: string | undefined;
  /** The format of the report; the extension selects it if missing. */
  readonly reportFormat?: ReportKind | undefined;
  /** The flags for the org and the settings file, as the user typed them, for suggested commands. */
  readonly given?: string;
  /** Whether rows are shown one by one. */
  readonly verbose?: boolean;
  /** Read after the run has ended. */
  readonly learned?: Readonly<Learned>;
};

/** Throws an error, before the org is asked, if the files of a run can't be written. */
export async function prepareFiles({ outputDir, reportFile, reportFormat }: FinishOptions): Promise<void> {
  if (reportFile !== undefined) {
    const { prepareReport } = await import('./report-file.ts');
    await prepareReport(reportFile, reportFormat);
  }
  if (outputDir !== undefined) await prepareOutputDir(outputDir);
}

/** What a run learns that is in neither its journal nor its plan. The run fills it in. */
export type Learned = {
  limits: OrgLimits | null;
  /** `sha256:…` of the plan that was saved or applied. */
  planDigest: string | null;
};

/** Runs the work of a run and records how it ended. An error has the run's result in `data`, and says how to resume. */
export async function finishRun(
  run: OpenRun,
  org: OpenOrg,
  options: FinishOptions,
  work: () => Promise<RunEnd>,
): Promise<RunView> {
  try {
    await run.write({ fact: 'ended', state: await work(), reason: null });
  } catch (error) {
    const { settings, end } = run.state;
    // A dry run is repeated, not resumed. A run that has already ended was waiting for confirmation.
    const known = toKnownError(error, settings.dryRun || end ? undefined : run.state);
    const isUnfinished = error instanceof Interrupted || known.exitCode === EXIT_CODES.stillRunning;
    const state = isUnfinished ? 'InProgress' : 'Failed';
    // If the journal can't be written, the first error must still be reported.
    if (!end) await run.write({ fact: 'ended', state, reason: known.message }).catch(() => undefined);
    const view = await summarizeRun(run, org, options).catch(() => null);
    throw known.setData((view?.result ?? null) as never);
  }
  return summarizeRun(run, org, options);
}

/** Summarizes a run, and writes its result files and its report if requested. */
export async function summarizeRun(run: OpenRun, org: OpenOrg | null, options: FinishOptions): Promise<RunView> {
  const { settingsFile = null, outputDir, planFile, reportFile, reportFormat, learned } = options;
  const files = outputDir === undefined ? NO_FILES : await writeResultFiles(run, outputDir);
  const result = toResult(run.state, {
    changes: await firstChanges(run),
    files: {
      ...{ settings: settingsFile, journal: run.journalPath },
      ...{ plan: planFile ?? null, planDigest: learned?.planDigest ?? null, report: reportFile ?? null, ...files },
    },
    tally: run.state.tally ?? run.plan.progress.tally,
    apiUsage: org?.session.usage ?? null,
  });
  const { given = '', verbose = false } = options;
  const view = await viewRun(run, result, { limits: learned?.limits ?? null, given, verbose });
  if (reportFile !== undefined) {
    const { writeReport } = await import('./report-file.ts');
    await writeReport(run, view, reportFile, reportFormat);
  }
  return view;
}
