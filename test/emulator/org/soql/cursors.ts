import type { Row } from '../data/table.ts';
import type { RowsResult } from './query.ts';

/** An open query: what is left is read by its locator. */
export type Cursor = { readonly result: RowsResult; readonly rows: readonly Row[]; readonly size: number };

/** The newest open cursors; an older one's locator is stale. */
export class Cursors {
  private readonly most: number;
  private readonly open = new Map<string, Cursor>();

  public constructor(most: number) {
    this.most = most;
  }

  public add(id: string, cursor: Cursor): void {
    this.open.set(id, cursor);
    const [oldest] = this.open.keys();
    if (this.open.size > this.most && oldest !== undefined) this.open.delete(oldest);
  }

  public get(id: string): Cursor | undefined {
    return this.open.get(id);
  }

  public close(id: string): void {
    this.open.delete(id);
  }
}
