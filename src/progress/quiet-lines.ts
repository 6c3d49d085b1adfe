import type { Display, Figures } from './figures.ts';
import { FiguresText } from './figures-text.ts';

/** Milliseconds between two lines, and the longest silence, as in the CLI's own commands. */
export type LinePace = { readonly everyMs: number; readonly silenceMs: number };

export type LineOutput = { readonly print: (line: string) => void; readonly now: () => number };

/**
 * Progress outside of a terminal: a line every few seconds if something changed, and one now and then if not, because
 * some pipelines end silent processes. `tick` must be called at least that often.
 */
export class QuietLines implements Display {
  private readonly text = new FiguresText();
  private readonly context: LineOutput;
  private readonly pace: LinePace;
  private lastFacts = '';
  private lastAt: number;

  public constructor(context: LineOutput, pace: LinePace) {
    this.context = context;
    this.pace = pace;
    this.lastAt = context.now();
  }

  public show(figures: Figures): void {
    const now = this.context.now();
    this.text.note(figures, now);
    const facts = JSON.stringify(figures);
    const due = now - this.lastAt >= (facts === this.lastFacts ? this.pace.silenceMs : this.pace.everyMs);
    // Before the first record there is nothing to show.
    if (!due || figures.counted === 0) return;
    this.lastFacts = facts;
    this.lastAt = now;
    this.context.print(this.toLine(figures));
  }

  public stop(): void {
    // The summary shows how the run ended.
  }

  private toLine(figures: Figures): string {
    const counting = `Records: ${this.text.records(figures)}`;
    if (figures.batches === 0) return counting;
    const sent = `Sent: ${this.text.sent(figures)}`;
    if (figures.completed === 0 && figures.phase !== 'results') return `${counting}. ${sent}`;
    const outcomes = `Results: ${this.text.outcomes(figures)}`;
    return figures.planned && figures.phase === 'results' ? outcomes : `${counting}. ${sent}. ${outcomes}`;
  }
}
