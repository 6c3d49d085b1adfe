import { runsFolder } from '../journal/runs-folder.ts';
import { exitCodeOf } from '../model/exit-codes.ts';
import type { Screen, ScreenOptions } from '../progress/screen.ts';
import type { RunResult } from '../report/result.ts';
import type { Detail, RunView } from '../report/run-view.ts';
import { BylineCommand } from './command.ts';
import { interruptible } from './known-error.ts';

/** What a command passes to a run. */
type CommandContext = { readonly runsDir: string; readonly progress: Screen; readonly signal: AbortSignal };

/** What --concise and --verbose say about the output. */
export const toDetail = (flags: { readonly concise: boolean; readonly verbose: boolean }): Detail =>
  flags.concise ? 'concise' : flags.verbose ? 'verbose' : 'normal';

/** The base of commands that work on a run: shows the progress, then the outcome. */
export abstract class RunCommand<Result> extends BylineCommand<Result> {
  /** Jobs whose links whoever reads the result has seen. */
  private linked: ReadonlySet<string> = new Set();

  protected get runsDir(): string {
    return runsFolder(this.config.dataDir);
  }

  /** Shows the progress of a run while `work` goes on. */
  protected async follow(
    look: Pick<ScreenOptions, 'title' | 'planning' | 'dryRun' | 'asks' | 'concise'>,
    work: (context: CommandContext) => Promise<RunView>,
  ): Promise<RunView> {
    const { Screen } = await import('../progress/screen.ts');
    const progress = await Screen.open({
      ...look,
      json: this.jsonEnabled(),
      warn: (text) => this.warn(text),
      print: (text) => this.logToStderr(text),
      // Where one person sees both streams, a link is shown early; elsewhere it is part of the result.
      link: process.stdout.isTTY && process.stderr.isTTY ? (text, url) => this.link(text, url, 'stderr') : null,
    });
    const { runsDir } = this;
    return interruptible((signal) => work({ runsDir, progress, signal })).finally(() => {
      progress.stop();
      this.linked = progress.linked;
    });
  }

  /** Shows the outcome of a run, and its preview unless that was shown before. Returns its result. */
  protected async present(
    view: RunView,
    detail: Detail,
    show: 'showRun' | 'showOutcome' = 'showRun',
  ): Promise<RunResult> {
    const texts = await import('../report/run-text.ts');
    texts[show](view, this, { columns: process.stdout.columns, detail, linked: this.linked });
    for (const note of view.notes) this.warn(note);
    return view.result;
  }

  /** Sets the exit code for the outcome. With `waits` false, a run in progress is a success. */
  protected exitWith({ state }: RunResult, waits = true): void {
    if (waits || state !== 'InProgress') process.exitCode = exitCodeOf(state);
  }
}
