import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { Screen } from '../../progress/screen.ts';
import { environmentSection, errorCodesSection } from '../../report/help-sections.ts';
import type { RunResult } from '../../report/result.ts';
import type { Detail, RunView } from '../../report/run-view.ts';
import {
  orgOfRunFlags,
  runOutputFlags,
  toRunOptions,
  toWhichRun,
  waitFlag,
  whichRunFlags,
} from '../../settings/run-flags.ts';
import { atPrompt } from '../../process/interrupt.ts';
import { RunCommand, toDetail } from '../../process/run-command.ts';
import type { UndoConsent } from '../../actions/undo-action.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.undo');

export type BylineUndoResult = RunResult;

export default class BylineUndo extends RunCommand<BylineUndoResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    ...whichRunFlags(),
    ...orgOfRunFlags,
    wait: waitFlag,
    async: Flags.boolean({
      default: false,
      exclusive: ['wait'],
      summary: messages.getMessage('flags.async.summary'),
    }),
    'no-prompt': Flags.boolean({ default: false, summary: messages.getMessage('flags.no-prompt.summary') }),
    ...runOutputFlags,
  };

  public static override readonly envVariablesSection = environmentSection('network', 'runs', 'progress');
  public static override readonly errorCodes = errorCodesSection('run');

  public async run(): Promise<BylineUndoResult> {
    const { flags } = await this.parse(BylineUndo);
    const { undo } = await import('../../actions/undo-action.ts');
    const which = toWhichRun(flags);
    const asks = !flags['no-prompt'];
    const options = { ...toRunOptions(flags), waitMs: flags.async ? null : flags.wait * 60_000 };
    const view = await this.follow(
      { title: 'Undo', planning: 'Read and compare', asks, concise: flags.concise },
      (context) => {
        const leave = asks ? this.asker(context.progress, toDetail(flags)) : ('given' as const);
        return undo(context, which, { ...options, leave });
      },
    );
    this.exitWith(view.result, !flags.async);
    return this.present(view, toDetail(flags), asks ? 'showOutcome' : 'showRun');
  }

  /** How the user is asked whether the undo may write. */
  private asker(screen: Screen, detail: Detail): UndoConsent {
    return this.canAsk() ? (preview) => this.ask(preview, screen, detail) : 'nobody to ask';
  }

  /** Previews the undo and asks for confirmation. */
  private async ask(preview: RunView, screen: Screen, detail: Detail): Promise<boolean> {
    const { showPreview } = await import('../../report/run-text.ts');
    screen.pause();
    showPreview(preview, this, { columns: process.stdout.columns, detail });
    // Longer than the default, because the user reads the preview first.
    return atPrompt(this.confirm({ message: messages.getMessage('confirm'), defaultAnswer: false, ms: 600_000 }));
  }
}
