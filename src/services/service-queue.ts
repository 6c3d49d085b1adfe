import { SlotPool } from '../http/slot-pool.ts';
import {
  failed,
  type FieldRoom,
  fitting,
  type HourlyBudget,
  type KeptReading,
  type Reading,
  type ServiceTally,
  skipped,
} from '../model/reading.ts';
import { ServiceClient, type LookUpContext } from './service-client.ts';
import { KnownReadings } from './known-readings.ts';
import type { Reports } from './reports.ts';
import { type CountService, ServiceError } from './service.ts';
import { UrlBudget } from './url-budget.ts';

/** URLs that are requested together, with the place of each among the known readings. */
type UrlBatch = {
  /** The number of the run's records before the first of those it is requested with. */
  readonly chunk: number;
  readonly urls: string[];
  /** The number of the run's records before each URL's own. */
  readonly at: number[];
  readonly places: number[];
  slot: number;
  readings: readonly Reading[];
  /** Resolves when `readings` has one for each URL; rejects if the run is aborted. */
  answered: Promise<void>;
};

/** A reading in flight: the `index`-th of a batch. */
type Expected = { readonly batch: UrlBatch; readonly index: number };

/** A URL to request, with its place among the known readings. */
type WantedUrl = {
  readonly url: string;
  readonly place: number;
  /** See {@link UrlBatch}. */
  readonly chunk: number;
  readonly at: number;
};

/** The number of URLs by state of their reading. */
type States = Record<Reading['state'], number>;

/** Queues URLs for one service: each is requested once, in batches of the size the service takes. Keeps the tally. */
export class ServiceQueue {
  /** The size of the field, if its counts are for one. Counts that don't fit are skipped. */
  public room: FieldRoom | undefined;
  public readonly name: string;
  private readonly service: CountService;
  private readonly context: LookUpContext;
  private readonly client: ServiceClient;
  /** Gets one reading per URL, from the service or its report; `sent` is called when a request for them is sent. */
  private readonly answer: (urls: readonly string[], sent?: () => void) => Promise<readonly Reading[]>;
  private readonly known: KnownReadings;
  private readonly underWay = new SlotPool<UrlBatch>();
  /** For each place of `known`, the slot of the batch that requests its URL. */
  private readonly slots: Uint32Array;
  /** Readings of an earlier process that aren't in the plan yet, by the keys of their URLs. */
  private readonly recalled = new Map<string, Reading>();
  private readonly states: States = { ok: 0, failed: 0, skipped: 0 };
  /** The states of URLs whose records aren't in the tally yet, by the number of records before those. */
  private readonly later = new Map<number, States>();
  private firstReason: string | undefined;
  private readonly budget: UrlBudget | undefined;
  /** Set when `maxUrlsPerHour` is reached. Requests in flight are still awaited. */
  private spent: ServiceError | undefined;

  public constructor(
    service: CountService,
    context: LookUpContext,
    reports: Reports,
    { cacheSize, asked }: { readonly cacheSize: number; readonly asked: HourlyBudget | undefined },
  ) {
    this.name = service.name;
    this.service = service;
    this.context = context;
    this.known = new KnownReadings(cacheSize);
    this.slots = new Uint32Array(this.known.places);
    const client = new ServiceClient(service, context);
    this.client = client;
    this.answer =
      'report' in service
        ? reports.answers(service, client)
        : (urls, sent) => service.lookUp(urls, (request, read) => client.ask(request, read, sent));
    const { maxUrlsPerHour: limit } = service.limits;
    if (limit === undefined) return;
    const left = limit - (asked?.inLastHour(service.name) ?? 0);
    this.budget = new UrlBudget(left, service.spellings ?? 1, (urls) => asked?.note(service.name, urls));
  }

  /** Returns one reading per URL, in order. A URL that is known or in flight isn't requested again. */
  public async readings(urls: readonly string[], at: readonly number[]): Promise<readonly Reading[]> {
    const fresh: UrlBatch[] = [];
    const chunk = at[0] ?? 0;
    const answers = urls.map((url, index) => {
      const place = this.known.placeOf(url);
      const had = this.known.get(place) ?? this.recallAt(place, chunk, at[index] ?? 0);
      return had ?? this.expectedAt(place, url) ?? this.enlist(fresh, { url, place, chunk, at: at[index] ?? 0 });
    });
    for (const batch of fresh) batch.answered = this.askBatch(batch);
    const batches = new Set<UrlBatch>();
    for (const answer of answers) if ('batch' in answer) batches.add(answer.batch);
    await Promise.all(Array.from(batches, ({ answered }) => answered));
    return answers.map((answer) => ('batch' in answer ? answer.batch.readings[answer.index]! : answer));
  }

  /** The reading in flight for a URL, if any. */
  private expectedAt(place: number, url: string): Expected | undefined {
    const batch = this.underWay.at(this.slots[place]!);
    // A place may have been assigned to this URL while another one's request was in flight.
    const index = batch?.urls.indexOf(url) ?? -1;
    return batch && index !== -1 ? { batch, index } : undefined;
  }

  /** Adds a URL to the last of the `fresh` batches, or to a new one if that is full. */
  private enlist(fresh: UrlBatch[], { url, place, chunk, at }: WantedUrl): Expected {
    let batch = fresh.at(-1);
    if (!batch || batch.urls.length === this.service.maxUrls) {
      batch = { chunk, urls: [], at: [], places: [], slot: 0, readings: [], answered: Promise.resolve() };
      batch.slot = this.underWay.put(batch);
      fresh.push(batch);
    }
    this.slots[place] = batch.slot;
    batch.places.push(place);
    batch.at.push(at);
    return { batch, index: batch.urls.push(url) - 1 };
  }

  /** Restores a reading of an earlier process; see `LookUp`. */
  public recall({ key, reading: kept }: KeptReading, isPlanned: boolean): void {
    // The field may be smaller by now.
    const reading = fitting(kept, this.room);
    if (isPlanned) this.known.set(this.known.placeOfKey(key), reading);
    else if (kept.state === 'ok') this.recalled.set(key, reading);
  }

  /** Continues from the tally of an earlier process. */
  public goOn(earlier: ServiceTally | undefined): void {
    if (!earlier) return;
    const { requests, ok, failed: failures, skipped: skips, reason } = earlier;
    this.client.requests = requests;
    Object.assign(this.states, { ok, failed: failures, skipped: skips });
    if (failures > 0 || skips > 0) this.firstReason = reason ?? undefined;
  }

  /** The tally of the service, counting URLs of the run's first `records` records. */
  public tally(records = Infinity): ServiceTally {
    for (const [chunk, states] of this.later) {
      if (chunk >= records) continue;
      for (const state of ['ok', 'failed', 'skipped'] as const) this.states[state] += states[state];
      this.later.delete(chunk);
    }
    const { stopped, requests } = this.client;
    const tally = { requests, ...this.states };
    const end = stopped ?? this.spent;
    if (!end) {
      const isWhole = tally.failed === 0 && tally.skipped === 0;
      if (isWhole) return { ...tally, state: 'ok', reason: null };
      return { ...tally, state: 'degraded', reason: this.firstReason ?? null };
    }
    const left = end.reading.state === 'skipped' ? `; ${tally.skipped} URLs not asked` : '';
    return { ...tally, state: 'stopped', reason: `${end.message}${left}` };
  }

  private async askBatch(batch: UrlBatch): Promise<void> {
    try {
      const found = await this.ask(batch.urls);
      batch.readings = batch.urls.map((_, index) => this.recordReading(batch, index, found[index]));
    } finally {
      this.underWay.clear(batch.slot);
    }
  }

  /** Reads the URLs within the budget; if the service is stopped, all get its reading. */
  private async ask(wanted: readonly string[]): Promise<readonly Reading[]> {
    const reserved = await this.budget?.reserve(wanted);
    const { urls, sent } = reserved ?? { urls: wanted, sent: undefined };
    try {
      const { stopped } = this.client;
      if (stopped) return wanted.map(() => stopped.reading);
      if (urls.length < wanted.length) this.spend();
      if (urls.length === 0) return [];
      return await this.answer(urls, sent);
    } catch (error) {
      this.context.signal?.throwIfAborted();
      const reading = readingOf(error);
      return urls.map(() => reading);
    } finally {
      reserved?.end();
    }
  }

  private spend(): void {
    if (this.spent) return;
    const reason = `budget of ${this.service.limits.maxUrlsPerHour} URLs an hour spent`;
    this.spent = new ServiceError('stop', reason, undefined, skipped(reason));
    this.context.onNotice(this.name, `not asked any more: ${reason}`);
  }

  private recordReading({ chunk, at, places, slot }: UrlBatch, index: number, found: Reading | undefined): Reading {
    const reading = this.checked(found ?? this.spent?.reading ?? failed('the service gave no reading'));
    this.count(reading, chunk);
    const place = places[index]!;
    // Another URL may have been assigned the place.
    if (this.slots[place] !== slot) return reading;
    this.slots[place] = 0;
    this.remember(place, reading, at[index]!);
    return reading;
  }

  /** Uses an earlier process's reading for the URL of a place as if it had just arrived. */
  private recallAt(place: number, chunk: number, at: number): Reading | undefined {
    const key = this.recalled.size === 0 ? '' : this.known.keyAt(place);
    const reading = this.recalled.get(key);
    if (!reading) return undefined;
    this.recalled.delete(key);
    this.count(reading, chunk);
    this.remember(place, reading, at);
    return reading;
  }

  private count(reading: Reading, chunk: number): void {
    const states = this.later.get(chunk) ?? { ok: 0, failed: 0, skipped: 0 };
    this.later.set(chunk, states);
    states[reading.state] += 1;
    if (reading.state !== 'ok') this.firstReason ??= reading.reason;
  }

  private remember(place: number, reading: Reading, at: number): void {
    this.known.set(place, reading);
    this.context.keeper()?.keep({ service: this.name, key: this.known.keyAt(place), at, reading });
  }

  /** Checks a reading: a count is valid or there is none, and a reason is one line without secrets. */
  private checked(reading: Reading): Reading {
    if (reading.state !== 'ok') return { ...reading, reason: this.context.tidy(reading.reason) };
    const isCount = Number.isSafeInteger(reading.count) && reading.count >= 0;
    if (!isCount) return failed(`not a count: ${String(reading.count)}`);
    return fitting(reading, this.room);
  }
}

/** An unexpected error of one service must not end the others. */
function readingOf(error: unknown): Reading {
  return error instanceof ServiceError ? error.reading : failed(error instanceof Error ? error.message : String(error));
}
