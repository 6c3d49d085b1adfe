import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { runsFolder } from '../../journal/runs.ts';
import { exitCodeOf } from '../../model/exit-codes.ts';
import { Screen } from '../../progress/screen.ts';
import { environmentSection, errorCodesSection } from '../../report/help-sections.ts';
import type { RunResult } from '../../report/result.ts';
import type { RunView } from '../../report/run-view.ts';
import { showOutcome, showPreview, showRun } from '../../report/run-text.ts';
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
import { atPrompt } from '../../process/interrupt.ts';
import { interruptible } from '../../process/known-error.ts';
import { type Leave, undo } from '../../actions/undo-action.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.undo');

export type BylineUndoResult = RunResult;

export default class BylineUndo extends BylineCommand<BylineUndoResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'target-org': orgOfRunFlag,
    'api-version': apiVersionOfRunFlag,
    ...whichRunFlags(),
    wait: waitFlag,
    async: Flags.boolean({
      default: false,
      exclusive: ['wait'],
      summary: messages.getMessage('flags.async.summary'),
    }),
    'no-prompt': Flags.boolean({ default: false, summary: messages.getMessage('flags.no-prompt.summary') }),
    'output-dir': outputDirFlag,
    report: reportFlag,
  };

  public static override readonly envVariablesSection = environmentSection('network', 'runs', 'progress');
  public static override readonly errorCodes = errorCodesSection('run');

  public async run(): Promise<BylineUndoResult> {
    const { flags } = await this.parse(BylineUndo);
    const which = toWhichRun(flags);
    const asks = !flags['no-prompt'];
    const waitMs = flags.async ? null : flags.wait * 60_000;
    const named = { org: flags['target-org'], apiVersion: flags['api-version'], waitMs };
    const screen = new Screen({
      json: this.jsonEnabled(),
      title: 'Undo',
      planning: 'Read and compare',
      warn: (text) => this.warn(text),
      print: (text) => this.logToStderr(text),
    });
    const options = {
      waitMs,
      folder: runsFolder(this.config.dataDir),
      outputDir: flags['output-dir'],
      leave: asks ? this.asker(screen) : ('given' as const),
      reportFile: flags.report,
    };
    const view = await interruptible((signal) => undo(which, named, options, screen, signal)).finally(() =>
      screen.stop(),
    );
    const { result } = view;
    if (!(flags.async && result.state === 'InProgress')) process.exitCode = exitCodeOf(result.state);
    const show = asks ? showOutcome : showRun;
    show(view, this, process.stdout.columns);
    for (const note of view.notes) this.warn(note);
    return result;
  }

  /** Who asks whether the undo may write. */
  private asker(screen: Screen): Leave {
    return this.canAsk() ? (preview) => this.ask(preview, screen) : 'nobody to ask';
  }

  /** Shows what the undo will do, and asks. */
  private async ask(preview: RunView, screen: Screen): Promise<boolean> {
    screen.pause();
    showPreview(preview, this, process.stdout.columns);
    // Much longer than the default: somebody reads the preview first.
    return atPrompt(this.confirm({ message: messages.getMessage('confirm'), defaultAnswer: false, ms: 600_000 }));
  }
}
