import { runsFolder } from '../journal/runs-folder.ts';
import { exitCodeOf } from '../model/exit-codes.ts';
import type { Screen, ScreenOptions } from '../progress/screen.ts';
import type { RunResult } from '../report/result.ts';
import type { RunView } from '../report/run-view.ts';
import { BylineCommand } from './command.ts';
import { interruptible } from './known-error.ts';

/** What a command passes to a run. */
type CommandContext = { readonly runsDir: string; readonly progress: Screen; readonly signal: AbortSignal };

/** The base of commands that work on a run: shows the progress, then the outcome. */
export abstract class RunCommand<Result> extends BylineCommand<Result> {
  protected get runsDir(): string {
    return runsFolder(this.config.dataDir);
  }

  /** Shows the progress of a run while `work` goes on. */
  protected async follow(
    look: Pick<ScreenOptions, 'title' | 'planning' | 'dryRun'>,
    work: (context: CommandContext) => Promise<RunView>,
  ): Promise<RunView> {
    const { Screen } = await import('../progress/screen.ts');
    const progress = await Screen.open({
      ...look,
      json: this.jsonEnabled(),
      warn: (text) => this.warn(text),
      print: (text) => this.logToStderr(text),
    });
    const { runsDir } = this;
    return interruptible((signal) => work({ runsDir, progress, signal })).finally(() => progress.stop());
  }

  /** Shows the outcome of a run, and its preview unless that was shown before. Returns its result. */
  protected async present(view: RunView, show: 'showRun' | 'showOutcome' = 'showRun'): Promise<RunResult> {
    const texts = await import('../report/run-text.ts');
    texts[show](view, this, process.stdout.columns);
    for (const note of view.notes) this.warn(note);
    return view.result;
  }

  /** Sets the exit code for the outcome. With `waits` false, a run in progress is a success. */
  protected exitWith({ state }: RunResult, waits = true): void {
    if (waits || state !== 'InProgress') process.exitCode = exitCodeOf(state);
  }
}
