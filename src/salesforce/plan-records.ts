import { bylineError } from '../errors.ts';
import type { ArticleRecord } from '../model/change.ts';
import type { RunChunk } from '../model/ascending-runs.ts';
import { formatNumber } from '../model/format-number.ts';
import { BulkNotAllowed } from './bulk-query.ts';
import { chooseRereadStrategy, IDS, isWorthCounting } from './read-strategy.ts';
import { countRecords, readRange, readRecords, type StoredFields } from './read-records.ts';
import type { OrgSession } from './session.ts';

export type PlanRecordsOptions = {
  /** Called with a line that says how the records are read, unless by their Ids. */
  readonly onNotice: (text: string) => void;
  /** The folder for the result of a bulk query while it is processed. */
  readonly folder: string;
  readonly signal: AbortSignal;
};

/** Records of a bulk query taken at a time. */
const FEW = 200;

type Found = Map<string, ArticleRecord>;

/**
 * Reads the current values of a plan's records, in the order of the plan. If a plan is so large that requesting the Ids
 * would take more API requests, a bulk query reads all records between its first and its last Id, and they are matched
 * here, in constant memory.
 */
export class PlanRecords implements AsyncDisposable {
  private readonly session: OrgSession;
  private readonly what: StoredFields;
  private readonly options: PlanRecordsOptions;
  private readonly parts: RunChunk[];
  /** The changes left in the current run, and its records if a bulk query reads them. */
  private left = 0;
  private cursor: Cursor | undefined;
  private bulkAllowed = true;

  /** `parts` are the ascending runs of the plan to read. */
  public constructor(session: OrgSession, what: StoredFields, parts: readonly RunChunk[], options: PlanRecordsOptions) {
    this.session = session;
    this.what = what;
    this.parts = [...parts];
    this.options = options;
  }

  /** Reads the records of the next changes, by Id; deleted records are missing. At most 2,000 at a time. */
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
   * The number of records to read together next. Requests by Id should be full. From a bulk query, fewer are better,
   * because short-lived objects cost the garbage collector nothing: 2,000 took three times as long.
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

/** Reads records in the order of their Ids, once. */
class Cursor {
  private readonly pages: AsyncGenerator<readonly ArticleRecord[], void, undefined>;
  private page: readonly ArticleRecord[] = [];
  private at = -1;
  private last = '';

  public constructor(pages: AsyncGenerator<readonly ArticleRecord[], void, undefined>) {
    this.pages = pages;
  }

  /** Adds the records with these Ids that exist. Ids must ascend, also from one call to the next. */
  public async take(ids: readonly string[], found: Found): Promise<void> {
    for (const id of ids) {
      while (this.last < id) if (!this.step() && !(await this.turn())) return;
      if (this.last === id) found.set(id, this.page[this.at]!);
    }
  }

  public async close(): Promise<void> {
    await this.pages.return();
  }

  /** Moves to the next record of the page. Returns false if there is none. */
  private step(): boolean {
    if (this.at + 1 >= this.page.length) return false;
    this.at += 1;
    const { id } = this.page[this.at]!;
    // A skipped record would count as deleted.
    if (id <= this.last)
      throw bylineError('orgAnswerUnreadable', ['The bulk query', '200', 'records are out of order']);
    this.last = id;
    return true;
  }

  /** Moves to the next page. Returns false if there is none. */
  private async turn(): Promise<boolean> {
    const next = await this.pages.next();
    if (next.done) return false;
    [this.page, this.at] = [next.value, -1];
    return true;
  }
}
