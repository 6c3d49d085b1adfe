import { Messages } from '@salesforce/core';
import { runsFolder } from '../../journal/runs.ts';
import { exitCodeOf } from '../../model/exit-codes.ts';
import { Screen } from '../../progress/screen.ts';
import { configurationSection, environmentSection, errorCodesSection } from '../../report/help-sections.ts';
import type { RunResult } from '../../report/result.ts';
import { showRun } from '../../report/run-text.ts';
import {
  apiVersionOfRunFlag,
  orgOfRunFlag,
  outputDirFlag,
  reportFlag,
  waitFlag,
  toWhichRun,
  whichRunFlags,
} from '../../settings/run-flags.ts';
import { BylineCommand } from '../../process/command.ts';
import { interruptible } from '../../process/known-error.ts';
import { resume } from '../../actions/resume-action.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.resume');

export type BylineResumeResult = RunResult;

export default class BylineResume extends BylineCommand<BylineResumeResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'target-org': orgOfRunFlag,
    'api-version': apiVersionOfRunFlag,
    ...whichRunFlags(),
    wait: waitFlag,
    'output-dir': outputDirFlag,
    report: reportFlag,
  };

  public static override readonly configurationVariablesSection = configurationSection('settings');
  public static override readonly envVariablesSection = environmentSection('services', 'network', 'runs', 'progress');
  public static override readonly errorCodes = errorCodesSection('run');

  public async run(): Promise<BylineResumeResult> {
    const { flags } = await this.parse(BylineResume);
    const which = toWhichRun(flags);
    const waitMs = flags.wait * 60_000;
    const named = { org: flags['target-org'], apiVersion: flags['api-version'], waitMs };
    const screen = new Screen({
      json: this.jsonEnabled(),
      title: 'Resume',
      warn: (text) => this.warn(text),
      print: (text) => this.logToStderr(text),
    });
    const options = {
      waitMs,
      folder: runsFolder(this.config.dataDir),
      outputDir: flags['output-dir'],
      reportFile: flags.report,
    };
    const view = await interruptible((signal) => resume(which, named, options, screen, signal)).finally(() =>
      screen.stop(),
    );
    const { result } = view;
    process.exitCode = exitCodeOf(result.state);
    showRun(view, this, process.stdout.columns);
    for (const note of view.notes) this.warn(note);
    return result;
  }
}
