import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { runsFolder } from '../../journal/runs.ts';
import { exitCodeOf } from '../../model/exit-codes.ts';
import { environmentSection, errorCodesSection } from '../../report/help-sections.ts';
import type { RunResult } from '../../report/result.ts';
import { showRun, showRuns } from '../../report/run-text.ts';
import {
  apiVersionOfRunFlag,
  orgOfRunFlag,
  outputDirFlag,
  toWhichRun,
  whichRunFlags,
} from '../../settings/run-flags.ts';
import { BylineCommand } from '../../process/command.ts';
import { interruptible } from '../../process/known-error.ts';
import { listRuns, report } from '../../actions/report-action.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.report');

export type BylineReportResult = RunResult | RunResult[];

export default class BylineReport extends BylineCommand<BylineReportResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'target-org': orgOfRunFlag,
    'api-version': apiVersionOfRunFlag,
    ...whichRunFlags('list'),
    list: Flags.boolean({
      exclusive: ['job-id', 'run-id', 'use-most-recent'],
      summary: messages.getMessage('flags.list.summary'),
    }),
    'output-dir': outputDirFlag,
    report: Flags.string({
      exclusive: ['list'],
      summary: messages.getMessage('flags.report.summary'),
      description: messages.getMessage('flags.report.description'),
    }),
  };

  public static override readonly envVariablesSection = environmentSection('network', 'runs');
  public static override readonly errorCodes = errorCodesSection('run');

  public async run(): Promise<BylineReportResult> {
    const { flags } = await this.parse(BylineReport);
    const which = toWhichRun(flags);
    const named = { org: flags['target-org'], apiVersion: flags['api-version'] };
    const folder = runsFolder(this.config.dataDir);
    if (flags.list) {
      const runs = await listRuns(folder, (text) => this.warn(text));
      showRuns(runs, this);
      return runs;
    }
    const listener = {
      run: () => undefined,
      plan: () => undefined,
      total: () => undefined,
      notify: (text: string) => this.tell(text),
      warn: (text: string) => this.warn(text),
    };
    const options = { folder, outputDir: flags['output-dir'], reportFile: flags.report };
    const view = await interruptible((signal) => report(which, named, options, listener, signal));
    process.exitCode = exitCodeOf(view.result.state);
    showRun(view, this, process.stdout.columns);
    for (const note of view.notes) this.warn(note);
    return view.result;
  }
}
