import { runsFolder } from '../journal/runs.ts';
import { exitCodeOf } from '../model/exit-codes.ts';
import { Screen, type ScreenOptions } from '../progress/screen.ts';
import type { RunResult } from '../report/result.ts';
import { showRun } from '../report/run-text.ts';
import type { RunView } from '../report/run-view.ts';
import { BylineCommand } from './command.ts';
import { interruptible } from './known-error.ts';

/** What a run is given by the command it runs in. */
type CommandContext = { readonly runsDir: string; readonly progress: Screen; readonly signal: AbortSignal };

/** A command that works on a run: it shows the progress, then the outcome. */
export abstract class RunCommand<Result> extends BylineCommand<Result> {
  protected get runsDir(): string {
    return runsFolder(this.config.dataDir);
  }

  /** Shows the progress of a run while `work` goes on. */
  protected async follow(
    look: Pick<ScreenOptions, 'title' | 'planning' | 'dryRun'>,
    work: (context: CommandContext) => Promise<RunView>,
  ): Promise<RunView> {
    const progress = new Screen({
      ...look,
      json: this.jsonEnabled(),
      warn: (text) => this.warn(text),
      print: (text) => this.logToStderr(text),
    });
    const { runsDir } = this;
    return interruptible((signal) => work({ runsDir, progress, signal })).finally(() => progress.stop());
  }

  /** Shows the outcome of a run. Returns its result. */
  protected present(view: RunView, show: typeof showRun = showRun): RunResult {
    show(view, this, process.stdout.columns);
    for (const note of view.notes) this.warn(note);
    return view.result;
  }

  /** Sets the exit code for the outcome. A run that `--async` leaves in progress has done what it should. */
  protected exitWith({ state }: RunResult, isAsync = false): void {
    if (!(isAsync && state === 'InProgress')) process.exitCode = exitCodeOf(state);
  }
}
