import type { PlanTally } from '../model/run-facts.ts';
import type { RunState } from '../model/run-state.ts';
import { type Figures, toFigures } from './figures.ts';
import { QuietLines } from './quiet-lines.ts';
import { Stages } from './stages.ts';

/** Shows figures as they change. */
export type Display = { show(figures: Figures): void; stop(failed: boolean): void };

export type ScreenOptions = { readonly json: boolean; readonly title: string; readonly warn: (text: string) => void };

/**
 * What a person sees while a run goes on: stages in a terminal, a line now and then where output goes to a file or a
 * pipeline's log, nothing under `--json`. Warnings are given once each.
 */
export class Screen {
  private readonly options: ScreenOptions;
  private readonly warned = new Set<string>();
  private readonly display: Display | undefined;
  private state: RunState | undefined;
  private tally: PlanTally | undefined;

  public constructor(options: ScreenOptions) {
    this.options = options;
    const animated = process.stdout.isTTY && process.env['CI'] === undefined;
    if (!options.json) this.display = animated ? new Stages(options.title) : new QuietLines();
  }

  public run(state: RunState): void {
    this.state = state;
    this.show();
  }

  public plan(tally: PlanTally): void {
    this.tally = tally;
    this.show();
  }

  public warn(text: string): void {
    if (this.warned.has(text)) return;
    this.warned.add(text);
    this.options.warn(text);
  }

  public stop(): void {
    this.display?.stop(this.state?.end?.state === 'Failed');
  }

  private show(): void {
    this.display?.show(toFigures(this.state, this.tally));
  }
}
