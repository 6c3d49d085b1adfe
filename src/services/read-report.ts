import { ReportTable } from './report-table.ts';
import type { LookUpContext } from './service-client.ts';
import {
  type Ask,
  type ReportQuota,
  type ReportReader,
  type ReportSource,
  type ServiceRequest,
  ServiceError,
} from './service.ts';

/** A report with more pages comes from a service that never ends. */
const MAX_PAGES = 10_000;
const MAX_ROWS = 5_000_000;

/** A report that was read to its last page. */
export type Report = {
  /** The numbers, one column for each measure. */
  readonly table: ReportTable;
  /** Why the report isn't complete. If missing, a page without a row has the count 0. */
  readonly incomplete: string | undefined;
  /** The cost of reading for each quota, and what was left at the end. */
  readonly quotas: readonly ReportQuota[];
  readonly readAt: number;
};

/**
 * Reads all pages of a report, concurrently if possible. Throws what a page throws; then nothing of the report may be
 * used.
 */
export async function readReport(
  source: ReportSource,
  measures: readonly string[],
  ask: Ask,
  { now, memory }: Pick<LookUpContext, 'now' | 'memory'>,
): Promise<Report> {
  memory.makeRoom();
  const readAt = now();
  const reader = source.open(measures, readAt);
  const reading = new Reading(source, measures.length, memory.check);
  await reading.readAll(reader, reader.first, ask);
  memory.makeRoom();
  return { ...reading.end(), readAt };
}

class Reading {
  private readonly table: ReportTable;
  private readonly onPage: () => void;
  private readonly quotas = new Map<string, ReportQuota>();
  private pages = 0;
  private total: number | undefined;
  private incomplete: string | undefined;
  private hasFailed = false;

  public constructor(source: ReportSource, columns: number, onPage: () => void) {
    this.table = new ReportTable(source, columns);
    this.onPage = onPage;
  }

  /** Reads the pages of `requests` and those that follow. After the first failure, no more are requested. */
  public async readAll(reader: ReportReader, requests: readonly ServiceRequest[], ask: Ask): Promise<void> {
    await Promise.all(
      requests.map(async (request) => {
        const next = await this.readOne(reader, request, ask);
        await this.readAll(reader, next, ask);
      }),
    );
  }

  public end(): Omit<Report, 'readAt'> {
    const { table, quotas } = this;
    table.seal();
    return { table, incomplete: this.incomplete ?? this.missing(), quotas: [...quotas.values()] };
  }

  /** Adds a page. Returns the requests for the pages that follow. */
  private async readOne(reader: ReportReader, request: ServiceRequest, ask: Ask): Promise<readonly ServiceRequest[]> {
    this.pages += 1;
    if (this.pages > MAX_PAGES) throw this.endless(`more than ${MAX_PAGES} pages`);
    try {
      const { rows, next, total, incomplete, quotas = [] } = await reader.readPage(request, ask);
      if (this.hasFailed) return [];
      for (const row of rows) this.table.add(row);
      if (this.table.rows > MAX_ROWS) throw this.endless(`more than ${MAX_ROWS} rows`);
      if (total !== undefined && total !== (this.total ?? total)) this.incomplete ??= CHANGED;
      this.total ??= total;
      this.incomplete ??= incomplete;
      for (const quota of quotas) this.spend(quota, next.length);
      this.onPage();
      return next;
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }

  /**
   * Records the cost of a page. Throws a ServiceError if what is left isn't enough for `more` pages, which would be
   * paid for nothing.
   */
  private spend({ unit, cost, left }: ReportQuota, more: number): void {
    const known = this.quotas.get(unit);
    this.quotas.set(unit, { unit, cost: (known?.cost ?? 0) + cost, left: Math.min(known?.left ?? left, left) });
    if (cost * more > left) {
      throw new ServiceError('stop', `the pages left would cost ${cost * more} ${unit}, and ${left} are left`);
    }
  }

  /** Why the report isn't complete. */
  private missing(): string | undefined {
    const { rows, repeated } = this.table;
    if (repeated > 0) return CHANGED;
    return this.total === undefined || this.total === rows ? undefined : `${rows} of ${this.total} rows came`;
  }

  private endless(what: string): ServiceError {
    return new ServiceError('stop', what);
  }
}

const CHANGED = 'it changed while it was read';
