import type { ArticleRecord, Change } from '../model/change.ts';
import type { HeldChange, PlanStep } from '../model/plan.ts';
import type { ServiceTally } from '../model/reading.ts';
import type { PlannedService, PlanTally } from '../model/run-facts.ts';
import { type ChangeRules, type Diff, diffRecord, releaseHeld } from './changes.ts';
import { type CountedRecord, type CountingOptions, lookUpCounts } from './counts.ts';

export type PlanningOptions = ChangeRules &
  CountingOptions & {
    /** How the services fare in the whole run, with their URLs as far as they belong to the first `records` of it. */
    readonly tallies: (records: number) => Readonly<Record<string, ServiceTally>>;
    /** The sums an interrupted process left, to go on from. */
    readonly earlier: PlanTally | null;
    /** The changes held back so far, read from the plan when all records are counted. */
    readonly held: () => AsyncIterable<readonly HeldChange[]>;
  };

/**
 * Makes the steps of a plan from records: counts, compares, and holds back what rests on a 0 nobody can trust yet. When
 * all records are counted, held changes follow: without the zeros of a service that looks dead, as it gave no count above
 * 0 in the whole run, though the org holds some.
 */
export async function* planCounts(
  pages: AsyncIterable<readonly ArticleRecord[]>,
  options: PlanningOptions,
): AsyncGenerator<PlanStep, void, undefined> {
  const sums = new PlanSums(options);
  for await (const piece of lookUpCounts(pages, options, options.earlier?.queried)) {
    const diffs = piece.map((counted) => diffRecord(sums.note(counted), options, sums.believed));
    yield sums.step(diffs, { through: piece.at(-1)?.record.id ?? null });
  }
  const disbelieved = sums.endOfCounting();
  for await (const held of options.held()) {
    yield sums.step(
      held.map((change) => releaseHeld(change, disbelieved, options.stamp?.field ?? null)),
      { releases: true },
    );
  }
  yield sums.step([], {});
}

/** Different reasons that are counted apart: those of hosts that are not public name the host. */
const REASONS = 10;
const OTHER_REASONS = 'other reasons';

/** The running sums of a plan. */
class PlanSums {
  /** Services that have given a positive count. */
  public readonly believed: Set<string>;
  private readonly contradicted: Set<string>;
  private readonly looksDead = new Set<string>();
  /** How many records were skipped for their URL, by reason. */
  private readonly skips: Map<string, number>;
  private readonly options: PlanningOptions;
  private readonly sums = { queried: 0, skippedUrls: 0, unchanged: 0, uncounted: 0, changed: 0, conflicts: 0 };

  public constructor(options: PlanningOptions) {
    this.options = options;
    const { services = {}, skipReasons = {}, ...sums } = options.earlier ?? {};
    this.skips = new Map(Object.entries(skipReasons));
    Object.assign(this.sums, sums);
    const those = (wanted: (service: PlannedService) => boolean): string[] =>
      Object.keys(services).filter((name) => wanted(services[name]!));
    this.believed = new Set(those(({ positive }) => positive));
    this.contradicted = new Set(those(({ contradicted }) => contradicted));
  }

  /** Notes what a record's counts tell of the services. */
  public note(counted: CountedRecord): CountedRecord {
    for (const [service, field] of Object.entries(this.options.fields)) {
      const reading = counted.readings[service];
      if (reading?.state === 'skipped' && reading.positive) this.believed.add(service);
      if (reading?.state !== 'ok') continue;
      if (reading.count > 0) this.believed.add(service);
      else if (Number(counted.record.stored[field]) > 0) this.contradicted.add(service);
    }
    return counted;
  }

  /** Makes a step of what some records came to. */
  public step(diffs: readonly Diff[], { through = null, releases = false }: Partial<PlanStep>): PlanStep {
    const changes: Change[] = [];
    const held: HeldChange[] = [];
    // Held changes were counted as queried when they were held.
    if (!releases) this.sums.queried += diffs.length;
    for (const diff of diffs) {
      switch (diff.kind) {
        case 'changed':
          this.sums.changed += 1;
          changes.push(diff.change);
          break;
        case 'held':
          held.push(diff.held);
          break;
        case 'skipped':
          this.sums.skippedUrls += 1;
          this.noteSkip(diff.reason);
          break;
        case 'unchanged':
        case 'uncounted':
          this.sums[diff.kind] += 1;
          break;
      }
    }
    return { changes, held, conflicts: [], releases, through, tally: this.tally() };
  }

  private noteSkip(reason: string): void {
    const isKnown = this.skips.has(reason) || this.skips.size < REASONS;
    const told = isKnown ? reason : OTHER_REASONS;
    this.skips.set(told, (this.skips.get(told) ?? 0) + 1);
  }

  /** Decides which services look dead. Returns the fields whose zeros are not believed. */
  public endOfCounting(): Set<string> {
    const { fields, allowZeros } = this.options;
    if (allowZeros) return new Set();
    for (const service of this.contradicted) if (!this.believed.has(service)) this.looksDead.add(service);
    return new Set([...this.looksDead].map((service) => fields[service]!));
  }

  private tally(): PlanTally {
    const now = this.options.tallies(this.sums.queried);
    const services = Object.keys(this.options.fields).map((name) => [name, this.service(name, now[name])] as const);
    return { ...this.sums, skipReasons: Object.fromEntries(this.skips), services: Object.fromEntries(services) };
  }

  private service(name: string, now: ServiceTally | undefined): PlannedService {
    const dead = this.looksDead.has(name);
    return {
      ...{ requests: now?.requests ?? 0, ok: now?.ok ?? 0, failed: now?.failed ?? 0, skipped: now?.skipped ?? 0 },
      state: dead ? 'looks-dead' : (now?.state ?? 'ok'),
      reason: dead ? DEAD_REASON : (now?.reason ?? null),
      positive: this.believed.has(name),
      contradicted: this.contradicted.has(name),
    };
  }
}

const DEAD_REASON = 'answered 0 for every URL, though the org holds counts above 0; nothing of it is written';
