import { grouped } from '../report/text.ts';
import type { Figures } from './figures.ts';
import type { Display } from './screen.ts';

/** Milliseconds between two lines. */
const PACE_MS = 5000;

/**
 * Progress where nobody watches a terminal: a line on standard error when the job begins, and then one every few seconds
 * if something changed. Standard output is left to the result.
 */
export class QuietLines implements Display {
  private lastLine = '';
  private lastAt = Date.now();
  private announced: string | null = null;

  public show(figures: Figures): void {
    if (figures.job !== null && figures.job !== this.announced) {
      this.announced = figures.job;
      this.print(`Job ${figures.job}: ${figures.jobUrl}`);
    }
    const line = toLine(figures);
    if (line === this.lastLine || Date.now() - this.lastAt < PACE_MS) return;
    this.lastLine = line;
    this.lastAt = Date.now();
    this.print(line);
  }

  public stop(): void {
    // The summary says how it ended.
  }

  private print(line: string): void {
    process.stderr.write(`${line}\n`);
  }
}

function toLine({ counted, changed, batches, rows, updated, failed }: Figures): string {
  const counting = `${grouped(counted)} records counted, ${grouped(changed)} changed`;
  if (batches === 0) return counting;
  return `${counting}, ${grouped(rows)} sent in ${grouped(batches)} batches, ${grouped(updated)} updated, ${grouped(failed)} failed`;
}
