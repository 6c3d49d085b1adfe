import { bylineError } from '../errors.ts';
import type { ArticleRecord } from '../model/change.ts';
import type { RunChunk } from '../model/ascending-runs.ts';
import { formatNumber } from '../model/format-number.ts';
import { BulkNotAllowed } from './bulk-query.ts';
import { chooseRereadStrategy, IDS, isWorthCounting } from './read-strategy.ts';
import { countRecords, readRange, readRecords, type StoredFields } from './read-records.ts';
import type { OrgSession } from './session.ts';

export type PlanRecordsOptions = {
  /** Given a line for people that says how the records are read, where that is not by their ids. */
  readonly onNotice: (text: string) => void;
  /** Where the result of a bulk query is kept while it is worked through. */
  readonly folder: string;
  readonly signal: AbortSignal;
};

/** Records of a bulk query taken at a time. */
const FEW = 200;

type Found = Map<string, ArticleRecord>;

/**
 * What the records of a plan hold now, read in the order of the plan. Where a plan is so large that asking for the ids
 * would take more API requests, all records between its first and its last id are read by a bulk query and matched
 * here, in memory that does not grow with either.
 */
export class PlanRecords implements AsyncDisposable {
  private readonly session: OrgSession;
  private readonly what: StoredFields;
  private readonly options: PlanRecordsOptions;
  private readonly parts: RunChunk[];
  /** Changes still to come of the present run, and its records where they are read by a bulk query. */
  private left = 0;
  private cursor: Cursor | undefined;
  private bulkAllowed = true;

  /** `parts` are what the plan to be read is made of. */
  public constructor(session: OrgSession, what: StoredFields, parts: readonly RunChunk[], options: PlanRecordsOptions) {
    this.session = session;
    this.what = what;
    this.parts = [...parts];
    this.options = options;
  }

  /** What the records of the next changes hold, by id; one that is gone is not in it. At most 2,000 at a time. */
  public async read(ids: readonly string[]): Promise<Found> {
    const found: Found = new Map();
    for (let at = 0; at < ids.length;) {
      if (this.left === 0) await this.openNext(ids[at]!);
      const some = ids.slice(at, at + this.left);
      await this.readSome(some, found);
      this.left -= some.length;
      at += some.length;
    }
    return found;
  }

  /**
   * How many of the next records are best read together. What is asked for by ids fills a request; of a bulk query's result
   * the fewer the better, as what lives shortly costs the garbage collector nothing: with 2,000 it took three times as long.
   */
  public get atOnce(): number {
    return this.cursor || (this.left === 0 && this.mayReadInBulk(this.parts[0])) ? FEW : IDS;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.cursor?.close();
  }

  private async openNext(first: string): Promise<void> {
    await this.cursor?.close();
    this.cursor = undefined;
    const part = this.parts.shift();
    this.left = part?.changes ?? Infinity;
    if (!this.mayReadInBulk(part)) return;
    const { changes, ids } = part;
    const { session, what, options } = this;
    const range = [first, ids[1]] as const;
    const records = await countRecords(session, what.sobject, range, options.signal);
    const { method, ids: byIds, bulk } = chooseRereadStrategy(changes, records);
    if (method === 'ids') return;
    options.onNotice(
      `The records of ${formatNumber(changes)} changes are read by a bulk query: some ${bulk} API requests instead of ${byIds}.`,
    );
    this.cursor = new Cursor(readRange(session, what, range, options));
  }

  private mayReadInBulk(part: RunChunk | undefined): part is RunChunk & { ids: object } {
    return part?.ids != null && this.bulkAllowed && isWorthCounting(part.changes);
  }

  private async readSome(ids: readonly string[], found: Found): Promise<void> {
    const { session, what, options } = this;
    try {
      if (this.cursor) return await this.cursor.take(ids, found);
    } catch (error) {
      if (!(error instanceof BulkNotAllowed)) throw error;
      options.onNotice(`The org lets no bulk query read them (${error.message}): they are read by their ids.`);
      this.cursor = undefined;
      this.bulkAllowed = false;
    }
    for (const [id, record] of await readRecords(session, what, ids, options.signal)) found.set(id, record);
  }
}

/** Goes through records in the order of their ids, once. */
class Cursor {
  private readonly pages: AsyncGenerator<readonly ArticleRecord[], void, undefined>;
  private page: readonly ArticleRecord[] = [];
  private at = -1;
  private last = '';

  public constructor(pages: AsyncGenerator<readonly ArticleRecord[], void, undefined>) {
    this.pages = pages;
  }

  /** Adds those of the records with these ids that there are; the ids ascend, from one call to the next. */
  public async take(ids: readonly string[], found: Found): Promise<void> {
    for (const id of ids) {
      while (this.last < id) if (!this.step() && !(await this.turn())) return;
      if (this.last === id) found.set(id, this.page[this.at]!);
    }
  }

  public async close(): Promise<void> {
    await this.pages.return();
  }

  /** Goes to the next record of the page. False where there is none. */
  private step(): boolean {
    if (this.at + 1 >= this.page.length) return false;
    this.at += 1;
    const { id } = this.page[this.at]!;
    // What is passed over would be taken for gone.
    if (id <= this.last)
      throw bylineError('orgAnswerUnreadable', ['The bulk query', '200', 'records are out of order']);
    this.last = id;
    return true;
  }

  /** Turns to the next page. False where there is none. */
  private async turn(): Promise<boolean> {
    const next = await this.pages.next();
    if (next.done) return false;
    [this.page, this.at] = [next.value, -1];
    return true;
  }
}
