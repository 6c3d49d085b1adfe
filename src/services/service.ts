import type { z } from 'zod';
import type { Reading } from '../model/reading.ts';

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
};

/**
 * Sends a request under the limits of its host, and hands the reply to `read`. `read` returns what the reply holds, or
 * throws a {@link Trouble} that says what to do about it. Retries, pauses, deadlines and the size cap are the caller's.
 */
export type Ask = <T>(request: ServiceRequest, read: (reply: ServiceReply) => T) => Promise<T>;

/**
 * Something that answers how often a URL was shared.
 *
 * `lookUp` answers one {@link Reading} per URL, in the order of `urls` (at most `maxUrls`, all distinct). It asks only
 * through `ask`, keeps no state of a run, and never turns a failure into a number.
 */
export type CountService = {
  readonly name: string;
  /** URLs one call of `lookUp` takes. */
  readonly maxUrls: number;
  readonly limits: ServiceLimits;
  lookUp(urls: readonly string[], ask: Ask): Promise<readonly Reading[]>;
};

export type ServiceLimits = {
  /** Simultaneous requests; the lower of this and `--concurrency` holds. */
  readonly concurrency?: number;
  /** At most `requests` in any `seconds`, per host. */
  readonly rate?: { readonly requests: number; readonly seconds: number };
  /** Milliseconds for one exchange. Default 15,000. */
  readonly timeoutMs?: number;
  /** Requests after which the service is not asked any more in this run. */
  readonly maxRequests?: number;
  /** URLs asked in any hour. */
  readonly maxUrlsPerHour?: number;
};

/** A kind of service: how its settings are checked and how it is made of them. One file each; `registry.ts` lists them. */
export type ServiceDefinition<Options = unknown> = {
  readonly name: string;
  /** One line for people: what is counted, and what it needs. */
  readonly summary: string;
  /** The settings of the service, as they stand under `services.<name>`. */
  readonly options: z.ZodType<Options>;
  /** Makes the service. `secret(name)` is the value of an environment variable, already checked to be set. */
  create(name: string, options: Options, secret: (variable: string) => string): CountService;
};

/**
 * What a reply means for the asking. `retry`: worth another try. `pause`: nothing more to this host before `untilMs`
 * (epoch milliseconds), then another try. `url`: these URLs have no count. `stop`: the service is of no more use in this run.
 */
export class Trouble extends Error {
  public override readonly name = 'Trouble';
  public readonly act: 'retry' | 'pause' | 'url' | 'stop';
  public readonly untilMs: number | undefined;

  public constructor(act: 'retry' | 'pause' | 'url' | 'stop', reason: string, untilMs?: number) {
    super(reason);
    this.act = act;
    this.untilMs = untilMs;
  }
}
