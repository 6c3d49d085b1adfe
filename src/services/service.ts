import type { z } from 'zod';
import type { Rate } from '../http/host-limiter.ts';
import { failed, type Reading } from '../model/reading.ts';
import type { Match, RowAddress } from './page-key.ts';
import type { CommonSettings, Variant } from './service-settings.ts';

/** One HTTP request to a count service. Secrets in it are redacted by value wherever it is shown. */
export type ServiceRequest = {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** A complete reply of a service, decompressed, whatever its status. */
export type ServiceReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** When it came, in epoch milliseconds: what a header gives in seconds from now is counted from here. */
  readonly at: number;
};

/**
 * Sends a request under the limits of its host, and hands the reply to `read`. `read` returns what the reply holds, or
 * throws a {@link ServiceError} that says what to do about it. Retries, pauses, deadlines and the size cap are the caller's.
 */
export type Ask = <T>(request: ServiceRequest, read: (reply: ServiceReply) => T) => Promise<T>;

/** Something that answers how often a URL was shared: it looks URLs up, or reads a report that holds them all. */
export type CountService = LookUpService | ReportService;

export type LookUpService = ServiceTraits & {
  /**
   * Answers one {@link Reading} per URL, in the order of `urls` (at most `maxUrls`, all distinct). It asks only through
   * `ask`, keeps no state of a run, and never turns a failure into a number.
   */
  lookUp(urls: readonly string[], ask: Ask): Promise<readonly Reading[]>;
};

/** A service that answers from a report, which `reports.ts` reads once a run. */
export type ReportService = ServiceTraits & { readonly report: ReportSource };

/** What is asked of every service. */
export type ServiceTraits = {
  readonly name: string;
  /** URLs that are asked for together. */
  readonly maxUrls: number;
  readonly limits: ServiceLimits;
  /** Set where the counts are of a period, not totals, and the settings do not say that this is known. */
  readonly notCumulative?: string | undefined;
  /** Spellings that are asked for with each URL, each of which counts in an hourly budget. Default 1. */
  readonly spellings?: number;
  /** US dollars one request costs, where the service is paid by the request. */
  readonly dollarsPerRequest?: number;
  /** What a request counts as of a quota that its reply does not tell of, for people: `one of … a day`. */
  readonly requestQuota?: string;
  /** Epoch milliseconds before which a reply's headers ask for nothing more to be sent to this host. */
  pauseUntil?(reply: ServiceReply): number | undefined;
};

/** A row of a report. */
export type ReportRow = {
  /**
   * The page it is about, as {@link ReportSource.addresses} says; several where the service knows it by more than one
   * address, none where the row is about no page.
   */
  readonly pages: readonly string[];
  /** What identifies the row. A row that comes twice, as rows moved between two pages of the report, counts once. */
  readonly id?: string;
  /** Its numbers, one for each measure the report is read for; each passed `readCount`. */
  readonly values: readonly number[];
};

/** A page of a report, as far as it was read. */
export type ReportPage = {
  readonly rows: readonly ReportRow[];
  /** The requests for the pages that can be asked for now: all that are left, or the next one. */
  readonly next: readonly ServiceRequest[];
  /** Rows of the whole report, if the service says. */
  readonly total?: number | undefined;
  /** Why a page without a row may have been viewed all the same: rows are folded, withheld or sampled. */
  readonly incomplete?: string | undefined;
  readonly quotas?: readonly ReportQuota[] | undefined;
};

/** What a page cost of a quota, and what is left of it. */
export type ReportQuota = { readonly unit: string; readonly cost: number; readonly left: number };

/** How a report is read for some measures. */
export type ReportReader = {
  /** The requests to begin with. */
  readonly first: readonly ServiceRequest[];
  /**
   * Asks for one page and checks all of it. Throws a {@link ServiceError} where that is not possible: a report of which a page is
   * missing gives no count.
   */
  readPage(request: ServiceRequest, ask: Ask): Promise<ReportPage>;
};

/** A table of many pages that a service reads instead of looking URLs up. */
export type ReportSource = {
  /** Equal for services whose numbers come from the same report: it is read once for all of them. */
  readonly key: string;
  /** Which of its numbers the service takes. */
  readonly measure: string;
  /** What the rows name a page by. */
  readonly addresses: RowAddress;
  readonly match: Match;
  /** The hosts the report is of, normalised; all where it is missing. A URL of another host is skipped. */
  readonly hosts?: ReadonlySet<string> | undefined;
  /** How it is read for `measures`, which are distinct, at `now` (epoch milliseconds). */
  open(measures: readonly string[], now: number): ReportReader;
  /**
   * Asks for single URLs that have no row in a report that is not whole; `undefined` for those nothing is known of.
   * Missing where the service has no way to ask.
   */
  lookUpAbsent?(urls: readonly string[], ask: Ask, now: number): Promise<readonly (Reading | undefined)[]>;
};

export type ServiceLimits = {
  /** Simultaneous requests; the lower of this and `--concurrency` holds. */
  readonly concurrency?: number | undefined;
  /** At most `requests` in any `seconds`, per host. */
  readonly rate?: Rate | undefined;
  /** Milliseconds for one exchange. Default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** Bytes of a reply, after decompression. Default 1 MiB. */
  readonly maxBytes?: number | undefined;
  /** Retries of one request after a 5xx or a lost connection. Default 8. */
  readonly retries?: number | undefined;
  /** Requests after which the service is not asked any more in this run. */
  readonly maxRequests?: number | undefined;
  /** URLs asked in the hour before a command and by it: the command that reaches it ends the service. */
  readonly maxUrlsPerHour?: number | undefined;
};

/** A kind of service: how its settings are checked and how it is made of them. One file each; `registry.ts` lists them. */
export type ServiceDefinition<Options extends CommonSettings = CommonSettings> = {
  readonly name: string;
  /** One line for people: what is counted. */
  readonly summary: string;
  /** What it needs before it can be asked, for people; empty where nothing. */
  readonly needs: string;
  /** Where its public host is gone: since when, and what there is instead. */
  readonly closed?: { readonly since: string; readonly instead: string };
  /** Spellings of a URL the service counts apart, so that `variants` may name them. */
  readonly distinguishes?: readonly Variant[];
  /** The hosts its secrets are for. Default: those of the addresses it has without any settings. */
  readonly hosts?: readonly string[];
  /** The settings of the service, as they stand under `services.<name>`. */
  readonly options: z.ZodObject<z.core.$ZodLooseShape>;
  /** Makes the service of settings that passed `options`. */
  create(name: string, options: Options, secrets: ServiceSecrets): CountService;
};

/** The secrets a service may ask for while it is made. */
export type ServiceSecrets = {
  /** The value of an environment variable; an error where its name is refused or it is not set. */
  read(variable: string): string;
  /** The text of a key file: what the variable holds or, where it begins with `/` or `@`, the file it names. */
  readKeyFile(variable: string): string;
  /** Remembers a secret the service handed out, so that it is redacted too. */
  remember(value: string): void;
};

/**
 * What a failed reply means. `retry`: try again. `pause`: nothing more to this host before `untilMs`
 * (epoch milliseconds; a moment of the caller's choice where it is missing), then another try. `url`: these URLs have no
 * count; two dozen in a row stop the service, so what the service knows to be an answer (a URL it refuses) is better
 * returned as a failed reading. `split`: one of several URLs spoiled the
 * answer for all; says nothing of the service. `stop`: the service is of no more use in this run.
 */
export class ServiceError extends Error {
  public override readonly name = 'ServiceError';
  public readonly action: 'retry' | 'pause' | 'url' | 'split' | 'stop';
  public readonly untilMs: number | undefined;
  /** The reading of the URLs concerned. */
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

/** The reading a {@link ServiceError} leaves; any other error is thrown on. */
export function errorReading(error: unknown): Reading {
  if (error instanceof ServiceError) return error.reading;
  throw error;
}
