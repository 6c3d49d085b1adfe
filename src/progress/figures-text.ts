import { formatNumber } from '../model/format-number.ts';
import type { Figures } from './figures.ts';
import { duration, Pace, perSecond } from './pace.ts';

/** Figures as text, with rates and the time left if known. */
export class FiguresText {
  private readonly counting = new Pace();
  private readonly results = new Pace();
  private now = 0;

  /** Records the figures at `now` (milliseconds), from which rates are calculated. */
  public note(figures: Figures, now: number): void {
    this.now = now;
    this.counting.note(figures.counted, now);
    if (figures.batches > 0) this.results.note(doneRows(figures), now);
  }

  /** `380 of 2,000 read, 372 to write, 120/s, 14 s left` */
  public records({ counted, total, toWrite, planned }: Figures): string {
    const of = total === null || planned ? '' : ` of ${formatNumber(total)}`;
    const rate = planned ? '' : perSecond(this.counting.rate(this.now));
    const left = planned || total === null ? '' : duration(this.counting.left(total, this.now));
    return joined(
      `${formatNumber(counted)}${of} read`,
      `${formatNumber(toWrite)} to write`,
      rate,
      left && `${left} left`,
    );
  }

  /** `300 of 380 in 6 batches`; the total appears once it is known. */
  public sent({ rows, batches, planned, toWrite }: Figures): string {
    const total = planned ? ` of ${formatNumber(toWrite)}` : '';
    return `${formatNumber(rows)}${total} in ${formatNumber(batches)} ${batches === 1 ? 'batch' : 'batches'}`;
  }

  /** `150 of 380 updated, 2 failed, 3 of 8 batches done, 40/s, 6 s left` */
  public outcomes(figures: Figures): string {
    const { updated, failed, completed, batches, planned, toWrite } = figures;
    const waiting = completed < batches;
    const rate = waiting ? perSecond(this.results.rate(this.now)) : '';
    const left = waiting && planned ? duration(this.results.left(toWrite, this.now)) : '';
    return joined(
      `${formatNumber(updated)}${planned ? ` of ${formatNumber(toWrite)}` : ''} updated`,
      `${formatNumber(failed)} failed`,
      `${formatNumber(completed)} of ${formatNumber(batches)} batches done`,
      rate,
      left && `${left} left`,
    );
  }
}

const doneRows = ({ updated, failed }: Figures): number => updated + failed;

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');
