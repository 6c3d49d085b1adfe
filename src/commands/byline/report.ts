import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { environmentSection, errorCodesSection } from '../../report/help-sections.ts';
import type { RunResult } from '../../report/result.ts';
import { orgOfRunFlags, runOutputFlags, toRunOptions, toWhichRun, whichRunFlags } from '../../settings/run-flags.ts';
import { interruptible } from '../../process/known-error.ts';
import { RunCommand, toDetail } from '../../process/run-command.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.report');

/** A report is too quick to show progress. */
const ignore = (): void => undefined;

export type BylineReportResult = RunResult | RunResult[];

export default class BylineReport extends RunCommand<BylineReportResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  // oclif's default usage groups the flags in a way that contradicts the examples.
  public static override readonly usage = [
    '<%= command.id %> (--use-most-recent | --run-id <value> | -i <value>) [-o <value>] [--api-version <value>] [--concise | --verbose] [-d <value>] [--report <file> [--report-format html|md|csv|json]] [--json] [--flags-dir <value>]',
    '<%= command.id %> --list [--json] [--flags-dir <value>]',
  ];
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    ...whichRunFlags('list'),
    ...orgOfRunFlags,
    list: Flags.boolean({
      exclusive: ['job-id', 'run-id', 'use-most-recent'],
      summary: messages.getMessage('flags.list.summary'),
    }),
    ...runOutputFlags,
    concise: { ...runOutputFlags.concise, exclusive: ['verbose', 'list'] },
    verbose: { ...runOutputFlags.verbose, exclusive: ['concise', 'list'] },
    report: { ...runOutputFlags.report, exclusive: ['list'] },
  };

  public static override readonly envVariablesSection = environmentSection('network', 'runs');
  public static override readonly errorCodes = errorCodesSection('report');

  public async run(): Promise<BylineReportResult> {
    const { flags } = await this.parse(BylineReport);
    const { listRuns, report } = await import('../../actions/report-action.ts');
    const which = toWhichRun(flags);
    if (flags.list) {
      const runs = await listRuns(this.runsDir, (text) => this.warn(text));
      const { showRuns } = await import('../../report/run-text.ts');
      showRuns(runs, this, process.stdout.columns);
      return runs;
    }
    const { runsDir } = this;
    const progress = {
      ...{ run: ignore, plan: ignore, total: ignore },
      notify: (text: string) => this.notify(text),
      warn: (text: string) => this.warn(text),
    };
    const view = await interruptible((signal) => report({ runsDir, progress, signal }, which, toRunOptions(flags)));
    this.exitWith(view.result, false);
    return this.present(view, toDetail(flags));
  }
}
