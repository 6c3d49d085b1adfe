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
  /** Simultaneous requests per service, and per host where services share one. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  /** Takes secrets out of every reason. */
  readonly redact?: (text: string) => string;
  /** URLs remembered per service; see {@link createLookUp}. */
  readonly cacheSize?: number;
  /** What services with an hourly budget were asked before; nothing where it is missing. */
  readonly asked?: HourlyBudget | undefined;
  /** Receives a line when a service stops and when a long pause begins. */
  readonly onNotice?: (service: string, text: string) => void;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly wait?: typeof wait;
  /** How to make one exchange; the real one unless a test says otherwise. */
  readonly attempt?: LookUpContext['attempt'];
};

export type LookUp = {
  /**
   * Asks every service for every URL, side by side; may be called again while it runs. Answers for each service one
   * reading per URL, in the order of `urls`, which may repeat. Rejects only when the signal aborts. `at` tells of
   * each URL how many records of the run stand before its own.
   */
  lookUp(urls: readonly string[], at?: readonly number[]): Promise<ReadonlyMap<string, readonly Reading[]>>;
  /** URLs that are asked for at a time when every service is asked as many requests at a time as it may be. */
  readonly urlsAtOnce: number;
  /**
   * Tells by service which field is filled, and how many digits before the decimal point it has room for, where it has not
   * room for any count: what does not fit is skipped. To be called before anything is asked.
   */
  fit(fields: Readonly<Record<string, string>>, digits: Readonly<Record<string, number>>): void;
  /**
   * How each service has fared so far; with `records`, its URLs only as far as they were asked for with the first so many
   * records of the run.
   */
  tallies(records?: number): Readonly<Record<string, ServiceTally>>;
  /**
   * Takes over a reading an earlier process of the run had. One that is in the plan is a known one; any other is taken for
   * an answer, and tallied, when its URL comes, and if it is a failure its URL is asked for again.
   */
  recall(reading: KeptReading, isPlanned: boolean): void;
  /** Summaries of the reports that were read, once all URLs are asked. */
  reports(): readonly ReportSummary[];
  /** Goes on from what an earlier process left; from now on, `keeper` is called. To be called before anything is asked. */
  goOn(earlier: Readonly<Record<string, ServiceTally>>, keeper: Keeper): void;
};

/** Characters of a reason. */
const LONGEST_REASON = 200;
/** Some 4 MB a service; beyond it a run's memory would no longer be independent of its records. */
const CACHE_SIZE = 131_072;

/**
 * Makes the look-up of one run. Each service is asked for a URL once; of its answers some `cacheSize` last ones (131,072
 * by default) are remembered. A URL that comes again after so many others is asked, and tallied, again: one request more,
 * never a wrong count.
 */
export function createLookUp(services: readonly CountService[], options: LookUpOptions): LookUp {
  const now = options.now ?? Date.now;
  const timing = { now, wait: options.wait ?? wait };
  const hosts = new Map<string, HostLimiter>();
  let keeper: Keeper | undefined;
  const context: LookUpContext = {
    ...{ dispatcher: options.dispatcher, concurrency: options.concurrency, signal: options.signal, ...timing },
    attempt: options.attempt ?? sendRequest,
    random: options.random ?? Math.random,
    tidy: (text) => snippet(options.redact?.(text) ?? text, LONGEST_REASON),
    onNotice: options.onNotice ?? (() => undefined),
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
      for (const queue of queues) queue.fit(toRoom(fields[queue.name], digits[queue.name]));
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
