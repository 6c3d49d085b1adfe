import type { Names } from '../model/names.ts';
import type { Reading } from '../model/reading.ts';

type Article = Names & { readonly id: string; readonly url: string };

/** A skipped record, or an unavailable count of a record, whose `service` is then named. */
export type LeftOutRow = Article & { readonly service: string | null; readonly reason: string };

/** Why a record of an earlier plan is skipped. */
export const CHANGED_SINCE = 'changed since';

/** Collects what a run leaves out. Keeps the first `keep` rows and the total, so memory is constant. */
export class LeftOut {
  public readonly rows: LeftOutRow[] = [];
  /** The number of all rows. */
  public total = 0;
  private readonly keep: number;

  public constructor(keep: number) {
    this.keep = keep;
  }

  /** Adds a record that is skipped as a whole. */
  public skip(record: Article, reason: string): void {
    this.add(record, null, reason);
  }

  /** Adds the unavailable counts of a record. */
  public noteReadings(record: Article, readings: Readonly<Record<string, Reading>>): void {
    // Without lists of entries: this is done for every record of a run.
    for (const service in readings) {
      const reading = readings[service]!;
      if (reading.state !== 'ok') this.add(record, service, `${reading.state}: ${reading.reason}`);
    }
  }

  private add({ id, url, label }: Article, service: string | null, reason: string): void {
    this.total += 1;
    if (this.rows.length < this.keep)
      this.rows.push({ id, url, ...(label === undefined ? {} : { label }), service, reason });
  }
}
