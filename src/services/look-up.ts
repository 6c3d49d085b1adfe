import { sendRequest, type Dispatcher } from '../http/send-request.ts';
import { HostLimiter } from '../http/host-limiter.ts';
import { wait } from '../http/wait.ts';
import type { FieldRoom, HourlyBudget, Keeper, KeptReading, Reading, ServiceTally } from '../model/reading.ts';
import type { LookUpContext } from './service-client.ts';
import { ServiceQueue } from './service-queue.ts';
import { snippet } from './reply.ts';
import { Reports, type ReportSummary } from './reports.ts';
import type { CountService } from './service.ts';

export type LookUpOptions = {
  readonly dispatcher: Dispatcher;
  /** The most concurrent requests per service, and per host if services share one. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  /** Redacts secrets in every reason. */
  readonly redact?: (text: string) => string;
  /** URLs cached per service; see {@link createLookUp}. */
  readonly cacheSize?: number;
  /** The URLs that services with an hourly budget were asked for before; none if missing. */
  readonly asked?: HourlyBudget | undefined;
  /** Called with a line when a service stops and when a long pause begins. */
  readonly onNotice?: (service: string, text: string) => void;
  /** Bounds the memory while a report is read. */
  readonly memory?: LookUpContext['memory'];
  readonly now?: () => number;
  readonly random?: () => number;
  readonly wait?: typeof wait;
  /** Sends one HTTP request; replaced in tests. */
  readonly sendRequest?: LookUpContext['sendRequest'];
};

export type LookUp = {
  /**
   * Asks every service for every URL, concurrently; may be called again while it runs. Returns for each service one
   * reading per URL, in the order of `urls`, which may have duplicates. Rejects only if the signal aborts. `at` is the
   * number of the run's records before each URL's own.
   */
  lookUp(urls: readonly string[], at?: readonly number[]): Promise<ReadonlyMap<string, readonly Reading[]>>;
  /** URLs in flight when every service is asked at full concurrency. */
  readonly urlsAtOnce: number;
  /**
   * Sets by service the field it fills, and the digits before its decimal point if it doesn't hold any count; larger
   * counts are skipped. Must be called before anything is requested.
   */
  fit(fields: Readonly<Record<string, string>>, digits: Readonly<Record<string, number>>): void;
  /**
   * The tallies of all services so far; with `records`, only of URLs requested with the run's first `records` records.
   */
  tallies(records?: number): Readonly<Record<string, ServiceTally>>;
  /**
   * Restores a reading of an earlier process. One that is in the plan becomes known; any other is used as an answer and
   * tallied when its URL comes, except that a failed one is requested again.
   */
  recall(reading: KeptReading, isPlanned: boolean): void;
  /** Summaries of the reports that were read, when all URLs were requested. */
  reports(): readonly ReportSummary[];
  /**
   * Continues from an earlier process; from now on, `keeper` is called. Must be called before anything is requested.
   */
  goOn(earlier: Readonly<Record<string, ServiceTally>>, keeper: Keeper): void;
};

/** The most characters of a reason. */
const LONGEST_REASON = 200;
/** Some 4 MB per service; a larger cache would make memory depend on the number of records. */
const CACHE_SIZE = 131_072;

/**
 * Creates the lookup of a run. Each service is asked for a URL once; its last `cacheSize` readings (131,072 by default)
 * are cached. A URL that returns after that many others is requested and tallied again, which costs a request but never
 * a wrong count.
 */
export function createLookUp(services: readonly CountService[], options: LookUpOptions): LookUp {
  const now = options.now ?? Date.now;
  const timing = { now, wait: options.wait ?? wait };
  const hosts = new Map<string, HostLimiter>();
  let keeper: Keeper | undefined;
  const context: LookUpContext = {
    ...{ dispatcher: options.dispatcher, concurrency: options.concurrency, signal: options.signal, ...timing },
    sendRequest: options.sendRequest ?? sendRequest,
    random: options.random ?? Math.random,
    tidy: (text) => snippet(options.redact?.(text) ?? text, LONGEST_REASON),
    onNotice: options.onNotice ?? (() => undefined),
    memory: options.memory ?? { makeRoom: () => undefined, check: () => undefined },
    keeper: () => keeper,
    host: (name) => {
      const limiter = hosts.get(name) ?? new HostLimiter({ concurrency: options.concurrency, ...timing });
      hosts.set(name, limiter);
      return limiter;
    },
  };
  const reports = new Reports(services, context);
  const memory = { cacheSize: options.cacheSize ?? CACHE_SIZE, asked: options.asked };
  const queues = services.map((service) => new ServiceQueue(service, context, reports, memory));
  const widest = services.map(
    ({ maxUrls, limits }) => maxUrls * Math.min(options.concurrency, limits.concurrency ?? Infinity),
  );
  return {
    urlsAtOnce: Math.max(1, ...widest),
    lookUp: async (urls, at = []) =>
      new Map(await Promise.all(queues.map(async (queue) => [queue.name, await queue.readings(urls, at)] as const))),
    fit: (fields, digits) => {
      for (const queue of queues) queue.room = toRoom(fields[queue.name], digits[queue.name]);
    },
    tallies: (records) => Object.fromEntries(queues.map((queue) => [queue.name, queue.tally(records)])),
    recall: (reading, isPlanned) => queues.find(({ name }) => name === reading.service)?.recall(reading, isPlanned),
    reports: () => reports.summaries(),
    goOn: (earlier, others) => {
      keeper = others;
      for (const queue of queues) queue.goOn(earlier[queue.name]);
    },
  };
}

const toRoom = (field: string | undefined, digits: number | undefined): FieldRoom | undefined =>
  field === undefined || digits === undefined ? undefined : { field, digits };
