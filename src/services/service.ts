import type { Rate } from '../http/host-limiter.ts';
import { failed, type Reading } from '../model/reading.ts';
import type { Match, RowAddress } from './page-key.ts';
import type { CommonSettings, Variant } from './service-settings.ts';
import type { core, ZodObject } from '../zod.ts';

/** One HTTP request to a count service. Secrets in it are redacted by value wherever it is shown. */
export type ServiceRequest = {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** A complete reply, decompressed, of any status. */
export type ServiceReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** When it arrived, in epoch milliseconds; headers with seconds from now count from here. */
  readonly at: number;
};

/**
 * Sends a request within the limits of its host and passes the reply to `read`. `read` returns what the reply holds, or
 * throws a {@link ServiceError} that says what to do. The caller of `read` handles retries, pauses, deadlines, and the
 * size limit.
 */
export type Ask = <T>(request: ServiceRequest, read: (reply: ServiceReply) => T) => Promise<T>;

/** A service that counts how often a URL was shared: it looks up URLs, or reads a report. */
export type CountService = LookUpService | ReportService;

export type LookUpService = ServiceTraits & {
  /**
   * Returns one {@link Reading} per URL, in the order of `urls` (at most `maxUrls`, all distinct). It sends requests
   * only with `ask`, keeps no state of a run, and never turns a failure into a number.
   */
  lookUp(urls: readonly string[], ask: Ask): Promise<readonly Reading[]>;
};

/** A service that answers from a report, which `reports.ts` reads once per run. */
export type ReportService = ServiceTraits & { readonly report: ReportSource };

/** What all services have in common. */
export type ServiceTraits = {
  readonly name: string;
  /** URLs that are requested together. */
  readonly maxUrls: number;
  readonly limits: ServiceLimits;
  /** Set if the counts cover a period and aren't totals, and the settings don't confirm that. */
  readonly notCumulative?: string | undefined;
  /** Spellings requested for each URL; each counts against an hourly budget. Default 1. */
  readonly spellings?: number;
  /** US dollars per request, if the service charges per request. */
  readonly dollarsPerRequest?: number;
  /** How a request counts against a quota that replies don't report, as text: `one of … a day`. */
  readonly requestQuota?: string;
  /** Epoch milliseconds until which a reply's headers ask to send nothing to this host. */
  pauseUntil?(reply: ServiceReply): number | undefined;
};

export type ReportRow = {
  /**
   * The page the row is about, in the format of {@link ReportSource.addresses}. Several if the service knows the page
   * by several addresses, none if the row is about no page.
   */
  readonly pages: readonly string[];
  /** Identifies the row. A duplicate, caused by rows that move between two pages of the report, counts once. */
  readonly id?: string;
  /** Its numbers, one for each measure of the report; each passed `readCount`. */
  readonly values: readonly number[];
};

/** A page of a report. */
export type ReportPage = {
  readonly rows: readonly ReportRow[];
  /** The requests for the pages that can be requested now: all that are left, or the next one. */
  readonly next: readonly ServiceRequest[];
  /** Rows of the whole report, if known. */
  readonly total?: number | undefined;
  /** Why a page without a row may have views: rows are folded, withheld, or sampled. */
  readonly incomplete?: string | undefined;
  readonly quotas?: readonly ReportQuota[] | undefined;
};

/** The cost of a page in a quota, and what is left of it. */
export type ReportQuota = { readonly unit: string; readonly cost: number; readonly left: number };

/** How a report is read for some measures. */
export type ReportReader = {
  /** The first requests. */
  readonly first: readonly ServiceRequest[];
  /** Requests and checks one page. Throws a {@link ServiceError} if that fails: an incomplete report gives no count. */
  readPage(request: ServiceRequest, ask: Ask): Promise<ReportPage>;
};

/** A table of many pages that a service reads instead of looking up URLs. */
export type ReportSource = {
  /** Equal for services that use the same report, which is read once for all of them. */
  readonly key: string;
  /** The measure the service uses. */
  readonly measure: string;
  /** How rows identify a page. */
  readonly addresses: RowAddress;
  readonly match: Match;
  /** The hosts of the report, normalized; all if missing. URLs on other hosts are skipped. */
  readonly hosts?: ReadonlySet<string> | undefined;
  /** Opens the report for distinct `measures` at `now` (epoch milliseconds). */
  open(measures: readonly string[], now: number): ReportReader;
  /**
   * Looks up single URLs that have no row in an incomplete report; `undefined` for those still unknown. Missing if the
   * service can't look up single URLs.
   */
  lookUpAbsent?(urls: readonly string[], ask: Ask, now: number): Promise<readonly (Reading | undefined)[]>;
};

export type ServiceLimits = {
  /** Concurrent requests; `--concurrency` may lower this. */
  readonly concurrency?: number | undefined;
  /** At most `requests` in any `seconds`, per host. */
  readonly rate?: Rate | undefined;
  /** Milliseconds for one exchange. Default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** Bytes of a reply, after decompression. Default 1 MiB. */
  readonly maxBytes?: number | undefined;
  /** Retries of one request after a 5xx or a lost connection. Default 8. */
  readonly retries?: number | undefined;
  /** Requests after which the service isn't asked any more in this run. */
  readonly maxRequests?: number | undefined;
  /** URLs requested in the last hour, by all commands, after which the service isn't asked any more. */
  readonly maxUrlsPerHour?: number | undefined;
};

/** A kind of service: how its settings are validated, and how it is created from them. Listed in `registry.ts`. */
export type ServiceDefinition<Options extends CommonSettings = CommonSettings> = {
  readonly name: string;
  /** One line that says what is counted. */
  readonly summary: string;
  /** What it needs before it can be asked; empty if nothing. */
  readonly needs: string;
  /** Set if its public host is closed: since when, and the alternative. */
  readonly closed?: { readonly since: string; readonly instead: string };
  /** Spellings of a URL that the service counts separately, which `variants` may name. */
  readonly distinguishes?: readonly Variant[];
  /** The hosts its secrets are for. Default: those of its default addresses. */
  readonly hosts?: readonly string[];
  /** The schema of the settings under `services.<name>`. */
  readonly options: ZodObject<core.$ZodLooseShape>;
  /** Creates the service from valid settings. */
  create(name: string, options: Options, secrets: ServiceSecrets): CountService;
};

/** The secrets a service may read while it is created. */
export type ServiceSecrets = {
  /** The value of an environment variable. Throws an error if its name isn't allowed or it isn't set. */
  read(variable: string): string;
  /** The text of a key file: the value of the variable, or of the file it names if it begins with `/` or `@`. */
  readKeyFile(variable: string): string;
  /** Redacts a secret that the service returned. */
  remember(value: string): void;
};

/**
 * What a failed reply means. `retry`: send the request again. `pause`: send nothing to this host before `untilMs`
 * (epoch milliseconds; the caller decides if missing), then retry. `url`: these URLs have no count. Two dozen in a row
 * stop the service, so an expected refusal of a URL should be returned as a failed reading. `split`: one of several
 * URLs failed the request for all; says nothing about the service. `stop`: don't ask the service again in this run.
 */
export class ServiceError extends Error {
  public override readonly name = 'ServiceError';
  public readonly action: 'retry' | 'pause' | 'url' | 'split' | 'stop';
  public readonly untilMs: number | undefined;
  /** The reading for the URLs concerned. */
  public readonly reading: Reading;

  public constructor(
    action: 'retry' | 'pause' | 'url' | 'split' | 'stop',
    reason: string,
    untilMs?: number,
    reading = failed(reason),
  ) {
    super(reason);
    this.action = action;
    this.untilMs = untilMs;
    this.reading = reading;
  }
}

/** The reading for a {@link ServiceError}; rethrows any other error. */
export function errorReading(error: unknown): Reading {
  if (error instanceof ServiceError) return error.reading;
  throw error;
}
