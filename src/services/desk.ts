import type { LRUCache } from 'lru-cache';
import { failed, type Reading, type ServiceTally, skipped } from '../model/reading.ts';
import { Correspondent, type World } from './correspondent.ts';
import { type CountService, Trouble } from './service.ts';

type Question = {
  readonly url: string;
  readonly answer: (reading: Reading) => void;
  readonly give: (up: unknown) => void;
};

/** Takes the questions to one service: each URL once, in batches of the size the service takes, and keeps its tally. */
export class Desk {
  public readonly name: string;
  private readonly service: CountService;
  private readonly world: World;
  private readonly correspondent: Correspondent;
  private readonly known: LRUCache<string, Promise<Reading>>;
  private readonly states = { ok: 0, failed: 0, skipped: 0 };
  private firstFailure: string | undefined;
  private urlsLeft: number;
  /** Set once `maxUrlsPerHour` is reached. What was asked before is still waited for. */
  private spent: Trouble | undefined;

  public constructor(service: CountService, world: World, known: LRUCache<string, Promise<Reading>>) {
    this.name = service.name;
    this.service = service;
    this.world = world;
    this.known = known;
    this.correspondent = new Correspondent(service, world);
    this.urlsLeft = service.limits.maxUrlsPerHour ?? Infinity;
  }

  /** One reading per URL, in order; a URL asked before, or being asked now, is not asked again. */
  public async readings(urls: readonly string[]): Promise<readonly Reading[]> {
    const fresh: Question[] = [];
    const readings = urls.map((url) => {
      const known = this.known.get(url);
      if (known) return known;
      const { promise, resolve, reject } = Promise.withResolvers<Reading>();
      this.known.set(url, promise);
      fresh.push({ url, answer: resolve, give: reject });
      return promise;
    });
    for (const batch of cut(fresh, this.service.maxUrls)) void this.askBatch(batch);
    return Promise.all(readings);
  }

  /** How the service has fared so far. */
  public tally(): ServiceTally {
    const { stopped, requests } = this.correspondent;
    const tally = { requests, ...this.states };
    const end = stopped ?? this.spent;
    if (!end) return { ...tally, state: tally.failed > 0 ? 'degraded' : 'ok', reason: this.firstFailure ?? null };
    const left = end.reading.state === 'skipped' ? `; ${tally.skipped} URLs not asked` : '';
    return { ...tally, state: 'stopped', reason: `${end.message}${left}` };
  }

  private async askBatch(batch: readonly Question[]): Promise<void> {
    try {
      const readings = await this.ask(this.withinBudget(batch).map(({ url }) => url));
      for (const [index, question] of batch.entries()) this.settle(question, readings[index]);
    } catch (error) {
      for (const question of batch) question.give(error);
    }
  }

  private async ask(urls: readonly string[]): Promise<readonly Reading[]> {
    const { stopped } = this.correspondent;
    if (stopped) return urls.map(() => stopped.reading);
    if (urls.length === 0) return [];
    try {
      return await this.service.lookUp(urls, this.correspondent.ask);
    } catch (error) {
      this.world.signal?.throwIfAborted();
      const reading = readingOf(error);
      return urls.map(() => reading);
    }
  }

  /** The questions that `maxUrlsPerHour` still allows, the first ones. */
  private withinBudget(batch: readonly Question[]): readonly Question[] {
    const allowed = batch.slice(0, this.urlsLeft);
    this.urlsLeft -= allowed.length;
    if (allowed.length < batch.length && !this.spent) {
      const reason = `budget of ${this.service.limits.maxUrlsPerHour} URLs an hour spent`;
      this.spent = new Trouble('stop', reason, undefined, skipped(reason));
      this.world.notice(this.name, `not asked any more: ${reason}`);
    }
    return allowed;
  }

  private settle(question: Question, found: Reading | undefined): void {
    const reading = this.checked(found ?? this.spent?.reading ?? failed('the service gave no reading'));
    this.states[reading.state] += 1;
    if (reading.state === 'failed') this.firstFailure ??= reading.reason;
    question.answer(reading);
  }

  /** Whatever a service says: a number is a count or it is nothing, and a reason is one line without secrets. */
  private checked(reading: Reading): Reading {
    if (reading.state !== 'ok') return { ...reading, reason: this.world.tidy(reading.reason) };
    const isCount = Number.isSafeInteger(reading.count) && reading.count >= 0;
    return isCount ? reading : failed(`not a count: ${String(reading.count)}`);
  }
}

/** A service that throws anything but a Trouble has an error in it, which must not end the run of the others. */
function readingOf(error: unknown): Reading {
  return error instanceof Trouble ? error.reading : failed(error instanceof Error ? error.message : String(error));
}

function* cut<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
