import { failed, ok, type Reading, skipped } from '../model/reading.ts';
import type { ServiceClient, LookUpContext } from './service-client.ts';
import { readReport, type Report } from './read-report.ts';
import { type LargestPage, ReportTable } from './report-table.ts';
import { type CountService, type ReportQuota, type ReportService, type ReportSource, errorReading } from './service.ts';

/** Milliseconds for which a resumed run uses a report it has already read. */
const FRESH_MS = 3_600_000;
/** The most unmatched pages and URLs that are shown. */
const SHOWN = 3;

/** A summary of a report, after all URLs were looked up. */
export type ReportSummary = {
  readonly services: readonly string[];
  /** The pages of the report that no URL matched, and the largest of them. */
  readonly unmatched: { readonly pages: number; readonly largest: readonly LargestPage[] };
  /** URLs without a row, and the first of them. */
  readonly absent: { readonly urls: number; readonly first: readonly string[] };
  readonly quotas: readonly ReportQuota[];
};

/** The reports of a run. Each is read once, when its first URL is looked up, for all services that use it. */
export class Reports {
  private readonly context: LookUpContext;
  private readonly shared = new Map<string, SharedReport>();

  public constructor(services: readonly CountService[], context: LookUpContext) {
    this.context = context;
    for (const service of services) if ('report' in service) this.join(service);
  }

  /** Returns the function that answers the URLs of a service, whose client sends the requests. */
  public answers(
    service: ReportService,
    client: ServiceClient,
  ): (urls: readonly string[]) => Promise<readonly Reading[]> {
    const shared = this.shared.get(service.report.key)!;
    return (urls) => shared.answer(urls, service, client);
  }

  public summaries(): readonly ReportSummary[] {
    return [...this.shared.values()].flatMap((shared) => shared.summary() ?? []);
  }

  private join({ name, report }: ReportService): void {
    const shared = this.shared.get(report.key) ?? new SharedReport(this.context);
    this.shared.set(report.key, shared);
    shared.join(name, report);
  }
}

/** A report and the services that use it. */
class SharedReport {
  private readonly context: LookUpContext;
  private readonly services: string[] = [];
  private readonly measures: string[] = [];
  private reading: Promise<Report> | undefined;
  private report: Report | undefined;
  private absent = 0;
  private readonly firstAbsent: string[] = [];

  public constructor(context: LookUpContext) {
    this.context = context;
  }

  public join(service: string, { measure }: ReportSource): void {
    this.services.push(service);
    if (!this.measures.includes(measure)) this.measures.push(measure);
  }

  public async answer(
    urls: readonly string[],
    service: ReportService,
    client: ServiceClient,
  ): Promise<readonly Reading[]> {
    const { name, report: source } = service;
    const report = await this.read(source, client);
    const column = this.measures.indexOf(source.measure);
    const answers = urls.map((url) => {
      if (!isOfSite(url, source)) return skipped('not of this site');
      const count = report.table.take(url, column);
      return count === undefined ? undefined : ok(count);
    });
    const absent = urls.filter((_, index) => answers[index] === undefined);
    // Services that share the report are asked for the same URLs.
    if (name === this.services[0]) this.noteAbsent(absent);
    const found = await this.answerAbsent(absent, report, source, client);
    let at = 0;
    return answers.map((answer) => answer ?? found[at++]!);
  }

  public summary(): ReportSummary | undefined {
    if (!this.report) return undefined;
    const { table, quotas } = this.report;
    const absent = { urls: this.absent, first: this.firstAbsent };
    return { services: this.services, unmatched: table.unmatched(SHOWN), absent, quotas };
  }

  /** The readings of URLs without a row. */
  private async answerAbsent(
    urls: readonly string[],
    { incomplete }: Report,
    source: ReportSource,
    client: ServiceClient,
  ): Promise<readonly Reading[]> {
    if (incomplete === undefined) return urls.map(() => ok(0));
    const unknown = failed(`not in the report, which is not whole (${incomplete})`);
    if (!source.lookUpAbsent || urls.length === 0) return urls.map(() => unknown);
    try {
      const asked = await source.lookUpAbsent(urls, client.ask, this.context.now());
      return urls.map((_, index) => asked[index] ?? unknown);
    } catch (error) {
      this.context.signal?.throwIfAborted();
      const reading = errorReading(error);
      return urls.map(() => reading);
    }
  }

  private noteAbsent(urls: readonly string[]): void {
    this.absent += urls.length;
    this.firstAbsent.push(...urls.slice(0, SHOWN - this.firstAbsent.length));
  }

  /** Reads the report with the client of the first service that needs it. If that fails, each service is stopped. */
  private async read(source: ReportSource, client: ServiceClient): Promise<Report> {
    this.reading ??= this.recall(source) ?? this.readAndKeep(source, client);
    try {
      return (this.report = await this.reading);
    } catch (error) {
      this.context.signal?.throwIfAborted();
      throw client.stopped ?? stop(error, client);
    }
  }

  private async readAndKeep(source: ReportSource, client: ServiceClient): Promise<Report> {
    const report = await readReport(source, this.measures, client.ask, this.context);
    if (report.incomplete === undefined) this.keep(report, source);
    return report;
  }

  private keep({ table, readAt, quotas }: Report, { key }: ReportSource): void {
    const { header, chunks } = table.keep();
    const { measures } = this;
    const kept: KeptHeader = { readAt, measures, quotas, table: header };
    this.context.keeper()?.keepReport(key, kept, chunks);
  }

  /** The report of an earlier process of the run, if it was complete and is fresh. */
  private recall(source: ReportSource): Promise<Report> | undefined {
    const kept = this.context.keeper()?.report(source.key);
    if (!kept) return undefined;
    const { readAt, measures, quotas, table: header } = kept.header as KeptHeader;
    const isFresh = readAt <= this.context.now() && this.context.now() - readAt < FRESH_MS;
    if (!isFresh || measures.join() !== this.measures.join()) return undefined;
    const table = ReportTable.restore(source, header, kept.entries);
    return Promise.resolve({ table, incomplete: undefined, quotas, readAt });
  }
}

/** What is kept of a report besides the entries of its table. */
type KeptHeader = Pick<Report, 'readAt' | 'quotas'> & {
  readonly measures: readonly string[];
  readonly table: ReturnType<ReportTable['keep']>['header'];
};

function stop(error: unknown, client: ServiceClient): Error {
  const why = error instanceof Error ? error.message : String(error);
  const reason = `the report could not be read to its last page: ${why}`;
  return client.stop(reason, failed(reason));
}

/** Whether a URL can be in the report: it is on one of the report's hosts, and has no port if the rows have none. */
function isOfSite(url: string, { addresses, hosts }: ReportSource): boolean {
  const { host, port } = new URL(url);
  if (hosts) return hosts.has(host);
  return addresses !== 'hostname' || port === '';
}
